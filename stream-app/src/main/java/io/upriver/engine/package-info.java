/**
 * Upscalers: low-resolution planes in, high-resolution planes out.
 *
 * <p>This is the only package that knows ONNX Runtime, and nothing of it shows in a signature that
 * other packages can see. An {@link io.upriver.engine.Upscaler} is immutable and shared; what a
 * call needs for itself lives in a {@link io.upriver.engine.Scratch} that belongs to one thread.
 * Frames of all segments in flight meet in one {@link io.upriver.engine.FrameBatcher} per device,
 * on whose lanes the networks run.
 */
@NullMarked
package io.upriver.engine;

import org.jspecify.annotations.NullMarked;
