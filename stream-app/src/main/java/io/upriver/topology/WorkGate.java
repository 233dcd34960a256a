package io.upriver.topology;

import java.util.concurrent.Semaphore;

/**
 * Lets so many segments of this process be worked on at the same time, first come first served.
 *
 * <p>There are more stream threads than segments in work: with one task a thread, a result is
 * committed as soon as it is there, and no transaction stays open while another segment is
 * upscaled. Thread-safe.
 */
public final class WorkGate {

    private final Semaphore places;

    public WorkGate(int segments) {
        places = new Semaphore(segments, true);
    }

    void enter() {
        places.acquireUninterruptibly();
    }

    void leave() {
        places.release();
    }
}
