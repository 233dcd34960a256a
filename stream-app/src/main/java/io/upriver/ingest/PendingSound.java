package io.upriver.ingest;

import io.upriver.media.SoundSamples;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * The sound of one track that has come and is in no segment yet, in the order in which it came.
 * Times are nanoseconds on the media's clock. Not thread-safe.
 *
 * <p>An encoder that begins anew begins its clock anew. So sound whose time goes back begins a run,
 * and where a segment has taken something of a run, what is left of those before is out of date.
 */
final class PendingSound {

    /** How far clocks of one encoder are apart at most. */
    static final long SLACK_NANOS = 500_000_000L;

    private final Deque<Part> parts = new ArrayDeque<>();
    private int run;
    private long cameUntil = Long.MIN_VALUE;
    private long takenUntil = Long.MIN_VALUE;
    private long lostNanos;

    private record Part(SoundSamples samples, int run) {}

    /** How many bytes it holds. */
    int bytes() {
        return parts.stream().mapToInt(part -> part.samples.bytes()).sum();
    }

    /** How long it sounds, in nanoseconds. */
    long durationNanos() {
        return parts.stream()
                .mapToLong(part -> part.samples.endNanos() - part.samples.startNanos())
                .sum();
    }

    /** Whether the same has come already, and is still here. */
    boolean has(SoundSamples samples) {
        return parts.stream().anyMatch(part -> part.samples.isSameAs(samples));
    }

    /** Whether its time is before that of what came last, so that another run begins. */
    boolean isGoneBack(SoundSamples samples) {
        return cameUntil != Long.MIN_VALUE && samples.startNanos() < cameUntil - SLACK_NANOS;
    }

    void add(SoundSamples samples) {
        run += isGoneBack(samples) ? 1 : 0;
        cameUntil = samples.endNanos();
        parts.add(new Part(samples, run));
    }

    /** Lets go of what came first, if there is something. */
    boolean dropFirst() {
        Part first = parts.poll();
        if (first != null) {
            lose(first.samples);
        }
        return first != null;
    }

    /**
     * How far the sound reaches that there is for a segment.
     *
     * @param continues whether the segment goes on from the one before
     * @return a time, {@link Long#MIN_VALUE} where there is none
     */
    long reach(long start, long end, boolean continues) {
        boolean overlaps =
                parts.stream()
                        .anyMatch(
                                part ->
                                        part.samples.startNanos() < end
                                                && part.samples.endNanos() > start - SLACK_NANOS);
        if (!continues && !overlaps) {
            return Long.MIN_VALUE;
        }
        return parts.isEmpty() ? takenUntil : parts.getLast().samples.endNanos();
    }

    /**
     * Takes the sound of a segment out: what begins before its end, and besides the rest of a
     * fragment that reaches only a little further. Sound whose segment has gone is lost.
     *
     * @param continues whether the segment goes on from the one before
     * @param over how much further fragments may reach
     * @return samples that are coded alike, in their order
     */
    List<SoundSamples> take(long start, long end, boolean continues, long over) {
        long from = start - SLACK_NANOS;
        if (continues) {
            from = Math.max(from, takenUntil);
        }
        List<SoundSamples> taken = new ArrayList<>();
        List<Part> kept = new ArrayList<>();
        int newest = -1;
        for (Part part : parts) {
            SoundSamples here = part.samples.from(from);
            lose(part.samples.before(from));
            SoundSamples before =
                    here.count() > 0 && here.startNanos() < end && here.endNanos() <= end + over
                            ? here
                            : here.before(end);
            if (before.count() > 0) {
                taken.add(before);
                newest = part.run;
            }
            if (before.count() < here.count()) {
                kept.add(new Part(here.from(end), part.run));
            }
        }
        parts.clear();
        parts.addAll(kept);
        dropBefore(newest);
        takenUntil = taken.isEmpty() ? (continues ? takenUntil : Long.MIN_VALUE) : endOf(taken);
        return codedAlike(taken);
    }

    private static long endOf(List<SoundSamples> taken) {
        return taken.stream().mapToLong(SoundSamples::endNanos).max().orElseThrow();
    }

    private void dropBefore(int newest) {
        for (Iterator<Part> all = parts.iterator(); all.hasNext(); ) {
            Part part = all.next();
            if (part.run < newest) {
                lose(part.samples);
                all.remove();
            }
        }
    }

    /** A segment has one init section: that of what came last holds. */
    private List<SoundSamples> codedAlike(List<SoundSamples> taken) {
        List<SoundSamples> alike = new ArrayList<>(taken);
        if (!alike.isEmpty()) {
            SoundSamples last = alike.get(alike.size() - 1);
            for (SoundSamples samples : taken) {
                if (!samples.isCodedLike(last)) {
                    lose(samples);
                    alike.remove(samples);
                }
            }
        }
        return Collections.unmodifiableList(alike);
    }

    private void lose(SoundSamples samples) {
        if (samples.count() > 0) {
            lostNanos += samples.endNanos() - samples.startNanos();
        }
    }

    /** How much was lost since the last question, in milliseconds. */
    long lostMillis() {
        long millis = lostNanos / 1_000_000;
        lostNanos -= millis * 1_000_000;
        return millis;
    }
}
