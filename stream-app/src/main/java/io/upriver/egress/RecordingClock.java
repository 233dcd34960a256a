package io.upriver.egress;

/**
 * Puts the times of a live stream's segments on one clock that only grows, from 0 on.
 *
 * <p>Where a segment goes on from the one before, or comes some time after it, times stay as far
 * apart as they are: what is missing between is seen as a halt. Where its clock has been set back,
 * or far ahead, it begins where the one before has ended. Nanoseconds. Not thread-safe.
 */
final class RecordingClock {

    /** A pause that is kept; a longer one is taken for another clock. */
    private static final long LONGEST_GAP_NANOS = 10_000_000_000L;

    /** Of MPEG-TS: 2^33 ticks of a 90 kHz clock. */
    private static final long WRAP_NANOS = (1L << 33) * 100_000 / 9;

    private long offset;
    private long latestPicture = -1; // when the last picture begins, or -1 before the first
    private long end;
    private long jumps;

    /**
     * A segment in its own times.
     *
     * @param first when the first of all its tracks begins
     * @param picture when its first picture is shown
     * @param latestPicture when its last one is
     * @param end when that one ends
     * @param wraps true for the clock of MPEG-TS
     */
    record Span(long first, long picture, long latestPicture, long end, boolean wraps) {}

    /**
     * Places the next segment.
     *
     * @param missing how many segments there should be between this one and the one before
     * @return true where its clock was not that of the one before
     */
    boolean place(Span span, long missing) {
        boolean jumped = false;
        if (latestPicture < 0) {
            offset = -span.first();
        } else {
            long gap = span.picture() + offset - end;
            if (span.wraps()) {
                gap = Math.floorMod(gap + WRAP_NANOS / 2, WRAP_NANOS) - WRAP_NANOS / 2;
            }
            long longest = LONGEST_GAP_NANOS + missing * (span.end() - span.picture());
            jumped = end + gap <= latestPicture || gap > longest;
            jumps += jumped ? 1 : 0;
            offset = end + (jumped ? 0 : gap) - span.picture();
        }
        latestPicture = span.latestPicture() + offset;
        end = span.end() + offset;
        return jumped;
    }

    /** How much later the placed segment is than its own times say. */
    long offset() {
        return offset;
    }

    /** When what was placed ends: how long the recording is. */
    long end() {
        return end;
    }

    /** How often the stream's clock was not that of before. */
    long jumps() {
        return jumps;
    }
}
