package io.upriver.k8s;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Alerts, their runbook and the dashboard, against the metrics that there are. */
class MonitoringTest {

    private static final String OVERLAY = "overlays/cpu";

    private static List<JsonNode> alerts() {
        JsonNode rules =
                Manifests.one(OVERLAY, "PrometheusRule", "upriver").at("/spec/groups/0/rules");
        return rules.valueStream().collect(Collectors.toList());
    }

    private static JsonNode dashboard() throws IOException {
        return new ObjectMapper()
                .readTree(
                        Manifests.ofKind(OVERLAY, "ConfigMap")
                                .get(0)
                                .at("/data/upriver.json")
                                .textValue());
    }

    @Test
    void alertsNameMetricsAndLabelsThatThereAre() {
        assertTrue(alerts().size() >= 10);
        for (JsonNode alert : alerts()) {
            assertDoesNotThrow(
                    () -> Metrics.require(alert.get("expr").asText()),
                    () -> alert.get("alert").asText());
        }
    }

    @Test
    void panelsNameMetricsAndLabelsThatThereAre() throws IOException {
        int expressions = 0;
        for (JsonNode panel : dashboard().get("panels")) {
            for (JsonNode target : panel.get("targets")) {
                assertDoesNotThrow(
                        () -> Metrics.require(target.get("expr").asText()),
                        () -> panel.get("title").asText());
                expressions++;
            }
        }
        assertTrue(expressions > 15);
    }

    /** Every metric of the service is seen or watched, so that none is kept for nobody. */
    @Test
    void everyMetricIsOnTheDashboard() throws IOException {
        String all = dashboard().toString();
        for (String series : Metrics.series().keySet()) {
            String name = series.replaceAll("_(bucket|sum|count)$", "");
            assertTrue(!name.startsWith("upriver_") || all.contains(name), name);
        }
    }

    @Test
    void wordsOfAlertsNameLabelsThatTheAlertHas() {
        Pattern label = Pattern.compile("\\$labels\\.(\\w+)");
        for (JsonNode alert : alerts()) {
            Promql parsed = Promql.parse(alert.get("expr").asText());
            Set<String> labels = new HashSet<>();
            parsed.groupings().forEach(g -> labels.addAll(g.labels()));
            if (parsed.groupings().isEmpty()) {
                parsed.selectors().forEach(s -> labels.addAll(Metrics.series().get(s.metric())));
            }
            Matcher used = label.matcher(alert.get("annotations").toString());
            while (used.find()) {
                assertTrue(
                        labels.contains(used.group(1)), alert.get("alert") + ": " + used.group());
            }
        }
    }

    @Test
    void everyAlertHasASectionInTheRunbookAndTheReverse() throws IOException {
        Map<String, String> sections = new TreeMap<>();
        Matcher heading =
                Pattern.compile("(?ms)^## (\\w+)$(.*?)(?=^## |\\z)")
                        .matcher(Files.readString(Manifests.ROOT.resolve("docs/runbook.md")));
        while (heading.find()) {
            sections.put(heading.group(1), heading.group(2));
        }
        Set<String> names = new TreeSet<>();
        for (JsonNode alert : alerts()) {
            String name = alert.get("alert").asText();
            names.add(name);
            assertEquals(
                    "docs/runbook.md#" + name.toLowerCase(Locale.ROOT),
                    alert.at("/annotations/runbook").asText());
            assertTrue(
                    Set.of("critical", "warning", "info")
                            .contains(alert.at("/labels/severity").asText()));
        }
        assertEquals(names, sections.keySet());
        sections.forEach(
                (name, text) -> {
                    for (String part : List.of("**Means**", "**Look at**", "**Do**")) {
                        assertTrue(text.contains(part), name + " lacks " + part);
                    }
                });
    }

    /**
     * What promtool tries is {@code monitoring/alerts.test.yml}; here only that none is left out.
     */
    @Test
    void everyAlertIsTriedOnSeriesThatAreMadeUp() throws IOException {
        String tried = Files.readString(Manifests.folder("monitoring").resolve("alerts.test.yml"));

        for (JsonNode alert : alerts()) {
            String name = alert.get("alert").asText();
            assertTrue(tried.contains("alertname=\"" + name + "\", alertstate=\"firing\""), name);
        }
    }

    /** Panels do not cover each other, and each has a number of its own. */
    @Test
    void panelsLieBesideEachOther() throws IOException {
        Map<Integer, String> ids = new HashMap<>();
        Map<String, String> cells = new HashMap<>();
        for (JsonNode panel : dashboard().get("panels")) {
            String title = panel.get("title").asText();
            assertEquals(null, ids.put(panel.get("id").asInt(), title));
            JsonNode place = panel.get("gridPos");
            assertTrue(place.get("x").asInt() + place.get("w").asInt() <= 24, title);
            for (int x = 0; x < place.get("w").asInt(); x++) {
                for (int y = 0; y < place.get("h").asInt(); y++) {
                    String cell = (place.get("x").asInt() + x) + " " + (place.get("y").asInt() + y);
                    assertEquals(null, cells.put(cell, title), title);
                }
            }
        }
        assertFalse(ids.isEmpty());
    }

    @Test
    void grafanaFindsTheDashboardByItsLabel() {
        JsonNode map = Manifests.ofKind(OVERLAY, "ConfigMap").get(0);

        assertEquals("1", map.at("/metadata/labels/grafana_dashboard").asText());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sum(rate(upriver_frames_total[5m])",
                "rate(upriver_frames_total)",
                "sum(upriver_frames_total[5m])",
                "rat(upriver_frames_total[5m])",
                "sum by (wey) (rate(upriver_frames_total[5m]))",
                "upriver_frames_total{wey=\"network\"}",
                "upriver_frame_total",
                "upriver_segment_seconds",
                "histogram_quantile(rate(upriver_segment_seconds_bucket[5m]))",
                "upriver_frames_total{way=network}",
                "upriver_frames_total > ",
                "upriver_frames_total[5m]",
                "rate(sum(upriver_frames_total)[5m])",
            })
    void whatIsNoExpressionOrNamesWhatIsNotThereIsRefused(String expression) {
        assertThrows(IllegalArgumentException.class, () -> Metrics.require(expression));
    }
}
