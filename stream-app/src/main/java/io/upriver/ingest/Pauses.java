package io.upriver.ingest;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Growing pauses between tries, which end at once when asked. Thread-safe but for the counting. */
final class Pauses {

    private static final long FIRST_MILLIS = 500;
    private static final long LONGEST_MILLIS = 15_000;

    private final CountDownLatch ended = new CountDownLatch(1);
    private long millis = FIRST_MILLIS;
    private boolean fresh = true;

    /** How long to wait now: half a second first, twice as long each time, 15 s at most. */
    long next() {
        long now = millis;
        millis = Math.min(2 * millis, LONGEST_MILLIS);
        fresh = false;
        return now;
    }

    /** True where nothing has gone wrong since it went well. */
    boolean areFresh() {
        return fresh;
    }

    /** It goes well again. */
    void reset() {
        millis = FIRST_MILLIS;
        fresh = true;
    }

    /** Waits; less where {@link #end} was called. */
    void sleep(long forMillis) {
        try {
            if (forMillis > 0 && ended.await(forMillis, TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            ended.countDown();
        }
    }

    /** Ends this pause and all later ones. */
    void end() {
        ended.countDown();
    }
}
