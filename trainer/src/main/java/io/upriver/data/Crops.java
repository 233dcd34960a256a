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
public final class Crops {
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

    /** The batch of a step. */
    public Batch batch(long step) {
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + step);
        int scale = pairs.get(0).scale();
        int highSide = side * scale;
        float[] low = new float[count * side * side];
        float[] high = new float[count * highSide * highSide];
        for (int i = 0; i < count; i++) {
            ImagePair pair = pairs.get(random.nextInt(pairs.size()));
            int x = random.nextInt(pair.low().width() - side + 1);
            int y = random.nextInt(pair.low().height() - side + 1);
            int orientation = random.nextInt(8);
            cut(pair.low(), x, y, side, orientation, low, i * side * side);
            cut(
                    pair.high(),
                    x * scale,
                    y * scale,
                    highSide,
                    orientation,
                    high,
                    i * highSide * highSide);
        }
        return new Batch(step, low, high, count, side);
    }

    private static void cut(
            Luma from, int x, int y, int side, int orientation, float[] to, int offset) {
        boolean mirrorRows = (orientation & 1) != 0;
        boolean mirrorColumns = (orientation & 2) != 0;
        boolean transpose = (orientation & 4) != 0;
        for (int row = 0; row < side; row++) {
            for (int column = 0; column < side; column++) {
                int r = mirrorRows ? side - 1 - row : row;
                int c = mirrorColumns ? side - 1 - column : column;
                to[offset + row * side + column] =
                        transpose ? from.at(x + r, y + c) / 255f : from.at(x + c, y + r) / 255f;
            }
        }
    }
}
