package io.upriver.data;

/**
 * Bicubic resizing the way MATLAB's imresize does it, which the published figures of
 * super-resolution rest on: Keys' kernel with a = -0.5, stretched by the scale when shrinking
 * (antialiasing), weights that sum to one, mirrored edges, rows first, 64-bit arithmetic, one
 * rounding at the end.
 */
public final class Bicubic {
    private Bicubic() {}

    /** Shrinks both sides by {@code scale}; they must be multiples of it. */
    public static Picture shrink(Picture image, int scale) {
        if (image.width() % scale != 0 || image.height() % scale != 0) {
            throw new IllegalArgumentException(
                    "cannot shrink "
                            + image.width()
                            + "x"
                            + image.height()
                            + " by "
                            + scale
                            + ": sides must be multiples of it");
        }
        return resize(image, image.width() / scale, image.height() / scale, 1.0 / scale);
    }

    /** Enlarges both sides by {@code scale}. */
    public static Picture enlarge(Picture image, int scale) {
        return resize(image, image.width() * scale, image.height() * scale, scale);
    }

    private static Picture resize(Picture image, int width, int height, double scale) {
        Taps vertical = Taps.of(image.height(), height, scale);
        Taps horizontal = Taps.of(image.width(), width, scale);
        byte[] samples = new byte[width * height * image.channels()];
        for (int channel = 0; channel < image.channels(); channel++) {
            resize(image, channel, vertical, horizontal, width, height, samples);
        }
        return new Picture(width, height, image.channels(), samples);
    }

    private static void resize(
            Picture image,
            int channel,
            Taps vertical,
            Taps horizontal,
            int width,
            int height,
            byte[] samples) {
        double[] rows = new double[height * image.width()];
        int plane = channel * image.width() * image.height();
        int out = channel * width * height;
        for (int y = 0; y < height; y++) {
            for (int k = 0; k < vertical.count; k++) {
                double weight = vertical.weights[y * vertical.count + k];
                int from = plane + vertical.indices[y * vertical.count + k] * image.width();
                for (int x = 0; x < image.width(); x++) {
                    rows[y * image.width() + x] += weight * (image.samples()[from + x] & 255);
                }
            }
        }
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double sum = 0;
                for (int k = 0; k < horizontal.count; k++) {
                    sum +=
                            horizontal.weights[x * horizontal.count + k]
                                    * rows[
                                            y * image.width()
                                                    + horizontal.indices[x * horizontal.count + k]];
                }
                samples[out + y * width + x] = (byte) Math.max(0, Math.min(255, Math.round(sum)));
            }
        }
    }

    /**
     * For each output position, the input positions it reads and their weights; {@code count} of
     * them.
     */
    private static final class Taps {
        private final int count;
        private final int[] indices;
        private final double[] weights;

        private Taps(int outputs, int count) {
            this.count = count;
            this.indices = new int[outputs * count];
            this.weights = new double[outputs * count];
        }

        static Taps of(int inputs, int outputs, double scale) {
            double stretch = Math.min(scale, 1);
            double support = 4 / stretch;
            int count = (int) Math.ceil(support) + 2;
            Taps taps = new Taps(outputs, count);
            for (int i = 0; i < outputs; i++) {
                double centre = (i + 0.5) / scale - 0.5;
                int first = (int) Math.floor(centre - support / 2);
                double sum = 0;
                for (int k = 0; k < count; k++) {
                    int at = i * count + k;
                    taps.indices[at] = mirror(first + k, inputs);
                    taps.weights[at] = cubic(Math.abs(first + k - centre) * stretch);
                    sum += taps.weights[at];
                }
                for (int k = 0; k < count; k++) {
                    taps.weights[i * count + k] /= sum;
                }
            }
            return taps;
        }

        /** Mirrors at the edge with the edge pixel repeated: -1 is 0, -2 is 1. */
        private static int mirror(int index, int size) {
            int period = Math.floorMod(index, 2 * size);
            return period < size ? period : 2 * size - 1 - period;
        }

        private static double cubic(double x) {
            if (x < 1) {
                return (1.5 * x - 2.5) * x * x + 1;
            }
            return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
        }
    }
}
