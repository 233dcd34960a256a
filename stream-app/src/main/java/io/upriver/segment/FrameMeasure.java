package io.upriver.segment;

import io.upriver.frame.Plane;
import io.upriver.schemas.Quality;
import java.util.Arrays;

/**
 * Measures luma without knowing the truth, see {@link Quality} for what the figures mean.
 *
 * <p>Used by one thread at a time.
 */
final class FrameMeasure {

    private final Plane low;
    private final Plane interpolated;
    private final int scale;
    private final double plainDetail;

    /**
     * @param low the frame that came in
     * @param interpolated the same, enlarged by interpolation
     */
    FrameMeasure(Plane low, Plane interpolated) {
        this.low = low;
        this.interpolated = interpolated;
        this.scale = interpolated.width() / low.width();
        this.plainDetail = detail(interpolated);
    }

    /**
     * @param high the frame, enlarged by a network
     * @param laneMillis time that took
     */
    Quality of(Plane high, double laneMillis) {
        double detail = detail(high);
        double sharpness =
                plainDetail == 0
                        ? detail == 0 ? 1 : Quality.MOST_SHARPNESS
                        : Math.min(Quality.MOST_SHARPNESS, detail / plainDetail);
        return new Quality(consistency(high), sharpness, seam(high), laneMillis);
    }

    private double consistency(Plane high) {
        int[] row = new int[high.width()];
        int[] sums = new int[low.width()];
        int[] given = new int[low.width()];
        double squares = 0;
        for (int y = 0; y < low.height(); y++) {
            Arrays.fill(sums, 0);
            for (int i = 0; i < scale; i++) {
                high.readRow(y * scale + i, row);
                for (int x = 0; x < row.length; x++) {
                    sums[x / scale] += row[x];
                }
            }
            low.readRow(y, given);
            for (int x = 0; x < given.length; x++) {
                double difference = (double) sums[x] / (scale * scale) - given[x];
                squares += difference * difference;
            }
        }
        double mean = squares / ((double) low.width() * low.height());
        double peak = low.peak();
        double decibels = mean == 0 ? Double.MAX_VALUE : 10 * Math.log10(peak * peak / mean);
        return Math.max(0, Math.min(Quality.MOST_CONSISTENCY, decibels));
    }

    /** Mean absolute difference of a sample and the mean of its four neighbours. */
    private static double detail(Plane plane) {
        int width = plane.width();
        int[] above = new int[width];
        int[] here = new int[width];
        int[] below = new int[width];
        plane.readRow(0, here);
        plane.readRow(Math.min(1, plane.height() - 1), below);
        long sum = 0;
        for (int y = 1; y + 1 < plane.height(); y++) {
            int[] free = above;
            above = here;
            here = below;
            below = free;
            plane.readRow(y + 1, below);
            for (int x = 1; x + 1 < width; x++) {
                sum += Math.abs(4 * here[x] - above[x] - below[x] - here[x - 1] - here[x + 1]);
            }
        }
        long inside = (long) Math.max(1, width - 2) * Math.max(1, plane.height() - 2);
        return sum / 4.0 / inside;
    }

    /**
     * The steps of what the network adds to the interpolation, line by line: there, what the
     * picture itself has of lines is gone.
     */
    private double seam(Plane high) {
        int width = high.width();
        double[] rows = new double[high.height()];
        double[] columns = new double[width];
        int[] above = new int[width];
        int[] added = new int[width];
        int[] plain = new int[width];
        for (int y = 0; y < rows.length; y++) {
            int[] free = above;
            above = added;
            added = free;
            high.readRow(y, added);
            interpolated.readRow(y, plain);
            for (int x = 0; x < width; x++) {
                added[x] -= plain[x];
                rows[y] += y == 0 ? 0 : Math.abs(added[x] - above[x]);
                columns[x] += x == 0 ? 0 : Math.abs(added[x] - added[x - 1]);
            }
        }
        double unit = low.peak() / 255.0;
        return Math.min(
                255, Math.max(worst(rows, width * unit), worst(columns, rows.length * unit)));
    }

    /**
     * Lines are compared with those at the same place of the period that the scale makes, and what
     * they stand out by with the mean step: what a sharper network adds is larger everywhere.
     *
     * @param each what a step of one code value of 8 bits adds to a line
     */
    private double worst(double[] steps, double each) {
        double worst = 0;
        double sum = 0;
        for (int line = scale + 1; line + scale < steps.length; line++) {
            double beside = (steps[line - scale] + steps[line + scale]) / 2;
            worst = Math.max(worst, steps[line] - beside);
            sum += steps[line];
        }
        double mean = sum / Math.max(1, steps.length - 2 * scale - 1);
        return worst / (mean + each);
    }
}
