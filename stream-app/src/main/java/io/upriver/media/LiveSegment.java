package io.upriver.media;

import org.jspecify.annotations.Nullable;

/**
 * A piece of a live stream that plays by itself, with its sound.
 *
 * @param data handed over, not to be changed
 * @param durationMillis how long it plays
 * @param frames how many of its pictures are its own, by their packets
 * @param shown which pictures are its own, or null for all
 * @param discontinuity true where times or coding do not go on from the segment before
 * @param last true for the one with which the input has ended
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record LiveSegment(
        byte[] data,
        SegmentFormat format,
        long durationMillis,
        long frames,
        @Nullable Shown shown,
        boolean discontinuity,
        boolean last) {

    /**
     * The pictures that a segment with open groups of pictures delivers: it carries others too, of
     * its neighbours.
     *
     * @param startNanos on the clock of the segment's picture, as a reader of the segment sees it
     * @param endNanos not any more; {@link Long#MAX_VALUE} for no end
     */
    public record Shown(long startNanos, long endNanos) {}
}
