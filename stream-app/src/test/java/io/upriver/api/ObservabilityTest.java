package io.upriver.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.upriver.api.OtlpReceiver.Span;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicReader;
import io.upriver.kafka.TopicWriter;
import io.upriver.media.Clips;
import io.upriver.model.ModelRegistry;
import io.upriver.schemas.Topics;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.formatters.JsonFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The running service as those see it who watch over it: meters, health, spans and log lines. */
@QuarkusTest
@QuarkusTestResource(value = ObservedService.class, restrictToAnnotatedClass = true)
@Timeout(120)
class ObservabilityTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String PARENT = "b7ad6b7169203331";
    private static final Set<String> STAGES =
            Set.of("decode", "network", "chroma", "encode", "mux");

    @TestHTTPResource("/")
    URI root;

    @Inject KafkaAccess access;
    @Inject Topics topics;
    @TempDir Path directory;

    @Test
    void hasTheMetersOfItsTableAndNoOthers() throws Exception {
        // Given a segment that came through, one that was rejected, and a model that was swapped
        Scrape before = scrape();
        upscale("seen-1");
        write("junk-1", bytes("this is no video"));
        swapModel();
        // and requests with streams in their paths
        assertEquals(415, put("/ingest/pushed-1/a.ts", bytes("no video either")).statusCode());
        assertEquals(200, get("/live/seen-1/upscaled/index.m3u8").statusCode());

        // When
        await().atMost(Duration.ofSeconds(30))
                .until(() -> rejected(scrape()) > rejected(before) && waiting(scrape()) == 0);
        String text = text();
        Scrape scrape = new Scrape(text);

        // Then
        Map<String, String> expected = new TreeMap<>();
        for (List<String> row : table()) {
            String name = row.get(0);
            String type = row.get(1);
            expected.put(name, type);
            assertEquals(type, scrape.types().get(name), name);
            assertEquals(labels(row.get(2)), scrape.labelsOf(name), name);
        }
        Map<String, String> given = new TreeMap<>(scrape.types());
        given.keySet().removeIf(name -> !name.startsWith("upriver_"));
        // Micrometer's own, beside histograms
        given.keySet().removeIf(name -> name.endsWith("_max") && !expected.containsKey(name));
        assertEquals(expected, given);

        Growth grown = (name, labels) -> scrape.sum(name, labels) - before.sum(name, labels);
        Map<String, String> asAsked = Map.of("outcome", "network", "reason", "none");
        assertEquals(1, grown.of("upriver_segments_total", asAsked));
        Map<String, String> malformed = Map.of("outcome", "rejected", "reason", "malformed-record");
        assertEquals(1, grown.of("upriver_segments_total", malformed));
        assertEquals(2, grown.of("upriver_segments_total", Map.of()));
        assertEquals(10, grown.of("upriver_frames_total", Map.of("way", "network")));
        for (String stage : STAGES) {
            assertEquals(1, grown.of("upriver_stage_seconds_count", Map.of("stage", stage)), stage);
            assertTrue(grown.of("upriver_stage_seconds_sum", Map.of("stage", stage)) > 0, stage);
        }
        assertTrue(grown.of("upriver_engine_busy_seconds_total", Map.of()) > 0);
        assertTrue(grown.of("upriver_engine_batch_frames_count", Map.of()) >= 10);
        assertEquals(2, grown.of("upriver_segment_age_seconds_count", Map.of()));
        assertEquals(1, grown.of("upriver_segment_seconds_count", Map.of()));
        assertEquals(1, grown.of("upriver_model_swaps_total", Map.of("result", "current")));
        String digest = digest("compressed-x2");
        Map<String, String> swapped = Map.of("channel", "swapped x2", "digest", digest);
        assertEquals(1, grown.of("upriver_model_info", swapped));
        assertEquals(0, scrape.sum("upriver_deadline_downgrades_total", Map.of()));
        assertTrue(scrape.sum("upriver_resident_memory_bytes", Map.of()) > 50e6);
        assertTrue(
                scrape.types().keySet().stream().anyMatch(name -> name.startsWith("kafka_stream_")),
                "Kafka Streams' own meters");
        assertEquals(1, grown.of("upriver_ingest_refused_total", Map.of("status", "415")));
        assertEquals(15, grown.of("upriver_ingest_bytes_total", Map.of()));
        for (String stream : List.of("seen-1", "junk-1", "pushed-1")) {
            assertFalse(text.contains(stream), "a stream's name is no label: " + stream);
        }
    }

    @FunctionalInterface
    private interface Growth {
        double of(String name, Map<String, String> labels);
    }

    @Test
    void continuesTheTraceOfASegmentAndTellsItsStages() throws Exception {
        // When
        ConsumerRecord<byte[], byte[]> result = upscale("seen-2");
        await().atMost(Duration.ofSeconds(20)).until(() -> spanOf("seen-2") != null);
        Span whole = spanOf("seen-2");
        await().atMost(Duration.ofSeconds(20)).until(() -> below(whole).size() == STAGES.size());

        // Then
        assertEquals(TRACE, whole.traceId());
        assertEquals(PARENT, whole.parentId());
        assertEquals("vendor=1", whole.traceState());
        assertEquals(5, whole.kind(), "a consumer's");
        assertEquals("process rest.segments", whole.name());
        assertEquals("kafka", whole.attributes().get("messaging.system"));
        assertEquals("rest.segments", whole.attributes().get("messaging.destination.name"));
        assertEquals("upriver", whole.attributes().get("messaging.consumer.group.name"));
        assertEquals("network", whole.attributes().get("upriver.outcome"));
        assertEquals(digest("nano-x2"), whole.attributes().get("upriver.model.digest"));
        assertEquals(0, whole.status());
        for (Span stage : below(whole)) {
            assertEquals(TRACE, stage.traceId());
            assertTrue(stage.startNanos() <= stage.endNanos(), stage.toString());
            assertTrue(stage.endNanos() <= whole.endNanos() + 5_000_000, stage.toString());
        }
        assertEquals(STAGES, below(whole).stream().map(Span::name).collect(Collectors.toSet()));
        String ours = "00-" + TRACE + "-" + whole.spanId() + "-01";
        assertEquals(ours, header(result, "ce_traceparent"));
        assertEquals(ours, header(result, "traceparent"));
        assertEquals("vendor=1", header(result, "tracestate"));
    }

    @Test
    void tellsOfARejectedSegmentInItsTraceAndInALineOfJson() throws Exception {
        // Given
        List<String> lines = new CopyOnWriteArrayList<>();
        Handler heard = hearing(lines);
        Logger everything = Logger.getLogger("");
        everything.addHandler(heard);

        // When
        try {
            write("junk-3", bytes("this is no video"));
            await().atMost(Duration.ofSeconds(20)).until(() -> spanOf("junk-3") != null);
        } finally {
            everything.removeHandler(heard);
        }

        // Then
        Span span = spanOf("junk-3");
        assertEquals(2, span.status(), "an error");
        assertEquals("rejected", span.attributes().get("upriver.outcome"));
        assertEquals("malformed-record", span.attributes().get("error.type"));
        String line =
                lines.stream()
                        .filter(any -> any.contains("rejected (malformed"))
                        .findFirst()
                        .orElseThrow();
        JsonNode said = JSON.readTree(line);
        assertEquals("WARN", said.get("level").asText(), line);
        assertEquals("worker-1", said.get("worker").asText(), line);
        assertEquals("junk-3", said.at("/mdc/stream").asText(), line);
        assertEquals(
                span.attributes().get("upriver.segment"), said.at("/mdc/segment").asText(), line);
        assertEquals(TRACE, said.at("/mdc/traceId").asText(), line);
        assertEquals(span.spanId(), said.at("/mdc/spanId").asText(), line);
        assertEquals(1, line.strip().lines().count(), line);
    }

    @Test
    void isHealthyAndSaysWhy() throws Exception {
        await().atMost(Duration.ofSeconds(60)).until(() -> get("/q/health").statusCode() == 200);

        assertEquals(Set.of("streams", "lanes", "work"), checks("/q/health/live").keySet());
        assertEquals(Set.of("broker", "engine"), checks("/q/health/ready").keySet());
        assertEquals(Set.of("start"), checks("/q/health/started").keySet());
        assertEquals(Set.of("broker", "start"), checks("/q/health/group/balancer").keySet());
        Map<String, JsonNode> all = checks("/q/health");
        assertEquals("RUNNING", all.get("streams").at("/data/state").asText(), all.toString());
        assertEquals("4 of 4", all.get("streams").at("/data/threads").asText(), all.toString());
        assertEquals("cpu", all.get("engine").at("/data/provider").asText(), all.toString());
        assertEquals(
                digest("nano-x2"),
                all.get("engine").path("data").path("model nano x2").asText(),
                all.toString());
        assertEquals("[0, 1]", all.get("start").at("/data/partitions").asText(), all.toString());
        assertTrue(all.get("broker").path("data").has("segments waiting"), all.toString());
        assertTrue(all.get("lanes").path("data").has("frames done"), all.toString());
        assertTrue(all.get("work").path("data").has("in work"), all.toString());
    }

    @Test
    void answersUnderNoNameThatItDoesNotKnow() throws Exception {
        for (String path : List.of("/q/metrics", "/q/health")) {
            assertTrue(statusLine(path, "elsewhere.example").contains(" 421 "), path);
            assertTrue(statusLine(path, "10.1.2.3:8080").matches("HTTP/1.1 (200|503) .*"), path);
        }
    }

    private String statusLine(String path, String host) throws IOException {
        try (Socket socket = new Socket(root.getHost(), root.getPort())) {
            String request =
                    "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                            .formatted(path, host);
            socket.getOutputStream().write(bytes(request));
            return new String(socket.getInputStream().readAllBytes(), UTF_8)
                    .lines()
                    .findFirst()
                    .orElse("");
        }
    }

    /** Lines as the service's own handler on standard error writes them. */
    private static Handler hearing(List<String> lines) {
        Formatter formatter = formatter(Logger.getLogger(""));
        assertNotNull(formatter, "expected JSON on standard error");
        return new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(formatter.format(line));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }

    private static Formatter formatter(Logger logger) {
        return Arrays.stream(logger.getHandlers())
                .flatMap(
                        handler ->
                                handler instanceof ExtHandler nested
                                        ? Arrays.stream(nested.getHandlers())
                                        : Arrays.stream(new Handler[] {handler}))
                .map(Handler::getFormatter)
                .filter(JsonFormatter.class::isInstance)
                .findFirst()
                .orElse(null);
    }

    /** A segment of 10 frames through the network; its upscaled record. */
    private ConsumerRecord<byte[], byte[]> upscale(String stream) throws Exception {
        Path clip =
                Clips.make(
                        directory.resolve("clip.ts"),
                        "-f lavfi -i testsrc2=size=64x48:rate=25:duration=0.4,format=yuv420p -c:v"
                                + " libx264 -preset ultrafast");
        write(stream, Clips.bytes(clip));
        List<ConsumerRecord<byte[], byte[]>> results = new CopyOnWriteArrayList<>();
        await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> {
                            TopicReader.readAll(
                                    access,
                                    topics.upscaled(),
                                    given -> {
                                        if (new String(given.key(), UTF_8).equals(stream)) {
                                            results.add(given);
                                        }
                                    });
                            return !results.isEmpty();
                        });
        return results.get(0);
    }

    private void write(String stream, byte[] media) {
        ProducerRecord<byte[], byte[]> made =
                new ProducerRecord<>(topics.segments(), bytes(stream), media);
        made.headers()
                .add("traceparent", bytes("00-" + TRACE + "-" + PARENT + "-01"))
                .add("tracestate", bytes("vendor=1"));
        assertNotEquals(0, TopicWriter.write(access, List.of(made)).size());
    }

    private void swapModel() throws Exception {
        HttpResponse<String> answer = put("/api/v1/models/swapped", model("compressed-x2"));
        assertEquals(200, answer.statusCode(), answer.body());
        await().atMost(Duration.ofSeconds(30))
                .until(
                        () ->
                                scrape().sum(
                                                        "upriver_model_swaps_total",
                                                        Map.of("result", "current"))
                                        == 1);
    }

    /** All that have come so far. */
    private static List<Span> spans() throws Exception {
        return OtlpReceiver.spansAt(
                ConfigProvider.getConfig().getValue(ObservedService.PROPERTY, String.class));
    }

    private Span spanOf(String stream) throws Exception {
        return spans().stream()
                .filter(span -> stream.equals(span.attributes().get("upriver.stream")))
                .findFirst()
                .orElse(null);
    }

    private List<Span> below(Span parent) throws Exception {
        return spans().stream().filter(span -> span.parentId().equals(parent.spanId())).toList();
    }

    private Map<String, JsonNode> checks(String path) throws Exception {
        HttpResponse<String> answer = get(path);
        assertEquals(200, answer.statusCode(), answer.body());
        Map<String, JsonNode> checks = new TreeMap<>();
        JSON.readTree(answer.body())
                .get("checks")
                .forEach(check -> checks.put(check.get("name").asText(), check));
        return checks;
    }

    private Scrape scrape() throws Exception {
        return new Scrape(text());
    }

    private String text() throws Exception {
        HttpResponse<String> answer =
                HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(root.resolve("/q/metrics"))
                                        .header("Accept", "text/plain; version=0.0.4")
                                        .build(),
                                BodyHandlers.ofString());
        assertEquals(200, answer.statusCode());
        return answer.body();
    }

    private static double rejected(Scrape scrape) {
        return scrape.sum("upriver_segments_total", Map.of("outcome", "rejected"));
    }

    private static double waiting(Scrape scrape) {
        return scrape.sum("upriver_waiting_segments", Map.of());
    }

    private HttpResponse<String> put(String path, byte[] body) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(root.resolve(path))
                                .header("Content-Type", "application/octet-stream")
                                .PUT(BodyPublishers.ofByteArray(body))
                                .build(),
                        BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(root.resolve(path)).build(), BodyHandlers.ofString());
    }

    /** The rows of docs/metrics.md: name, type, labels, unit, meaning. */
    private static List<List<String>> table() throws IOException {
        return Files.readAllLines(Path.of("..", "docs", "metrics.md")).stream()
                .filter(line -> line.startsWith("| `"))
                .map(line -> Arrays.stream(line.split("\\|")).skip(1).map(String::strip).toList())
                .map(cells -> cells.stream().map(cell -> cell.replace("`", "")).toList())
                .toList();
    }

    private static Set<String> labels(String cell) {
        return Arrays.stream(cell.split(","))
                .map(String::strip)
                .filter(label -> !label.isEmpty())
                .collect(Collectors.toSet());
    }

    private static String header(ConsumerRecord<byte[], byte[]> given, String name) {
        Header header = given.headers().lastHeader(name);
        return header == null ? null : new String(header.value(), UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String digest(String model) throws IOException {
        return ModelRegistry.digestOf(model(model));
    }

    private static byte[] model(String name) throws IOException {
        try (InputStream in =
                ObservabilityTest.class.getResourceAsStream("/models/" + name + ".onnx")) {
            return in.readAllBytes();
        }
    }
}
