package io.upriver.schemas;

/**
 * Which frames of a segment are to be delivered: those with {@code startNanos <= pts < endNanos}.
 *
 * <p>A segment of a stream with open groups of pictures carries more than its own frames: the key
 * frame that follows it and that key frame's leading pictures, without which its last frames cannot
 * be decoded, or frames before it. They are decoded and only the frames in this range come out. The
 * times are those of the segment's video track, in nanoseconds, rounded down.
 *
 * @param startNanos the first time delivered; may be negative, as times in MP4 may be
 * @param endNanos the first time no longer delivered, after {@code startNanos}; {@link
 *     Long#MAX_VALUE} when open
 */
public record PresentationRange(long startNanos, long endNanos) {

    public PresentationRange {
        if (startNanos >= endNanos) {
            throw new IllegalArgumentException(
                    "presentation range: expected the start before the end, got "
                            + startNanos
                            + " to "
                            + endNanos
                            + " ns");
        }
    }

    /** The range without an end. */
    public static PresentationRange from(long startNanos) {
        return new PresentationRange(startNanos, Long.MAX_VALUE);
    }

    /** True when the range has no end. */
    public boolean isOpen() {
        return endNanos == Long.MAX_VALUE;
    }

    /** Whether a frame with this time, in nanoseconds, is to be delivered. */
    public boolean contains(long ptsNanos) {
        return startNanos <= ptsNanos && (ptsNanos < endNanos || isOpen());
    }
}
