package io.upriver.kafka;

import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A thread that works with a consumer of its own until it is closed: what goes wrong is logged, and
 * after a moment it begins again with a new consumer, so that trouble here stops nothing else.
 */
public final class ConsumerThread implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(ConsumerThread.class);
    private static final long RETRY_MILLIS = 1_000;
    private static final long PATIENCE_MILLIS = 5_000;

    /** What it does. */
    @FunctionalInterface
    public interface Work {

        /**
         * Polls for as long as the thread is open. A {@link WakeupException} may come from any call
         * of the consumer; it may be let through.
         */
        void run(Consumer<byte[], byte[]> consumer);
    }

    private final Supplier<Consumer<byte[], byte[]>> opener;
    private final Work work;
    private final Thread thread;
    private volatile boolean closed;
    private volatile @Nullable Consumer<byte[], byte[]> consumer;

    /**
     * @param name the thread's, which says in logs whose trouble it is
     */
    public ConsumerThread(String name, Supplier<Consumer<byte[], byte[]>> opener, Work work) {
        this.opener = opener;
        this.work = work;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    /** Starts it, once. */
    public void start() {
        thread.start();
    }

    /** Whether the work is to go on. */
    public boolean isOpen() {
        return !closed;
    }

    /** Ends the consumer's call in progress, or its next one. */
    public void wakeUp() {
        Consumer<byte[], byte[]> current = consumer;
        if (current != null) {
            current.wakeup();
        }
    }

    private void run() {
        while (!closed) {
            try (Consumer<byte[], byte[]> opened = opener.get()) {
                consumer = opened;
                work.run(opened);
            } catch (WakeupException e) {
                // asked to look again, or to end
            } catch (RuntimeException | OutOfMemoryError e) { // also of threads
                LOG.warnf("%s: %s; trying again", thread.getName(), e.getMessage());
                pause();
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    /** Ends it; waits for a few seconds. */
    @Override
    public void close() {
        closed = true;
        wakeUp();
        try {
            thread.join(PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
