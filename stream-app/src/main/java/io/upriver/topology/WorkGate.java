package io.upriver.topology;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Lets so many segments of this process be worked on at the same time, first come first served.
 *
 * <p>There may be more stream threads than segments in work: with one task a thread, a result is
 * committed as soon as it is there, and no transaction stays open while another segment is
 * upscaled. Thread-safe.
 */
public final class WorkGate {

    private final Semaphore places;

    public WorkGate(int segments) {
        places = new Semaphore(segments, true);
    }

    /** Waits for a place; there will be one. */
    boolean enter() {
        places.acquireUninterruptibly();
        return true;
    }

    /**
     * Waits no longer than so many milliseconds.
     *
     * @return whether there was a place
     */
    boolean enterWithin(long millis) {
        try {
            return millis > 0 && places.tryAcquire(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    void leave() {
        places.release();
    }
}
