package io.upriver.k8s;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The metrics that there are, with their labels: those of the table in {@code docs/metrics.md},
 * which a test of the service holds to what it answers, and a few of others.
 */
final class Metrics {

    /** What Prometheus adds to whatever it scrapes. */
    private static final Set<String> TARGET = Set.of("job", "instance", "pod", "namespace");

    private static final Map<String, Set<String>> OTHERS =
            Map.of(
                    // Prometheus itself: whether a scrape went well
                    "up",
                    Set.of(),
                    // Strimzi's exporter, which also counts what waits where no worker is left
                    "kafka_consumergroup_lag",
                    Set.of("consumergroup", "topic", "partition"),
                    // kube-state-metrics: only Kubernetes knows when it kills a container
                    "kube_pod_container_resource_limits",
                    Set.of("container", "resource", "unit"));

    private static final Pattern NAME = Pattern.compile("`(\\w+)`");

    private Metrics() {}

    /** Labels by the name of a series, such as {@code upriver_segment_seconds_bucket}. */
    static Map<String, Set<String>> series() {
        try {
            Map<String, Set<String>> series =
                    parse(Files.readString(Manifests.ROOT.resolve("docs/metrics.md")));
            OTHERS.forEach((name, labels) -> series.put(name, withTarget(labels)));
            return series;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<String, Set<String>> parse(String page) {
        Map<String, Set<String>> series = new TreeMap<>();
        for (String line : page.lines().toList()) {
            List<String> cells = Arrays.asList(line.split("\\|", -1));
            if (cells.size() < 6 || !cells.get(1).contains("`upriver_")) {
                continue;
            }
            Matcher name = NAME.matcher(cells.get(1));
            Set<String> labels = new TreeSet<>();
            Matcher label = NAME.matcher(cells.get(3));
            while (label.find()) {
                labels.add(label.group(1));
            }
            String type = cells.get(2).strip();
            while (name.find()) {
                add(series, name.group(1), type, labels);
            }
        }
        return series;
    }

    private static void add(
            Map<String, Set<String>> series, String name, String type, Set<String> labels) {
        if (!type.contains("histogram") && !type.contains("summary")) {
            series.put(name, withTarget(labels));
            return;
        }
        series.put(name + "_sum", withTarget(labels));
        series.put(name + "_count", withTarget(labels));
        if (type.contains("histogram")) {
            Set<String> buckets = withTarget(labels);
            buckets.add("le");
            series.put(name + "_bucket", buckets);
        }
    }

    private static Set<String> withTarget(Set<String> labels) {
        Set<String> all = new TreeSet<>(TARGET);
        all.addAll(labels);
        return all;
    }

    /**
     * Holds an expression to them.
     *
     * @throws IllegalArgumentException where it names what is not there
     */
    static void require(String expression) {
        Map<String, Set<String>> series = series();
        Promql parsed = Promql.parse(expression);
        for (Promql.Selector selector : parsed.selectors()) {
            Set<String> known = series.get(selector.metric());
            if (known == null) {
                throw new IllegalArgumentException("there is no metric " + selector.metric());
            }
            if (!known.containsAll(selector.labels())) {
                throw new IllegalArgumentException(
                        selector.metric() + " has labels " + known + ", not " + selector.labels());
            }
        }
        for (Promql.Grouping grouping : parsed.groupings()) {
            for (Promql.Selector selector : grouping.over()) {
                if (!series.get(selector.metric()).containsAll(grouping.labels())) {
                    throw new IllegalArgumentException(
                            selector.metric() + " cannot be grouped by " + grouping.labels());
                }
            }
        }
    }
}
