package io.upriver.hotswap;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.upriver.observe.BenchReport;
import io.upriver.observe.Times;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a run has shown, against what it was to show.
 *
 * @param kinds of bad models
 * @param refused bad models that were refused
 * @param seconds from the first swap to the last
 * @param loadSeconds from the first segment to the last
 * @param current from a model's publication to its status
 * @param firstSegment from a model's publication to the first segment done by it
 * @param residentAfterWarmUp bytes
 * @param residentAtEnd bytes
 */
public record SwapReport(
        SwapPlan plan,
        int kinds,
        int refused,
        double seconds,
        double loadSeconds,
        Counts segments,
        Times current,
        Times firstSegment,
        long residentAfterWarmUp,
        long residentAtEnd)
        implements BenchReport {

    /**
     * A line of the table.
     *
     * @param isKept whether it is as expected; true where nothing is
     */
    public record Line(String what, String expected, String got, boolean isKept) {}

    /** What was measured, each against what is expected of it. */
    @JsonProperty
    public List<Line> lines() {
        Table table = new Table();
        table.add("segments in", segments.in());
        table.exactly("segments out", segments.in(), segments.out());
        table.exactly("rejected", 0, segments.rejected());
        table.exactly("lost", 0, segments.lost());
        table.exactly("twice", 0, segments.twice());
        table.exactly("done by no network", 0, segments.withoutNetwork());
        table.exactly("done by a model that was not published", 0, segments.unknownModel());
        table.exactly("done by an older model than the one before", 0, segments.olderModel());
        table.exactly("with another number of pictures", 0, segments.otherNumber());
        table.exactly("with pictures of two models", 0, segments.twoModels());
        table.exactly(
                "with pictures of another model than the header names", 0, segments.otherModel());
        table.add("pictures looked at", segments.pictures());
        table.atMost(
                "their mean luma, farthest from their model's",
                Account.TOLERANCE,
                segments.farthest(),
                "%.2f");
        table.exactly("bad models refused, of %d kinds".formatted(kinds), plan.bad(), refused);
        table.within("ms to the status current: median, p99, max", plan.longestMillis(), current);
        table.within(
                "ms to the first segment done: median, p99, max",
                plan.longestMillis(),
                firstSegment);
        double megabyte = 1e6;
        table.add(
                "MB resident after %d swaps".formatted(plan.warmUp()),
                Math.round(residentAfterWarmUp / megabyte));
        table.atMost(
                "MB more at the end",
                plan.mostGrowthBytes() / megabyte,
                (residentAtEnd - residentAfterWarmUp) / megabyte,
                "%.0f");
        table.add("segments a second", Math.round(segments.in() / loadSeconds));
        return table.lines;
    }

    private static final class Table {
        private final List<Line> lines = new ArrayList<>();

        void add(String what, long got) {
            lines.add(new Line(what, "", Long.toString(got), true));
        }

        void exactly(String what, long expected, long got) {
            lines.add(new Line(what, Long.toString(expected), Long.toString(got), expected == got));
        }

        void atMost(String what, double most, double got, String format) {
            lines.add(
                    new Line(
                            what,
                            "at most " + String.format(Locale.ROOT, format, most),
                            String.format(Locale.ROOT, format, got),
                            got <= most));
        }

        void within(String what, long most, Times got) {
            lines.add(new Line(what, "at most " + most, got.toWords(), got.max() <= most));
        }
    }

    /** Whether all is as expected. */
    @JsonProperty
    @Override
    public boolean isKept() {
        return lines().stream().allMatch(Line::isKept);
    }

    /** A table for people. */
    @Override
    public String toTable() {
        StringBuilder table = new StringBuilder();
        table.append(
                String.format(
                        Locale.ROOT,
                        "%d swaps and %d bad models in %.0f s, %d streams of small segments, %.1f in work at any time%n%n",
                        plan.swaps(),
                        plan.bad(),
                        seconds,
                        LiveLoad.STREAMS,
                        segments.workMillis() / 1e3 / loadSeconds));
        table.append("| what | expected | got |\n|---|---|---|\n");
        for (Line line : lines()) {
            table.append(
                    "| %s | %s | %s |%s%n"
                            .formatted(
                                    line.what(),
                                    line.expected(),
                                    line.got(),
                                    line.isKept() ? "" : " <- not as expected"));
        }
        return table.toString();
    }

    /** For programs. */
    @Override
    public String toJson() {
        try {
            return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the report cannot be written as JSON", e);
        }
    }
}
