package io.upriver.observe;

import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** The segments that this process works on now, and since when. Thread-safe. */
public final class SegmentsInWork {

    /** One of them, by a label such as {@code stream cam-7 segment 1042}; equal to itself only. */
    static final class InWork {

        private final String label;
        private final long sinceNanos;

        private InWork(String label, long sinceNanos) {
            this.label = label;
            this.sinceNanos = sinceNanos;
        }
    }

    /**
     * The one that is worked on for longest.
     *
     * @param label such as {@code stream cam-7 segment 1042}
     */
    public record Oldest(String label, Duration time) {}

    private static final long NEVER = Long.MIN_VALUE;

    private final int most;
    private final LongSupplier nanoTime;
    private final Set<InWork> all = ConcurrentHashMap.newKeySet();
    private final AtomicLong lastEndNanos = new AtomicLong(NEVER);

    /**
     * @param most how many there may be at the same time
     */
    public SegmentsInWork(int most) {
        this(most, System::nanoTime);
    }

    SegmentsInWork(int most, LongSupplier nanoTime) {
        this.most = most;
        this.nanoTime = nanoTime;
    }

    InWork begin(String label) {
        InWork begun = new InWork(label, nanoTime.getAsLong());
        all.add(begun);
        return begun;
    }

    /** How long it took. */
    Duration end(InWork ended) {
        all.remove(ended);
        long now = nanoTime.getAsLong();
        lastEndNanos.set(now);
        return Duration.ofNanos(now - ended.sinceNanos);
    }

    public int count() {
        return all.size();
    }

    /** How many there may be at the same time. */
    public int most() {
        return most;
    }

    /** The one that is worked on for longest, if any is. */
    public Optional<Oldest> oldest() {
        long now = nanoTime.getAsLong();
        return all.stream()
                .map(one -> new Oldest(one.label, Duration.ofNanos(now - one.sinceNanos)))
                .max(Comparator.comparing(Oldest::time));
    }

    /** How long ago work on a segment ended last, if it ever did. */
    public Optional<Duration> sinceLastEnd() {
        long last = lastEndNanos.get();
        return last == NEVER
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(nanoTime.getAsLong() - last));
    }
}
