package io.upriver.data;

/**
 * Crops to learn from, code values divided by 255.
 *
 * @param step the training step that they belong to, from 0
 * @param low [count, channels, side, side]
 * @param high [count, channels, scale * side, scale * side]
 * @param count crops
 * @param channels 1: luma, 3: red, green, blue
 * @param side side of the low crops in pixels
 */
@SuppressWarnings("ArrayRecordComponent") // batches are compared by nobody
public record Batch(long step, float[] low, float[] high, int count, int channels, int side) {}
