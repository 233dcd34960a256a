package io.upriver.engine;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.RunOptions;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A bound on the time that networks may take while they are tried: calls in progress are ended, and
 * later ones refused. What ends between two of a network's nodes is not cut short, nor is the
 * building of a TensorRT engine.
 *
 * <p>Thread-safe. Closed by whoever made it, after the last call.
 */
public final class RunLimit implements AutoCloseable {

    private static final ScheduledExecutorService CLOCK =
            Executors.newSingleThreadScheduledExecutor(
                    task -> {
                        Thread thread = new Thread(task, "upriver-run-limit");
                        thread.setDaemon(true);
                        return thread;
                    });

    private final Duration atMost;
    private final RunOptions options;
    private final Future<?> alarm;
    private final long began = System.nanoTime();
    private boolean isOver;
    private boolean isClosed;

    /**
     * Begins now.
     *
     * @param atMost more than zero
     */
    public RunLimit(Duration atMost) {
        this.atMost = atMost;
        try {
            this.options = new RunOptions();
        } catch (OrtException e) {
            throw new EngineException(
                    "options of calls cannot be made: " + OnnxEnvironment.words(e), e);
        }
        this.alarm = CLOCK.schedule(this::end, atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    /**
     * For each call that is to be bounded.
     *
     * @throws EngineException if the time is over
     */
    RunOptions options() {
        requireTime();
        return options;
    }

    /**
     * @throws EngineException if the time is over
     */
    synchronized void requireTime() {
        // by the clock as well: the alarm may come late
        if (isOver || System.nanoTime() - began > atMost.toNanos()) {
            throw new EngineException(
                    "expected its trial to take at most %d ms, it took longer"
                            .formatted(atMost.toMillis()));
        }
    }

    private synchronized void end() {
        if (!isClosed) {
            isOver = true;
            try {
                options.setTerminate(true);
            } catch (OrtException e) {
                throw new EngineException("calls cannot be ended: " + e.getMessage(), e);
            }
        }
    }

    @Override
    public synchronized void close() {
        if (!isClosed) {
            isClosed = true;
            alarm.cancel(false);
            options.close();
        }
    }
}
