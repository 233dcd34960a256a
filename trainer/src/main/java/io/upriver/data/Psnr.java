package io.upriver.data;

/** Peak signal-to-noise ratio of luma planes, peak 255, as super-resolution papers measure it. */
public final class Psnr {
    private Psnr() {}

    /**
     * Decibels between two planes of the same size, leaving out {@code border} pixels at every
     * side. Infinite for equal planes.
     */
    public static double decibels(Luma expected, Luma actual, int border) {
        if (expected.width() != actual.width() || expected.height() != actual.height()) {
            throw new IllegalArgumentException(
                    "PSNR: expected "
                            + expected.width()
                            + "x"
                            + expected.height()
                            + ", got "
                            + actual.width()
                            + "x"
                            + actual.height());
        }
        if (expected.width() <= 2 * border || expected.height() <= 2 * border) {
            throw new IllegalArgumentException(
                    "PSNR: "
                            + expected.width()
                            + "x"
                            + expected.height()
                            + " has nothing inside a border of "
                            + border);
        }
        long sum = 0;
        long count = 0;
        for (int y = border; y < expected.height() - border; y++) {
            for (int x = border; x < expected.width() - border; x++) {
                int difference = expected.at(x, y) - actual.at(x, y);
                sum += (long) difference * difference;
                count++;
            }
        }
        return 10 * Math.log10(255.0 * 255.0 * count / sum);
    }
}
