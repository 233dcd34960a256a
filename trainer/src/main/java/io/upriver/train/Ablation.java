package io.upriver.train;

import io.upriver.distil.DistillationSettings;
import io.upriver.distil.DistillationSettings.FeatureTerm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What each part of the distillation brings, and the report of it. All variants have the same
 * student, pictures, steps and seeds.
 */
final class Ablation {

    /**
     * One variant.
     *
     * @param name of its runs' folders
     * @param words for the report
     * @param settings the distillation
     */
    record Variant(String name, String words, DistillationSettings settings) {}

    /**
     * What a run came to.
     *
     * @param validation dB on the pictures set apart
     * @param sets dB by test set
     */
    record Outcome(double validation, Map<String, Double> sets) {}

    private final Map<Variant, List<Outcome>> outcomes = new LinkedHashMap<>();

    /**
     * The truth alone; the teacher's picture too; with that, features, or pictures without truth.
     */
    static List<Variant> variants(FeatureTerm term, double featureWeight) {
        DistillationSettings output = DistillationSettings.defaults();
        DistillationSettings truth = output.with(Map.of("outputWeight", "0"));
        DistillationSettings depths =
                output.with(
                        Map.of(
                                "featureTerm", term.name(),
                                "featureWeight", Double.toString(featureWeight)));
        DistillationSettings unlabelled = output.with(Map.of("unlabelledShare", "0.5"));
        String features = "features at three depths (" + term.name().toLowerCase(Locale.ROOT) + ")";
        return List.of(
                new Variant("truth", "truth", truth),
                new Variant("output", "truth, the teacher's picture", output),
                new Variant("depths", "truth, the teacher's picture, " + features, depths),
                new Variant(
                        "unlabelled",
                        "truth, the teacher's picture, pictures without truth",
                        unlabelled));
    }

    void add(Variant variant, Outcome outcome) {
        outcomes.computeIfAbsent(variant, any -> new ArrayList<>()).add(outcome);
    }

    /** The report as a table in Markdown: means over the seeds, and their spread. */
    String table() {
        List<String> sets = new ArrayList<>();
        sets.add("validation");
        sets.addAll(outcomes.values().iterator().next().get(0).sets().keySet());
        StringBuilder text = new StringBuilder("| learned from | seeds |");
        sets.forEach(set -> text.append(' ').append(set).append(" |"));
        text.append("\n|---|---|").append("---|".repeat(sets.size())).append('\n');
        Variant first = outcomes.keySet().iterator().next();
        outcomes.forEach(
                (variant, runs) -> {
                    text.append("| ").append(variant.words()).append(" | ");
                    text.append(runs.size()).append(" |");
                    for (String set : sets) {
                        text.append(cell(figures(runs, set), figures(outcomes.get(first), set)));
                    }
                    text.append('\n');
                });
        return text.toString();
    }

    private static double[] figures(List<Outcome> runs, String set) {
        return runs.stream()
                .mapToDouble(run -> run.sets().getOrDefault(set, run.validation()))
                .toArray();
    }

    private static String cell(double[] figures, double[] base) {
        double mean = mean(figures);
        double spread = 0;
        for (double figure : figures) {
            spread += (figure - mean) * (figure - mean);
        }
        spread = figures.length < 2 ? 0 : Math.sqrt(spread / (figures.length - 1));
        return String.format(
                Locale.ROOT, " %.3f ± %.3f (%+.3f) |", mean, spread, mean - mean(base));
    }

    private static double mean(double[] figures) {
        double sum = 0;
        for (double figure : figures) {
            sum += figure;
        }
        return sum / figures.length;
    }
}
