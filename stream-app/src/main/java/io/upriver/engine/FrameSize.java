package io.upriver.engine;

/** The size of a low-resolution frame, in samples. */
public record FrameSize(int width, int height) {}
