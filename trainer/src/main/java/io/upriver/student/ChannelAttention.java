package io.upriver.student;

import io.upriver.student.StudentSpec.Attention;

/**
 * Weighs the channels of features [N, C, H, W] by what they contain.
 *
 * <pre>
 *   attention(x) = x * sigmoid(1x1(relu(1x1(s(x)))))          C -> C/16 -> C
 *   CONTRAST:                 s = std + mean over the whole map (IMDN, arXiv 1909.11856)
 *   CONTRAST_HIGH_FREQUENCY:  s = std over 9x9 + std over 3x3, around each pixel
 * </pre>
 *
 * The second is our reading of the contrast-and-high-frequency attention that arXiv 2503.14779
 * describes in words only: the wide window answers to contrast, the narrow one to the finest
 * detail. Both windows are finite, so that a tile with the network's halo is exactly the whole
 * picture; a statistic over the whole map cannot be.
 */
final class ChannelAttention {
    private static final int WIDE = 9;
    private static final int NARROW = 3;

    /**
     * Pixels on each side that the windows look at: a mean of squares of differences from a mean.
     */
    static final int REACH = 2 * (WIDE / 2);

    private static final int SHARE = 16;

    private ChannelAttention() {}

    /** Weights are {@code name.conv_du.0} and {@code name.conv_du.2}, as IMDN names them. */
    static <V> V apply(
            Attention attention, String name, int width, V input, StudentOperators<V> ops) {
        if (attention == Attention.NONE) {
            return input;
        }
        V statistic =
                attention == Attention.CONTRAST
                        ? contrast(input, ops)
                        : ops.add(deviation(input, WIDE, ops), deviation(input, NARROW, ops));
        int hidden = Math.max(1, width / SHARE);
        V squeezed =
                ops.leakyRelu(
                        ops.convolve(
                                statistic, Filter.pointwise(name + ".conv_du.0", width, hidden)),
                        0);
        V weight =
                ops.sigmoid(
                        ops.convolve(
                                squeezed, Filter.pointwise(name + ".conv_du.2", hidden, width)));
        return ops.multiply(input, weight);
    }

    private static <V> V contrast(V input, StudentOperators<V> ops) {
        V mean = ops.globalMean(input);
        V difference = ops.subtract(input, mean);
        V variance = ops.globalMean(ops.multiply(difference, difference));
        return ops.add(ops.squareRoot(variance), mean);
    }

    private static <V> V deviation(V input, int window, StudentOperators<V> ops) {
        V difference = ops.subtract(input, ops.localMean(input, window));
        return ops.squareRoot(ops.localMean(ops.multiply(difference, difference), window));
    }
}
