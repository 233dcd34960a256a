package io.upriver.demo;

import java.util.Random;

/**
 * Smooth random fields whose left edge goes on at the right one and whose top goes on at the
 * bottom, so that they can move in a circle for ever.
 *
 * <p>Gradient noise (Perlin, "Improving Noise", 2002) in several octaves, each half as strong and
 * twice as fine as the one before.
 */
final class Noise {

    private Noise() {}

    /**
     * A field, row by row, of values from about -1 to 1.
     *
     * @param columns cells of the coarsest octave in a row
     * @param rows cells of the coarsest octave in a column
     */
    static float[] field(long seed, int width, int height, int columns, int rows, int octaves) {
        Random random = new Random(seed);
        float[] field = new float[width * height];
        float strength = 1;
        for (int octave = 0; octave < octaves; octave++) {
            add(random, field, width, height, columns << octave, rows << octave, strength);
            strength /= 2;
        }
        return field;
    }

    private static void add(
            Random random,
            float[] field,
            int width,
            int height,
            int columns,
            int rows,
            float strength) {
        float[] slopesX = new float[columns * rows];
        float[] slopesY = new float[columns * rows];
        for (int i = 0; i < slopesX.length; i++) {
            double angle = random.nextDouble() * 2 * Math.PI;
            slopesX[i] = (float) StrictMath.cos(angle);
            slopesY[i] = (float) StrictMath.sin(angle);
        }
        for (int y = 0; y < height; y++) {
            float cellY = (float) y * rows / height;
            int top = (int) cellY;
            float fromTop = cellY - top;
            int bottom = (top + 1) % rows;
            for (int x = 0; x < width; x++) {
                float cellX = (float) x * columns / width;
                int left = (int) cellX;
                float fromLeft = cellX - left;
                int right = (left + 1) % columns;
                float across = smooth(fromLeft);
                float upper =
                        mix(
                                slope(slopesX, slopesY, top * columns + left, fromLeft, fromTop),
                                slope(
                                        slopesX,
                                        slopesY,
                                        top * columns + right,
                                        fromLeft - 1,
                                        fromTop),
                                across);
                float lower =
                        mix(
                                slope(
                                        slopesX,
                                        slopesY,
                                        bottom * columns + left,
                                        fromLeft,
                                        fromTop - 1),
                                slope(
                                        slopesX,
                                        slopesY,
                                        bottom * columns + right,
                                        fromLeft - 1,
                                        fromTop - 1),
                                across);
                field[y * width + x] += 1.4f * strength * mix(upper, lower, smooth(fromTop));
            }
        }
    }

    private static float slope(float[] slopesX, float[] slopesY, int corner, float x, float y) {
        return slopesX[corner] * x + slopesY[corner] * y;
    }

    private static float smooth(float t) {
        return t * t * t * (t * (t * 6 - 15) + 10);
    }

    private static float mix(float a, float b, float t) {
        return a + (b - a) * t;
    }
}
