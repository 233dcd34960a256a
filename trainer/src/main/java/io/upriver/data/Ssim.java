package io.upriver.data;

import java.util.function.DoubleBinaryOperator;

/**
 * Structural similarity of luma: Wang, Bovik, Sheikh and Simoncelli, "Image quality assessment:
 * from error visibility to structural similarity", 2004, with the numbers of that paper: windows of
 * 11x11 under a Gaussian of 1.5 pixels, K1 = 0.01, K2 = 0.03, range 255. Only windows that lie
 * wholly inside count.
 *
 * <p>A Gaussian window is the product of a row and a column, so every mean is taken in two passes.
 */
public final class Ssim {
    /** Side of a window in pixels. */
    public static final int WINDOW = 11;

    private static final double SIGMA = 1.5;
    private static final double C1 = 0.01 * 255 * 0.01 * 255;
    private static final double C2 = 0.03 * 255 * 0.03 * 255;
    private static final double[] WEIGHTS = weights();

    private Ssim() {}

    /**
     * The mean over all windows of two pictures of the same size, leaving out {@code border} pixels
     * at every side: 1 for equal ones, at least -1.
     *
     * @throws IllegalArgumentException if the sizes differ or no window fits
     */
    public static double mean(Picture expected, Picture actual, int border) {
        Psnr.Region region = Psnr.Region.within("SSIM", expected, actual, border);
        int width = region.width() - WINDOW + 1;
        int height = region.height() - WINDOW + 1;
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "SSIM: expected at least "
                            + WINDOW
                            + "x"
                            + WINDOW
                            + " pixels inside a border of "
                            + border
                            + ", got "
                            + region.width()
                            + "x"
                            + region.height());
        }
        double[] x = luma(expected, border, region);
        double[] y = luma(actual, border, region);
        double[] meanX = means(x, x, (a, b) -> a, region);
        double[] meanY = means(y, y, (a, b) -> a, region);
        double[] meanXx = means(x, x, (a, b) -> a * b, region);
        double[] meanYy = means(y, y, (a, b) -> a * b, region);
        double[] meanXy = means(x, y, (a, b) -> a * b, region);
        double sum = 0;
        for (int i = 0; i < width * height; i++) {
            double product = meanX[i] * meanY[i];
            double squares = meanX[i] * meanX[i] + meanY[i] * meanY[i];
            double covariance = meanXy[i] - product;
            double variances = meanXx[i] + meanYy[i] - squares;
            sum += (2 * product + C1) * (2 * covariance + C2) / ((squares + C1) * (variances + C2));
        }
        return sum / (width * height);
    }

    private static double[] luma(Picture picture, int border, Psnr.Region region) {
        double[] luma = new double[region.width() * region.height()];
        for (int i = 0; i < luma.length; i++) {
            luma[i] = picture.lumaAt(border + i % region.width(), border + i / region.width());
        }
        return luma;
    }

    /** The weighted mean of {@code of(a, b)} in every window, windows in rows. */
    private static double[] means(
            double[] a, double[] b, DoubleBinaryOperator of, Psnr.Region region) {
        int width = region.width() - WINDOW + 1;
        int height = region.height() - WINDOW + 1;
        double[] rows = new double[width * region.height()];
        for (int row = 0; row < region.height(); row++) {
            for (int k = 0; k < WINDOW; k++) {
                int from = row * region.width() + k;
                for (int column = 0; column < width; column++) {
                    rows[row * width + column] +=
                            WEIGHTS[k] * of.applyAsDouble(a[from + column], b[from + column]);
                }
            }
        }
        double[] means = new double[width * height];
        for (int i = 0; i < means.length; i++) {
            for (int k = 0; k < WINDOW; k++) {
                means[i] += WEIGHTS[k] * rows[i + k * width];
            }
        }
        return means;
    }

    private static double[] weights() {
        double[] weights = new double[WINDOW];
        double sum = 0;
        for (int k = 0; k < WINDOW; k++) {
            double distance = k - (WINDOW - 1) / 2.0;
            weights[k] = Math.exp(-distance * distance / (2 * SIGMA * SIGMA));
            sum += weights[k];
        }
        for (int k = 0; k < WINDOW; k++) {
            weights[k] /= sum;
        }
        return weights;
    }
}
