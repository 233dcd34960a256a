package io.upriver.data;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Random crops of random pictures in one of the eight orientations (four rotations, each mirrored
 * or not).
 *
 * <p>The batch of a step depends only on the seed and the step's number: a resumed run sees what an
 * uninterrupted one would have seen. Safe for several threads.
 */
public final class Crops implements BatchSource {
    private final List<ImagePair> pairs;
    private final int count;
    private final int side;
    private final long seed;

    /**
     * @param count crops in a batch
     * @param side side of the low crops in pixels
     */
    public Crops(List<ImagePair> pairs, int count, int side, long seed) {
        this.pairs = List.copyOf(pairs);
        this.count = count;
        this.side = side;
        this.seed = seed;
    }

    @Override
    public Batch batch(long step) {
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + step);
        int scale = pairs.get(0).scale();
        int highSide = side * scale;
        int channels = pairs.get(0).low().channels();
        int lowSamples = channels * side * side;
        int highSamples = channels * highSide * highSide;
        float[] low = new float[count * lowSamples];
        float[] high = new float[count * highSamples];
        for (int i = 0; i < count; i++) {
            ImagePair pair = pairs.get(random.nextInt(pairs.size()));
            int x = random.nextInt(pair.low().width() - side + 1);
            int y = random.nextInt(pair.low().height() - side + 1);
            int orientation = random.nextInt(8);
            cut(pair.low(), x, y, side, orientation, low, i * lowSamples);
            cut(pair.high(), x * scale, y * scale, highSide, orientation, high, i * highSamples);
        }
        return new Batch(step, low, high, count, channels, side);
    }

    private static void cut(
            Picture from, int x, int y, int side, int orientation, float[] to, int offset) {
        boolean mirrorRows = (orientation & 1) != 0;
        boolean mirrorColumns = (orientation & 2) != 0;
        boolean transpose = (orientation & 4) != 0;
        for (int row = 0; row < from.channels() * side; row++) {
            int channel = row / side;
            for (int column = 0; column < side; column++) {
                int r = mirrorRows ? side - 1 - row % side : row % side;
                int c = mirrorColumns ? side - 1 - column : column;
                int value =
                        transpose ? from.at(channel, x + r, y + c) : from.at(channel, x + c, y + r);
                to[offset + row * side + column] = value / 255f;
            }
        }
    }
}
