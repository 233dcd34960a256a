package io.upriver.observe;

import java.util.List;
import java.util.Locale;

/**
 * How long something took, of many times, in milliseconds.
 *
 * @param p90 90 of 100 took at most so long
 * @param p99 99 of 100 took at most so long
 */
public record Times(double median, double p90, double p99, double max) {

    /** At least one, in milliseconds. */
    public static Times of(List<Double> millis) {
        List<Double> sorted = millis.stream().sorted().toList();
        int last = sorted.size() - 1;
        return new Times(
                sorted.get(last / 2), part(sorted, 0.9), part(sorted, 0.99), sorted.get(last));
    }

    private static double part(List<Double> sorted, double share) {
        return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
    }

    /** Median, p99 and the longest. */
    public String toWords() {
        return String.format(Locale.ROOT, "%.0f, %.0f, %.0f", median, p99, max);
    }
}
