package io.upriver.student;

import io.upriver.learn.Weights.Tensor;
import io.upriver.student.StudentSpec.Interpolation;

/**
 * Interpolation written as a convolution: one fixed filter for every output pixel of a square of
 * input pixels.
 */
final class InterpolationKernels {
    private InterpolationKernels() {}

    /**
     * Weight [C * (s * f)^2, C, f + 4, f + 4] that reads a picture padded by 2 with stride f.
     * Filter (c, i, j) gives of channel c the output pixel in row i, column j of the s * f square
     * that stands for f x f input pixels.
     */
    static Tensor phases(StudentSpec spec) {
        int window = spec.fold() + 2 * StudentGraph.INPUT_MARGIN;
        int side = spec.scale() * spec.fold();
        int channels = spec.channels();
        int phases = side * side;
        float[] values = new float[channels * phases * channels * window * window];
        for (int channel = 0; channel < channels; channel++) {
            for (int phase = 0; phase < phases; phase++) {
                double[] vertical = taps(spec.skip(), spec.scale(), phase / side, window);
                double[] horizontal = taps(spec.skip(), spec.scale(), phase % side, window);
                int at = ((channel * phases + phase) * channels + channel) * window * window;
                for (double v : vertical) {
                    for (double h : horizontal) {
                        values[at++] = (float) (v * h);
                    }
                }
            }
        }
        return Tensor.of(values, (long) channels * phases, channels, window, window);
    }

    /**
     * Weights of the window's pixels for output pixel {@code index}, whose centre lies at (index +
     * 0.5) / scale.
     */
    private static double[] taps(Interpolation interpolation, int scale, int index, int window) {
        double centre = (index + 0.5) / scale - 0.5;
        double[] taps = new double[window];
        for (int k = 0; k < window; k++) {
            double distance = Math.abs(k - StudentGraph.INPUT_MARGIN - centre);
            taps[k] =
                    switch (interpolation) {
                        case NONE -> 0;
                        case NEAREST -> k - StudentGraph.INPUT_MARGIN == index / scale ? 1 : 0;
                        case BILINEAR -> Math.max(0, 1 - distance);
                        case BICUBIC -> cubic(distance);
                    };
        }
        return taps;
    }

    /** Keys' cubic convolution kernel with a = -0.5. */
    private static double cubic(double x) {
        if (x < 1) {
            return (1.5 * x - 2.5) * x * x + 1;
        }
        return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
    }
}
