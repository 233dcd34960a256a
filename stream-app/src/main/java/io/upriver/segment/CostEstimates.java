package io.upriver.segment;

import io.upriver.schemas.PictureSize;
import io.upriver.schemas.VideoEncoding;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What segments are expected to take by each way, learned from those that were done lately by this
 * worker, whichever stream they were of.
 *
 * <p>What was dear while the machine was busy may not be so any more, and nobody would find out. So
 * what may be {@link #hopedMillis hoped} for is half of what was learned after every {@value
 * #HALF_LIFE_MILLIS} ms. Who tries in vain learns it again. Of another size of picture the figure
 * is taken by the number of samples; of a way that was never tried, it is a guess. Thread-safe.
 */
final class CostEstimates {

    /** Decoding, interpolating and encoding: no way that makes pictures is cheaper. */
    static final double FIRST_GUESS_NANOS_PER_SAMPLE = 100;

    static final long HALF_LIFE_MILLIS = 5_000;

    /**
     * How much the latest segment counts beside those just before: more where it was slower. It
     * counts more beside what is long ago.
     */
    private static final double WEIGHT_OF_SLOWER = 0.6;

    private static final double WEIGHT_OF_FASTER = 0.3;
    private static final int REMEMBERED = 1_000;

    /**
     * What decides how long a frame takes.
     *
     * @param way the digest of a network, or a word for what is none
     * @param size of the pictures that come in
     */
    record Work(String way, int scale, VideoEncoding encoding, PictureSize size) {

        private double samples() {
            return (double) size.width() * size.height();
        }
    }

    private record Kind(String way, int scale, VideoEncoding encoding) {}

    /**
     * @param nanosPerSample of the pictures that come in, wall time for a whole segment
     * @param tail how much of it is left when the encoder has taken the last frame, 0 to 1
     */
    private record Learned(double nanosPerSample, double tail, long atMillis) {

        /** What is left of it by then, 1 to 0. */
        double fadedTo(long nowMillis) {
            double halves = Math.max(0, nowMillis - atMillis) / (double) HALF_LIFE_MILLIS;
            return Math.pow(0.5, halves);
        }

        Learned with(Learned latest) {
            double fresh =
                    latest.nanosPerSample > nanosPerSample ? WEIGHT_OF_SLOWER : WEIGHT_OF_FASTER;
            double weight = 1 - (1 - fresh) * fadedTo(latest.atMillis);
            return new Learned(
                    nanosPerSample + weight * (latest.nanosPerSample - nanosPerSample),
                    tail + weight * (latest.tail - tail),
                    latest.atMillis);
        }
    }

    private final Clock clock;
    private final Map<Work, Learned> bySize = remembering(); // guarded by this
    private final Map<Kind, Learned> byKind = remembering(); // guarded by this

    CostEstimates(Clock clock) {
        this.clock = clock;
    }

    private static <K> Map<K, Learned> remembering() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, Learned> eldest) {
                return size() > REMEMBERED;
            }
        };
    }

    /** Milliseconds that a segment of so many frames takes, from its beginning to its end. */
    double millis(Work work, long frames) {
        return frames * work.samples() * current(work).nanosPerSample / 1e6;
    }

    /** The same at best, if the way was not used for a while. */
    double hopedMillis(Work work, long frames) {
        return millis(work, frames) * current(work).fadedTo(clock.millis());
    }

    /** How much of that is left when the encoder has taken the last frame, 0 to 1. */
    double tail(Work work) {
        return current(work).tail;
    }

    private synchronized Learned current(Work work) {
        Learned learned = bySize.get(work);
        if (learned == null) {
            learned = byKind.get(kindOf(work));
        }
        return learned == null
                ? new Learned(FIRST_GUESS_NANOS_PER_SAMPLE, 0, clock.millis())
                : learned;
    }

    /**
     * Takes what a segment took, or would have taken.
     *
     * @param tailMillis of those that passed after the encoder had taken its last frame
     */
    synchronized void learn(Work work, long frames, double millis, long tailMillis) {
        if (frames == 0 || millis <= 0) {
            return;
        }
        Learned latest =
                new Learned(
                        millis * 1e6 / frames / work.samples(),
                        tailMillis / millis,
                        clock.millis());
        bySize.merge(work, latest, Learned::with);
        byKind.put(kindOf(work), latest);
    }

    private static Kind kindOf(Work work) {
        return new Kind(work.way(), work.scale(), work.encoding());
    }
}
