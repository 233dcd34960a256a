package io.upriver.observe;

import java.util.concurrent.atomic.LongAdder;

/** Frames that this process has upscaled and encoded since it started. Thread-safe. */
public final class FrameCounter {

    private final LongAdder frames = new LongAdder();

    public void frameDone() {
        frames.increment();
    }

    public long frames() {
        return frames.sum();
    }
}
