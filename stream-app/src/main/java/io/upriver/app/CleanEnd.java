package io.upriver.app;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets Ctrl-C end a command as a failure would: the work is cancelled, and the process stays until
 * the command has cleaned up behind itself, for a bounded time.
 */
final class CleanEnd implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 30;

    private final CountDownLatch done = new CountDownLatch(1);
    private volatile Runnable cancel = () -> {};

    private CleanEnd() {}

    /** Takes effect at once; {@link #cancelling} says later what there is to cancel. */
    static CleanEnd install() {
        CleanEnd end = new CleanEnd();
        Runtime.getRuntime().addShutdownHook(new Thread(end::onShutdown, "clean-end"));
        return end;
    }

    /** What is called when the process is asked to end. */
    void cancelling(Runnable work) {
        cancel = work;
    }

    private void onShutdown() {
        if (done.getCount() == 0) {
            return;
        }
        cancel.run();
        try {
            done.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The command has cleaned up. */
    @Override
    public void close() {
        done.countDown();
    }
}
