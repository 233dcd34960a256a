package io.upriver.demo;

import java.awt.image.BufferedImage;
import java.util.Random;

/**
 * A wall of rough stones, as a tile that goes on at its other edge.
 *
 * <p>Each stone is the place nearest to a random point (Worley, "A Cellular Texture Basis
 * Function", 1996); the joints, and noise on top, are a relief that is lit from the upper left.
 */
final class StoneWall {

    private static final int COLUMNS = 14;
    private static final int ROWS = 4;
    private static final double JOINT = 16;

    private final int width;
    private final int height;
    private final double[] pointsX = new double[COLUMNS * ROWS];
    private final double[] pointsY = new double[COLUMNS * ROWS];
    private final float[] tones = new float[COLUMNS * ROWS];
    private final float[] grain;
    private final float[] relief;
    private final int[] stones;

    private StoneWall(long seed, int width, int height) {
        this.width = width;
        this.height = height;
        this.grain = Noise.field(seed, width, height, 24, 6, 5);
        this.relief = new float[width * height];
        this.stones = new int[width * height];
        Random random = new Random(seed);
        for (int i = 0; i < pointsX.length; i++) {
            int row = i / COLUMNS;
            double shift = row % 2 == 0 ? 0.3 : -0.2;
            pointsX[i] =
                    (i % COLUMNS + 0.5 + shift + 0.6 * (random.nextDouble() - 0.5))
                            * width
                            / COLUMNS;
            pointsY[i] = (row + 0.5 + 0.5 * (random.nextDouble() - 0.5)) * height / ROWS;
            tones[i] = random.nextFloat();
        }
    }

    static BufferedImage tile(long seed, int width, int height) {
        StoneWall wall = new StoneWall(seed, width, height);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                wall.measure(x, y);
            }
        }
        return wall.lit();
    }

    /** Finds the stone at a place and how far it is from the joint. */
    private void measure(int x, int y) {
        double nearest = Double.MAX_VALUE;
        double second = Double.MAX_VALUE;
        int stone = 0;
        for (int i = 0; i < pointsX.length; i++) {
            double dx = around(x - pointsX[i], width);
            double dy = 1.25 * around(y - pointsY[i], height);
            double distance = dx * dx + dy * dy;
            if (distance < nearest) {
                second = nearest;
                nearest = distance;
                stone = i;
            } else if (distance < second) {
                second = distance;
            }
        }
        int at = y * width + x;
        double inside = Math.min(1, (Math.sqrt(second) - Math.sqrt(nearest)) / JOINT);
        stones[at] = stone;
        relief[at] = (float) (11 * inside * (2 - inside) + 5 * grain[at]);
    }

    private static double around(double distance, int period) {
        return distance - period * Math.rint(distance / period);
    }

    private BufferedImage lit() {
        BufferedImage tile = Drawing.image(width, height);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = y * width + x;
                float slopeX = relief[y * width + (x + 1) % width] - relief[at];
                float slopeY = relief[(y + 1) % height * width + x] - relief[at];
                double light =
                        (0.62 - 0.42 * slopeX - 0.55 * slopeY)
                                / Math.sqrt(1 + slopeX * slopeX + slopeY * slopeY);
                double depth = Math.min(1, Math.max(0, relief[at] / 11));
                double bright = (0.25 + 0.75 * depth) * (0.35 + 0.9 * Math.max(0, light));
                double moss = Math.max(0, 0.9 - 1.3 * depth + 0.6 * grain[at]);
                double tone = 0.8 + 0.35 * tones[stones[at]];
                tile.setRGB(
                        x,
                        y,
                        Colours.of(
                                bright * (168 * tone - 70 * moss),
                                bright * (158 * tone - 10 * moss),
                                bright * (142 * tone - 80 * moss)));
            }
        }
        return tile;
    }
}
