package io.upriver.hotswap;

import java.util.List;
import java.util.Locale;

/**
 * How long something took, of many times, in milliseconds.
 *
 * @param p99 99 of 100 took at most so long
 */
public record Times(double median, double p99, double max) {

    /** At least one, in milliseconds. */
    static Times of(List<Double> millis) {
        List<Double> sorted = millis.stream().sorted().toList();
        int last = sorted.size() - 1;
        return new Times(
                sorted.get(last / 2),
                sorted.get((int) Math.ceil(0.99 * sorted.size()) - 1),
                sorted.get(last));
    }

    String toWords() {
        return String.format(Locale.ROOT, "%.0f, %.0f, %.0f", median, p99, max);
    }
}
