package io.upriver.segment;

import io.upriver.observe.FrameCounter;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that goes on when it is told to, and with every frame that a counter counts. */
final class TestClock extends Clock {

    private final FrameCounter frames;
    private long millis = 1_700_000_000_000L;
    private long framesBefore;
    private long millisPerFrame;

    TestClock() {
        this(new FrameCounter());
    }

    TestClock(FrameCounter frames) {
        this.frames = frames;
    }

    synchronized void advance(long byMillis) {
        millis += byMillis;
    }

    /** What each frame takes from now on. */
    synchronized void frameTakes(long perFrame) {
        millis = millis();
        framesBefore = frames.frames();
        millisPerFrame = perFrame;
    }

    @Override
    public synchronized long millis() {
        return millis + (frames.frames() - framesBefore) * millisPerFrame;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("a test's clock has one zone");
    }
}
