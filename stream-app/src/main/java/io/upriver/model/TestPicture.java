package io.upriver.model;

import io.upriver.frame.Plane;

/**
 * A drawn picture of which the truth is known: soft waves that become finer to the right, over a
 * ramp, with a disc, a tilted beam and thin lines. It is drawn large, and every sample of the small
 * one is the mean of the large ones that it covers.
 *
 * @param low what a network gets
 * @param truth what it should make of it
 */
record TestPicture(Plane low, Plane truth) {

    /** Odd, so that no block of samples fits. */
    private static final int WIDTH = 67;

    private static final int HEIGHT = 53;

    /** Each large sample is the mean of so many points along each side: edges are soft as video. */
    private static final int POINTS = 4;

    /** The picture for networks of a scale. */
    static TestPicture draw(int scale) {
        Plane truth = Plane.allocate(WIDTH * scale, HEIGHT * scale);
        for (int y = 0; y < truth.height(); y++) {
            for (int x = 0; x < truth.width(); x++) {
                double sum = 0;
                for (int point = 0; point < POINTS * POINTS; point++) {
                    int column = POINTS * x + point % POINTS;
                    int row = POINTS * y + point / POINTS;
                    double pitch = POINTS * scale;
                    sum += light((column + 0.5) / pitch, (row + 0.5) / pitch);
                }
                put(truth, x, y, sum / (POINTS * POINTS));
            }
        }
        return new TestPicture(shrunk(truth, scale), truth);
    }

    /** The mean of each square of samples. */
    static Plane shrunk(Plane high, int scale) {
        Plane low = Plane.allocate(high.width() / scale, high.height() / scale);
        for (int y = 0; y < low.height(); y++) {
            for (int x = 0; x < low.width(); x++) {
                double sum = 0;
                for (int i = 0; i < scale * scale; i++) {
                    sum += high.sample(x * scale + i % scale, y * scale + i / scale);
                }
                put(low, x, y, sum / (scale * scale));
            }
        }
        return low;
    }

    /** The light at a place, in small samples: a code value. */
    private static double light(double u, double v) {
        if (Math.hypot(u - 50, v - 16) < 9) {
            return 210;
        }
        double across = (u - 30) * 0.94 + (v - 40) * 0.34;
        if (v > 28 && Math.abs(across) < 2.5) {
            return 40;
        }
        if (v < 12 && u < 36 && u % 6 < 1.5) {
            return 180;
        }
        double wave = 36 * Math.sin(u * u / 90) * Math.cos(v / 5);
        return 90 + v + wave;
    }

    private static void put(Plane plane, int x, int y, double value) {
        plane.data().put(y * plane.strideBytes() + x, (byte) Math.round(value));
    }
}
