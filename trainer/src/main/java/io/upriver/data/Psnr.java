package io.upriver.data;

/** Peak signal-to-noise ratio of luma, peak 255, as super-resolution papers measure it. */
public final class Psnr {
    private Psnr() {}

    /**
     * Decibels between the luma of two pictures of the same size, leaving out {@code border} pixels
     * at every side. Infinite for equal ones.
     */
    public static double decibels(Picture expected, Picture actual, int border) {
        Region region = Region.within("PSNR", expected, actual, border);
        double sum = 0;
        for (int y = border; y < border + region.height(); y++) {
            for (int x = border; x < border + region.width(); x++) {
                double difference = expected.lumaAt(x, y) - actual.lumaAt(x, y);
                sum += difference * difference;
            }
        }
        return 10 * Math.log10(255.0 * 255.0 * region.width() * region.height() / sum);
    }

    /** What is left of two pictures inside a border. */
    record Region(int width, int height) {
        static Region within(String measure, Picture expected, Picture actual, int border) {
            if (expected.width() != actual.width() || expected.height() != actual.height()) {
                throw new IllegalArgumentException(
                        measure + ": expected " + size(expected) + ", got " + size(actual));
            }
            Region region =
                    new Region(expected.width() - 2 * border, expected.height() - 2 * border);
            if (region.width <= 0 || region.height <= 0) {
                throw new IllegalArgumentException(
                        measure
                                + ": "
                                + size(expected)
                                + " has nothing inside a border of "
                                + border);
            }
            return region;
        }

        private static String size(Picture picture) {
            return picture.width() + "x" + picture.height();
        }
    }
}
