package io.upriver.data;

import java.util.List;

/**
 * Crops to learn from, code values divided by 255.
 *
 * @param step the training step that they belong to, from 0
 * @param low [count, channels, side, side]
 * @param high what the network should give, [count, channels, scale * side, scale * side]
 * @param label what a teacher gives, of the same shape; null without a teacher
 * @param features a teacher's feature maps for these crops, one array a feature, [count, width,
 *     side / pool, side / pool]; empty without them
 * @param count crops
 * @param channels 1: luma, 3: red, green, blue
 * @param side side of the low crops in pixels
 */
@SuppressWarnings("ArrayRecordComponent") // batches are compared by nobody
public record Batch(
        long step,
        float[] low,
        float[] high,
        float[] label,
        List<float[]> features,
        int count,
        int channels,
        int side) {

    /** Crops without a teacher. */
    public static Batch of(
            long step, float[] low, float[] high, int count, int channels, int side) {
        return new Batch(step, low, high, null, List.of(), count, channels, side);
    }
}
