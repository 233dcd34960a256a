package io.upriver.app;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets Ctrl-C end a command as a failure would: the work is cancelled, and the process stays until the command has
 * cleaned up behind itself, for a bounded time.
 */
final class CleanEnd {

    private static final long PATIENCE_SECONDS = 30;

    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean asked;

    private CleanEnd() {}

    static CleanEnd install(Runnable cancel) {
        CleanEnd end = new CleanEnd();
        Thread hook = new Thread(() -> end.onShutdown(cancel), "clean-end");
        Runtime.getRuntime().addShutdownHook(hook);
        return end;
    }

    private void onShutdown(Runnable cancel) {
        if (done.getCount() == 0) {
            return;
        }
        asked = true;
        cancel.run();
        try {
            done.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The command has cleaned up. */
    void done() {
        done.countDown();
    }

    /** True once the process was asked to end. */
    boolean wasAsked() {
        return asked;
    }
}
