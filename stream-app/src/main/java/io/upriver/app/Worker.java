package io.upriver.app;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import jakarta.enterprise.inject.spi.CDI;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The service in this process: Quarkus with the topology, on a thread of its own.
 *
 * <p>Once per process, since Quarkus and its settings are.
 */
final class Worker implements AutoCloseable {

    private static final CompletableFuture<Void> READY = new CompletableFuture<>();

    private final Thread thread;
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();

    private Worker() {
        thread = new Thread(this::run, "worker");
    }

    /** What Quarkus runs once all beans are there: nothing, until it is told to end. */
    public static final class Application implements QuarkusApplication {
        @Override
        public int run(String... args) {
            READY.complete(null);
            Quarkus.waitForExit();
            return 0;
        }
    }

    /**
     * Starts the service and returns when it runs.
     *
     * @param settings on top of the defaults, the environment and the configuration files
     */
    static Worker start(Map<String, String> settings) {
        settings.forEach(System::setProperty);
        Worker worker = new Worker();
        worker.thread.start();
        try {
            READY.join();
        } catch (CompletionException e) {
            throw new IllegalStateException(
                    "the worker did not start: " + reasonOf(e.getCause()), e.getCause());
        }
        return worker;
    }

    /** In one line, such as which setting is wrong; the framework only says that it failed. */
    private static String reasonOf(Throwable failure) {
        Throwable reason = failure;
        while (reason.getCause() != null
                && (reason.getMessage() == null || reason.getMessage().startsWith("Failed to"))) {
            reason = reason.getCause();
        }
        return String.valueOf(reason.getMessage()).strip().replaceAll("\\s+", " ");
    }

    private void run() {
        try {
            Quarkus.run(Application.class, this::onExit);
        } catch (RuntimeException e) {
            onExit(1, e);
        }
    }

    private void onExit(Integer code, Throwable error) {
        if (error != null) {
            READY.completeExceptionally(error);
        } else {
            READY.completeExceptionally(new IllegalStateException("ended with code " + code));
        }
        ended.complete(code);
    }

    /** A bean of the running service. */
    <T> T bean(Class<T> type) {
        return CDI.current().select(type).get();
    }

    /** Waits until the service is told to end. */
    int await() {
        return ended.join();
    }

    @Override
    public void close() {
        if (!ended.isDone()) {
            Quarkus.asyncExit();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
