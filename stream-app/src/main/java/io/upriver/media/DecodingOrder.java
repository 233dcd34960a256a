package io.upriver.media;

import java.util.Arrays;

/**
 * Gives decoding times to packets whose presentation times are known: strictly increasing over all
 * segments, never later than the presentation, whatever each segment's encoder wrote. A segment may
 * be any part of a stream that one encoder made.
 *
 * <p>With a reordering delay of {@code d} frames, the n-th packet is decoded when the frame {@code
 * d} places before the n-th in presentation order is shown. Segments follow each other in
 * presentation, so sorting within one is enough. Not thread-safe.
 */
public final class DecodingOrder {

    private final int delay;
    private long[] before;

    /**
     * @param delay the most frames by which a frame's decoding precedes its presentation order, 0
     *     without B-frames
     */
    public DecodingOrder(int delay) {
        this.delay = delay;
    }

    /**
     * The delay that an encoder has kept to: the frames that are shown between the decoding of its
     * first packet and that packet's own frame, and at least what the order of its packets needs.
     *
     * @param ptsInDecodingOrder of all its packets, at least one
     * @param firstDts the decoding time that it gave the first packet
     */
    public static int delayOf(long[] ptsInDecodingOrder, long firstDts) {
        long[] sorted = ptsInDecodingOrder.clone();
        Arrays.sort(sorted);
        long lead = ptsInDecodingOrder[0] - firstDts;
        int delay = 0;
        for (int i = 1; i < sorted.length; i++) {
            delay += sorted[i] - sorted[0] <= lead ? 1 : 0;
        }
        for (int i = 0; i < sorted.length; i++) {
            delay = Math.max(delay, i - Arrays.binarySearch(sorted, ptsInDecodingOrder[i]));
        }
        return delay;
    }

    /** Decoding times for one segment's packets, in their order. */
    public long[] next(long[] ptsInDecodingOrder) {
        long[] sorted = ptsInDecodingOrder.clone();
        Arrays.sort(sorted);
        if (before == null) {
            before = runUp(sorted);
        }
        long[] line = new long[delay + sorted.length];
        System.arraycopy(before, 0, line, 0, delay);
        System.arraycopy(sorted, 0, line, delay, sorted.length);
        before = Arrays.copyOfRange(line, line.length - delay, line.length);
        return Arrays.copyOf(line, sorted.length);
    }

    /** Times before the first frame, at the distance of the first two. */
    private long[] runUp(long[] sorted) {
        long step = sorted.length > 1 ? Math.max(1, sorted[1] - sorted[0]) : 1;
        long[] times = new long[delay];
        for (int i = 0; i < delay; i++) {
            times[i] = sorted[0] - (delay - i) * step;
        }
        return times;
    }
}
