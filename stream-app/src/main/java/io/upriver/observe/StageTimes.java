package io.upriver.observe;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * When each stage of one attempt at a segment was at work. A call for each frame costs a lock that
 * hardly anybody else wants, and no memory. Thread-safe.
 */
public final class StageTimes {

    private final Instant begun = Instant.now();
    private final long begunNanos = System.nanoTime();
    private final Map<Stage, Sum> sums = new EnumMap<>(Stage.class); // guarded by this

    /** What is known of one stage. */
    private static final class Sum {
        private long from;
        private long to;
        private long busy;
        private boolean isKnown;
    }

    /**
     * One stage.
     *
     * @param from when it was at work first
     * @param to when it was last
     * @param busyNanos how long it was in between; more than that where several threads were
     */
    public record Time(Instant from, Instant to, long busyNanos) {}

    public StageTimes() {
        for (Stage stage : Stage.values()) {
            sums.put(stage, new Sum());
        }
    }

    /** A stage was at work all the time between two values of {@link System#nanoTime}. */
    public void add(Stage stage, long fromNanos, long toNanos) {
        add(stage, fromNanos, toNanos, toNanos - fromNanos);
    }

    /** A stage was at work for a part of that time, or on several threads. */
    public synchronized void add(Stage stage, long fromNanos, long toNanos, long busyNanos) {
        Sum sum = sums.get(stage);
        // nanoTime may be negative and overflow, so that only differences can be compared
        if (!sum.isKnown || fromNanos - sum.from < 0) {
            sum.from = fromNanos;
        }
        if (!sum.isKnown || toNanos - sum.to > 0) {
            sum.to = toNanos;
        }
        sum.busy += busyNanos;
        sum.isKnown = true;
    }

    /** When a stage was at work, or null where it never was. */
    public synchronized @Nullable Time of(Stage stage) {
        Sum sum = sums.get(stage);
        return sum.isKnown ? new Time(instant(sum.from), instant(sum.to), sum.busy) : null;
    }

    private Instant instant(long nanos) {
        return begun.plusNanos(nanos - begunNanos);
    }
}
