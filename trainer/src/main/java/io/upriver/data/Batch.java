package io.upriver.data;

/**
 * Crops to learn from, code values divided by 255.
 *
 * @param step the training step that they belong to, from 0
 * @param low [count, 1, side, side]
 * @param high [count, 1, scale * side, scale * side]
 * @param count crops
 * @param side side of the low crops in pixels
 */
@SuppressWarnings("ArrayRecordComponent") // batches are compared by nobody
public record Batch(long step, float[] low, float[] high, int count, int side) {}
