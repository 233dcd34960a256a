package io.upriver.app;

import java.util.function.Consumer;
import java.util.function.Supplier;

/** A line of progress every few seconds. Used by one thread. */
final class Lines {

    private static final long EVERY_NANOS = 5_000_000_000L;

    private final Consumer<String> out;
    private long lastNanos = System.nanoTime();

    Lines(Consumer<String> out) {
        this.out = out;
    }

    /** Writes the line if it is time for one. */
    void offer(Supplier<String> line) {
        long now = System.nanoTime();
        if (now - lastNanos >= EVERY_NANOS) {
            lastNanos = now;
            out.accept(line.get());
        }
    }
}
