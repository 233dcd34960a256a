package io.upriver.ontime;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.upriver.observe.BenchReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a run has shown.
 *
 * @param parts within capacity, with more streams than that, and after those
 * @param lost segments of which nothing came
 * @param segmentsUntilBack how many segments of a stream were done by a cheaper way after the
 *     others were gone, before the first one as asked for; the most of all streams, -1 where it
 *     never was
 */
public record LiveReport(LivePlan plan, List<Part> parts, long lost, int segmentsUntilBack)
        implements BenchReport {

    private static final List<String> NAMES = List.of("at first", "with more", "after that");

    /**
     * @param starts when each part began, in milliseconds since 1970 UTC
     * @param results of all segments, in the order of coming
     */
    static LiveReport of(LivePlan plan, List<Long> starts, long sent, List<Result> results) {
        List<Part> parts = new ArrayList<>();
        for (int part = 0; part < starts.size(); part++) {
            long from = starts.get(part);
            long to = part + 1 < starts.size() ? starts.get(part + 1) : Long.MAX_VALUE;
            parts.add(
                    Part.of(
                            NAMES.get(part),
                            part == 1 ? plan.allStreams() : plan.streams(),
                            results.stream()
                                    .filter(r -> r.producedMillis() >= from)
                                    .filter(r -> r.producedMillis() < to)
                                    .toList()));
        }
        long different =
                results.stream().map(r -> r.stream() + "/" + r.sequence()).distinct().count();
        long gone = starts.get(starts.size() - 1);
        return new LiveReport(plan, parts, sent - different, untilBack(plan, gone, results));
    }

    private static int untilBack(LivePlan plan, long goneMillis, List<Result> results) {
        int most = 0;
        for (int number = 0; number < plan.streams(); number++) {
            int stream = number;
            List<Boolean> after =
                    results.stream()
                            .filter(r -> r.stream() == stream && r.producedMillis() >= goneMillis)
                            .map(Result::isAsAsked)
                            .toList();
            int first = after.indexOf(true);
            if (first < 0) {
                return -1;
            }
            most = Math.max(most, first);
        }
        return most;
    }

    /**
     * Whether nothing was lost, came twice or out of order, the deadline was kept at first by 99 of
     * 100 segments, no stream ever paused for longer than its deadline and two segments, and what
     * the streams ask for was back at the end.
     */
    @JsonProperty
    @Override
    public boolean isKept() {
        return lost == 0
                && segmentsUntilBack >= 0
                && parts.get(0).latency().p99() <= plan.deadlineMillis()
                && parts.stream()
                        .allMatch(
                                part ->
                                        part.twice() == 0
                                                && part.outOfOrder() == 0
                                                && part.longestPauseMillis()
                                                        <= plan.deadlineMillis()
                                                                + 2L * plan.segmentMillis());
    }

    /** A table for people. */
    @Override
    public String toTable() {
        StringBuilder table = new StringBuilder();
        table.append(
                "%s at %d fps by the model %s, segments of %d ms, deadline %d ms, %d s each%n%n"
                        .formatted(
                                plan.size(),
                                plan.framesPerSecond(),
                                plan.model(),
                                plan.segmentMillis(),
                                plan.deadlineMillis(),
                                plan.seconds()));
        table.append(
                """
                | part | streams | segments | ms to commit: p50 | p90 | p99 | max | longest pause, ms | done by |
                |---|---|---|---|---|---|---|---|---|
                """);
        for (Part part : parts) {
            table.append(
                    String.format(
                            Locale.ROOT,
                            "| %s | %d | %d | %.0f | %.0f | %.0f | %.0f | %d | %s |%n",
                            part.name(),
                            part.streams(),
                            part.segments(),
                            part.latency().median(),
                            part.latency().p90(),
                            part.latency().p99(),
                            part.latency().max(),
                            part.longestPauseMillis(),
                            part.ways().entrySet().stream()
                                    .map(way -> way.getKey() + " " + way.getValue())
                                    .collect(Collectors.joining(", "))));
        }
        table.append(
                "%nlost %d, twice %d, out of order %d; segments until the way asked for was back: %s%s%n"
                        .formatted(
                                lost,
                                parts.stream().mapToInt(Part::twice).sum(),
                                parts.stream().mapToInt(Part::outOfOrder).sum(),
                                segmentsUntilBack < 0 ? "never" : segmentsUntilBack,
                                isKept() ? "" : " <- not as expected"));
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
