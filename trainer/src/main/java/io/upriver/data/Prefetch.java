package io.upriver.data;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Prepares the next batches on its own thread while the current one is learnt from. Closing ends
 * the thread. Used by one thread.
 */
public final class Prefetch implements AutoCloseable {
    private static final int AHEAD = 8;

    private final BatchSource source;
    private final Deque<Future<Batch>> ahead = new ArrayDeque<>();
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    task -> {
                        Thread daemon = new Thread(task, "prefetch");
                        daemon.setDaemon(true);
                        return daemon;
                    });
    private long nextStep;

    /** Starts with the batch of {@code firstStep}. */
    public Prefetch(BatchSource source, long firstStep) {
        this.source = source;
        this.nextStep = firstStep;
        for (int i = 0; i < AHEAD; i++) {
            order();
        }
    }

    /** The next batch in order; waits for it. */
    public Batch next() throws InterruptedException {
        try {
            Batch batch = ahead.remove().get();
            order();
            return batch;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a batch could not be prepared: " + e.getCause(), e);
        }
    }

    private void order() {
        long step = nextStep++;
        ahead.add(thread.submit(() -> source.batch(step)));
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
