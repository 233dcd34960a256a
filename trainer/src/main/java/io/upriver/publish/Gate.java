package io.upriver.publish;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Lets a model pass that is better than the one it is to replace: by a margin on average over the
 * held-out sets, and nowhere worse by more than {@value #WORST_LOSS} dB.
 *
 * @param marginDecibels what the mean of the sets' gains must reach, at least 0
 */
public record Gate(double marginDecibels) {
    /** The most that a single set may lose, in dB. */
    public static final double WORST_LOSS = 0.02;

    /** Differences of sums of decibels are not exact. */
    static final double ROUNDING = 1e-9;

    public Gate {
        if (!(marginDecibels >= 0)) {
            throw new IllegalArgumentException(
                    "margin: expected at least 0 dB, got " + marginDecibels);
        }
    }

    /** What the gate says, and why. */
    public sealed interface Verdict {
        /** A sentence without its full stop. */
        String sentence();
    }

    /** Good enough. */
    public record Passed(String sentence) implements Verdict {}

    /** Not good enough. */
    public record Refused(String sentence) implements Verdict {}

    /**
     * Compares PSNR in dB by set.
     *
     * @param candidate of the model that wants to pass
     * @param current of the model it is to replace
     * @throws IllegalArgumentException unless both were measured on the same sets, at least one
     */
    public Verdict judge(Map<String, Double> candidate, Map<String, Double> current) {
        if (candidate.isEmpty() || !candidate.keySet().equals(current.keySet())) {
            throw new IllegalArgumentException(
                    "expected figures on the same sets, got "
                            + candidate.keySet()
                            + " and "
                            + current.keySet());
        }
        double mean =
                candidate.keySet().stream()
                        .mapToDouble(set -> gain(candidate.get(set), current.get(set)))
                        .average()
                        .orElseThrow();
        if (!(mean >= marginDecibels - ROUNDING)) {
            return new Refused(
                    words(
                            "expected a gain of at least %.3f dB over the current model on average, got %+.3f dB",
                            marginDecibels, mean));
        }
        List<String> losses =
                candidate.keySet().stream()
                        .filter(
                                set ->
                                        gain(candidate.get(set), current.get(set))
                                                < -WORST_LOSS - ROUNDING)
                        .map(
                                set ->
                                        words(
                                                "%+.3f dB on %s",
                                                gain(candidate.get(set), current.get(set)), set))
                        .toList();
        return losses.isEmpty()
                ? new Passed(words("%+.3f dB over the current model on average", mean))
                : new Refused(
                        words("expected no set to lose more than %.3f dB, got ", WORST_LOSS)
                                + String.join(" and ", losses));
    }

    /** Two that are both exact differ by nothing. */
    static double gain(double candidate, double current) {
        return candidate == current ? 0 : candidate - current;
    }

    private static String words(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
