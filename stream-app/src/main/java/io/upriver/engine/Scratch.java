package io.upriver.engine;

/**
 * The memory one thread needs while it works with one {@link Upscaler} or {@link
 * PlaneInterpolator}: made by it, given back to it with every call, never used by two threads at
 * once.
 *
 * <p>It grows to the largest frame seen and holds nothing but memory, so it needs no closing.
 */
public interface Scratch {}
