package io.upriver.demo;

import io.upriver.ingest.LiveStreamWriter;
import io.upriver.schemas.Container;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Sends a clip without end as a live stream, in real time.
 *
 * <p>{@link #run} in one thread; {@link #stop} from any.
 */
public final class LiveLoop {

    private static final long SEGMENT_NANOS = TimeUnit.SECONDS.toNanos(EndlessClip.SEGMENT_SECONDS);
    private static final long SEGMENT_MILLIS =
            TimeUnit.SECONDS.toMillis(EndlessClip.SEGMENT_SECONDS);

    private final EndlessClip clip;
    private final LiveStreamWriter stream;
    private final CountDownLatch stopped = new CountDownLatch(1);

    /**
     * @param stream stays the caller's
     */
    public LiveLoop(EndlessClip clip, LiveStreamWriter stream) {
        this.clip = clip;
        this.stream = stream;
    }

    /**
     * Sends a segment whenever one has passed, until it is stopped or so much time has passed.
     *
     * @return how many were sent
     */
    public long run(long seconds) throws InterruptedException {
        long start = System.nanoTime();
        long segments = (seconds + EndlessClip.SEGMENT_SECONDS - 1) / EndlessClip.SEGMENT_SECONDS;
        for (long number = 0; number < segments; number++) {
            stream.append(
                    Container.MPEG_TS,
                    clip.segment(number),
                    SEGMENT_MILLIS,
                    clip.isDiscontinuity(number),
                    number == segments - 1);
            long wait = start + (number + 1) * SEGMENT_NANOS - System.nanoTime();
            if (stopped.await(Math.max(0, wait), TimeUnit.NANOSECONDS)) {
                return number + 1;
            }
        }
        return segments;
    }

    /** Sends no more. */
    public void stop() {
        stopped.countDown();
    }
}
