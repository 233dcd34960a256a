package io.upriver.media;

/**
 * The length of one tick of a track's clock, in seconds, as a fraction.
 *
 * @param numerator at least 1
 * @param denominator at least 1
 */
public record TimeBase(int numerator, int denominator) {

    private static final long NANOS = 1_000_000_000L;

    public TimeBase {
        if (numerator < 1 || denominator < 1) {
            throw new IllegalArgumentException(
                    "expected a positive time base, got " + numerator + "/" + denominator);
        }
    }

    /** Nanoseconds of so many ticks, rounded down. */
    public long toNanos(long ticks) {
        return Ffmpeg.rescaleDown(ticks, numerator * NANOS, denominator);
    }

    /** So many ticks of another clock in ticks of this one, rounded down. */
    public long ticksOf(long ticks, TimeBase other) {
        return Ffmpeg.rescaleDown(
                ticks, (long) other.numerator * denominator, (long) numerator * other.denominator);
    }

    /** Ticks in so many seconds, rounded down. */
    public long ticksOfSeconds(long seconds) {
        return Ffmpeg.rescaleDown(seconds, denominator, numerator);
    }

    @Override
    public String toString() {
        return numerator + "/" + denominator;
    }
}
