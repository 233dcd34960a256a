package io.upriver.data;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** Prepares the next batches on its own thread while the current one is learnt from. Closing ends the thread. */
public final class Prefetch implements AutoCloseable {
    private static final int AHEAD = 8;

    private final BlockingQueue<Batch> ready = new ArrayBlockingQueue<>(AHEAD);
    private final Thread thread;

    /** Starts with the batch of {@code firstStep}. */
    public Prefetch(Crops crops, long firstStep) {
        thread = new Thread(
                () -> {
                    try {
                        for (long step = firstStep; ; step++) {
                            ready.put(crops.batch(step));
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "prefetch");
        thread.setDaemon(true);
        thread.start();
    }

    /** The next batch in order; waits for it. */
    public Batch next() throws InterruptedException {
        return ready.take();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
