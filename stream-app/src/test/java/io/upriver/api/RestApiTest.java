package io.upriver.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.upriver.api.ApiClient.Answer;
import io.upriver.app.GeneratedPage;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicReader;
import io.upriver.kafka.TopicWriter;
import io.upriver.media.Clips;
import io.upriver.model.ModelRegistry;
import io.upriver.schemas.Rejection;
import io.upriver.schemas.Topics;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The running service by way of HTTP, with a broker, a worker and all that is between. Every answer
 * is held to the service's own OpenAPI document.
 */
@QuarkusTest
@QuarkusTestResource(ApiBroker.class)
@Timeout(120)
class RestApiTest {

    private static final String JSON = "application/json";
    private static final String MERGE_PATCH = "application/merge-patch+json";
    private static final String BYTES = "application/octet-stream";

    @TestHTTPResource("/")
    URI root;

    @Inject KafkaAccess access;
    @Inject Topics topics;
    @TempDir Path directory;

    private ApiClient api;

    @BeforeEach
    void connect() {
        api = new ApiClient(root.toString());
    }

    @Test
    void publishesAndGoesBackAndWithdraws() throws Exception {
        // published
        byte[] first = model("nano-x2");
        byte[] second = model("compressed-x2");
        assertEquals(digest(first), publish("film", first).json().at("/current/digest").asText());
        Answer published = publish("film", second);
        assertEquals(200, published.status());
        assertEquals(second.length, published.json().at("/current/bytes").asInt());
        assertEquals(digest(first), published.json().at("/before/0/digest").asText());
        await("the worker's word", () -> workerHas("film", second));
        assertEquals(2, api.get("/api/v1/models/film").json().at("/current/scale").asInt());
        assertArrayEquals(first, api.get("/api/v1/models/film/" + digest(first)).bytes());
        assertArrayEquals(second, api.get("/api/v1/models/film/" + digest(second)).bytes());

        // refused, and the one before stays
        Answer refused = publish("film", "no model".getBytes(UTF_8));
        assertProblem("refused-model", 422, "expected an ONNX file, got 8 other bytes", refused);
        assertEquals(
                digest(second),
                api.get("/api/v1/models/film").json().at("/current/digest").asText());

        // back
        Answer back = api.ask("POST", "/api/v1/models/film/rollback");
        assertEquals(digest(first), back.json().at("/current/digest").asText());
        assertTrue(back.json().at("/others/0/setAside").asBoolean(), back.json().toString());
        assertProblem(
                "no-model-before",
                409,
                "expected a model before the current one",
                api.ask("POST", "/api/v1/models/film/rollback"));

        // away
        assertEquals(204, api.ask("DELETE", "/api/v1/models/film").status());
        assertProblem(
                "no-current-model",
                409,
                "channel film has no model",
                api.ask("DELETE", "/api/v1/models/film"));
        JsonNode all = api.get("/api/v1/models").json();
        List<JsonNode> film = new ArrayList<>();
        for (JsonNode channel : all.get("channels")) {
            if (channel.get("channel").asText().equals("film")) {
                film.add(channel);
            }
        }
        assertEquals(1, film.size(), all.toString());
        assertFalse(film.get(0).has("current"), all.toString());
        assertEquals(
                "[\"base\",\"compressed\",\"default\",\"nano\"]", all.get("builtIn").toString());
    }

    @Test
    void letsSomeStreamsTryAModel() throws Exception {
        // Given
        byte[] first = model("nano-x2");
        byte[] second = model("compressed-x2");
        String canary = "/api/v1/models/tried/canary";
        publish("tried", first);
        assertProblem("no-trial", 404, "channel tried has no model on trial", api.get(canary));

        // When
        Answer begun =
                api.ask(
                        api.request("PUT", canary)
                                .header("Content-Type", BYTES)
                                .header("upriver-canary", "{\"share\":0.5,\"automatic\":false}")
                                .PUT(BodyPublishers.ofByteArray(second)));

        // Then
        assertEquals(digest(second), begun.json().at("/digest").asText(), begun::toString);
        assertEquals(0.5, begun.json().at("/settings/share").asDouble());
        await("the worker's word", () -> !api.get(canary).json().at("/workers/0").isMissingNode());
        assertEquals(
                "0 of 50 segments done, 0 failed", api.get(canary).json().at("/standing").asText());
        assertProblem(
                "invalid-request",
                400,
                "share: expected 0.0 to 1.0, got 7.0",
                api.ask(
                        api.request("PUT", canary)
                                .header("Content-Type", BYTES)
                                .header("upriver-canary", "{\"share\":7}")
                                .PUT(BodyPublishers.ofByteArray(second))));

        // promoted, and a second trial ended
        assertEquals(204, api.ask("POST", canary + "/promote").status());
        assertEquals(
                digest(second),
                api.get("/api/v1/models/tried").json().at("/current/digest").asText());
        assertProblem("no-trial", 404, "", api.ask("POST", canary + "/promote"));
        api.ask(
                api.request("PUT", canary)
                        .header("Content-Type", BYTES)
                        .PUT(BodyPublishers.ofByteArray(first)));
        assertEquals(204, api.ask("DELETE", canary).status());
        assertProblem("no-trial", 404, "", api.ask("DELETE", canary));

        // and a stream may have the one before, by its digest
        Answer pinned =
                api.ask(
                        "PUT",
                        "/api/v1/streams/pinned",
                        JSON,
                        "{\"model\":\"sha256:%s\"}".formatted(digest(first)));
        assertEquals(200, pinned.status(), pinned::toString);
    }

    @Test
    void handsOnTheSignatureOfAModel() throws Exception {
        byte[] onnx = model("nano-x3");

        // When
        Answer published =
                api.ask(
                        api.request("PUT", "/api/v1/models/signed")
                                .header("Content-Type", BYTES)
                                .header("upriver-signature", "AAAA")
                                .header("upriver-key-id", "0123")
                                .PUT(BodyPublishers.ofByteArray(onnx)));

        // Then
        assertEquals(200, published.status());
        List<String> headers = new ArrayList<>();
        TopicReader.readAll(
                access,
                topics.models(),
                given -> {
                    if (new String(given.key(), UTF_8).equals("signed")) {
                        given.headers()
                                .forEach(
                                        h ->
                                                headers.add(
                                                        h.key()
                                                                + " "
                                                                + new String(h.value(), UTF_8)));
                    }
                });
        assertEquals(List.of("upriver-signature AAAA", "upriver-key-id 0123"), headers);
    }

    @Test
    void setsAndChangesAndResetsAStream() {
        String stream = "/api/v1/streams/cam%2F7";

        // set
        Answer set = api.ask("PUT", stream, JSON, "{\"scale\":3,\"model\":\"nano\",\"crf\":20}");
        assertEquals(200, set.status());
        JsonNode seen = api.get(stream).json();
        assertEquals("cam/7", seen.get("stream").asText());
        assertFalse(seen.get("isDefault").asBoolean());
        assertEquals(set.json(), seen.get("settings"));
        assertEquals(
                "{\"scale\":3,\"model\":\"nano\",\"codec\":\"h264\",\"crf\":20,\"deinterlace\":\"auto\",\"withoutModel\":\"interpolate\"}",
                seen.get("settings").toString());

        // changed
        Answer changed =
                api.ask(
                        "PATCH",
                        stream,
                        MERGE_PATCH,
                        "{\"crf\":null,\"bitrate\":4000000,\"scale\":2,\"deadlineMillis\":2000}");
        assertEquals(
                "{\"scale\":2,\"model\":\"nano\",\"codec\":\"h264\",\"bitrate\":4000000,\"deinterlace\":\"auto\",\"withoutModel\":\"interpolate\",\"deadlineMillis\":2000}",
                changed.json().toString());
        assertProblem(
                "invalid-request",
                400,
                "expected crf or bitrate, got both",
                api.ask("PATCH", stream, MERGE_PATCH, "{\"crf\":20}"));

        // a model that is not there
        assertProblem(
                "no-such-model",
                422,
                "got anime; force=true sets it all the same",
                api.ask("PATCH", stream, MERGE_PATCH, "{\"model\":\"anime\"}"));
        assertEquals(
                "anime",
                api.ask("PATCH", stream + "?force=true", MERGE_PATCH, "{\"model\":\"anime\"}")
                        .json()
                        .get("model")
                        .asText());

        // reset
        assertEquals(204, api.ask("DELETE", stream).status());
        assertEquals(204, api.ask("DELETE", stream).status());
        assertProblem("unknown-stream", 404, "got cam/7", api.get(stream));
    }

    @Test
    void tellsTheLastSegmentOfAStream() throws Exception {
        // Given
        api.ask(
                "PUT",
                "/api/v1/streams/live",
                JSON,
                "{\"model\":\"none\",\"preset\":\"ultrafast\"}");
        Path clip =
                Clips.make(
                        directory.resolve("clip.ts"),
                        "-f lavfi -i testsrc2=size=64x48:rate=25:duration=0.4,format=yuv420p -c:v"
                                + " libx264 -preset ultrafast");

        // When
        RecordMetadata sent =
                write(new ProducerRecord<>(topics.segments(), bytes("live"), Clips.bytes(clip)));

        // Then
        await("a report", () -> api.get("/api/v1/streams/live").json().has("last"));
        JsonNode live = api.get("/api/v1/streams/live").json();
        assertEquals(sent.offset(), live.at("/last/sequence").asLong());
        assertEquals("interpolated", live.at("/last/outcome/method").asText(), live.toString());
        assertEquals(sent.partition(), live.get("partition").asInt());
        await(
                "nothing to wait for",
                () -> api.get("/api/v1/streams/live").json().get("waiting").asInt() == 0);
        Set<String> all = new TreeSet<>();
        api.get("/api/v1/streams")
                .json()
                .get("streams")
                .forEach(s -> all.add(s.get("stream").asText()));
        assertTrue(all.contains("live"), all.toString());
    }

    @Test
    void replaysWhatWasRejected() throws Exception {
        // Given
        byte[] junk = "this is no video".getBytes(UTF_8);
        RecordMetadata sent = write(new ProducerRecord<>(topics.segments(), bytes("junk"), junk));

        // When it is rejected
        await("a rejection", () -> rejected("junk", 10).size() == 1);
        JsonNode first = rejected("junk", 10).get(0);

        // Then
        assertEquals("malformed-record", first.at("/rejection/code").asText(), first.toString());
        assertEquals(sent.offset(), first.at("/rejection/sequence").asLong());
        assertEquals(sent.partition(), first.get("partition").asInt());
        assertEquals(junk.length, first.get("bytes").asInt());
        assertEquals(0, first.get("replays").asInt());
        String place = "/api/v1/rejected/" + first.get("partition") + "/" + first.get("offset");
        assertArrayEquals(junk, api.get(place).bytes());

        // When it is replayed
        JsonNode replay = api.ask("POST", place + "/replay").json();
        assertEquals(sent.partition(), replay.get("partition").asInt());
        assertTrue(replay.get("offset").asLong() > sent.offset(), replay.toString());
        assertEquals(1, replay.get("replays").asInt());
        assertFalse(replay.has("note"), replay.toString());
        ConsumerRecord<byte[], byte[]> again =
                TopicReader.readAt(
                                access,
                                topics.segments(),
                                replay.get("partition").asInt(),
                                replay.get("offset").asLong())
                        .orElseThrow();
        assertArrayEquals(junk, again.value());
        assertEquals("junk", new String(again.key(), UTF_8));
        assertEquals(null, again.headers().lastHeader("ce_rejection"));
        assertEquals(
                Long.toString(sent.offset()),
                new String(again.headers().lastHeader("ce_sequence").value(), UTF_8));

        // Then it is rejected again, as the same segment, and says so
        await("a second rejection", () -> rejected("junk", 10).size() == 2);
        JsonNode second = rejected("junk", 1).get(0);
        assertEquals(1, rejected("junk", 1).size());
        assertEquals(1, second.get("replays").asInt(), second.toString());
        assertEquals(sent.offset(), second.at("/rejection/sequence").asLong());
        JsonNode more =
                api.ask(
                                "POST",
                                "/api/v1/rejected/%s/%s/replay"
                                        .formatted(second.get("partition"), second.get("offset")))
                        .json();
        assertEquals(2, more.get("replays").asInt());
        assertEquals("was replayed and rejected before, 1 times", more.get("note").asText());
        assertEquals(0, rejected("nobody", 10).size());
    }

    @Test
    void saysWhatIsWrongInAProblemDocument() throws Exception {
        ProducerRecord<byte[], byte[]> empty =
                new ProducerRecord<>(topics.rejected(), 0, bytes("large"), null);
        new Rejection(Rejection.Code.INTERNAL, "too large", "large", 1, "worker-1")
                .writeTo(empty.headers());
        long leftOut = write(empty).offset();
        Set<String> seen = new TreeSet<>();

        seen.add(assertProblem("unknown-path", 404, "/api/v1/nothing", api.get("/api/v1/nothing")));
        seen.add(assertProblem("unknown-path", 404, "/api/v2/x", api.get("/api/v2/x")));
        seen.add(
                assertProblem(
                        "unknown-path", 404, "rejected/a/b", api.get("/api/v1/rejected/a/b")));
        Answer wrongMethod = api.ask("PUT", "/api/v1/models");
        seen.add(assertProblem("method-not-allowed", 405, "got PUT", wrongMethod));
        assertEquals("GET", wrongMethod.header("Allow"));
        assertEquals(
                "DELETE, GET, PATCH, PUT",
                api.ask("POST", "/api/v1/streams/cam%2F7").header("Allow"));
        seen.add(
                assertProblem(
                        "not-acceptable",
                        406,
                        "got Accept: text/html",
                        api.ask(
                                api.request("GET", "/api/v1/models")
                                        .header("Accept", "text/html"))));
        seen.add(
                assertProblem(
                        "unsupported-media-type",
                        415,
                        "got Content-Type: text/plain",
                        api.ask("PUT", "/api/v1/streams/a", "text/plain", "{}")));
        seen.add(
                assertProblem(
                        "invalid-request",
                        400,
                        "got ['modl', 'quality']",
                        api.ask(
                                "PUT",
                                "/api/v1/streams/a",
                                JSON,
                                "{\"modl\":\"x\",\"quality\":1}")));
        for (String unreadable : List.of("", "{", "[]", "null", "\"a\"", "{\"scale\":\"2\"}")) {
            seen.add(
                    assertProblem(
                            "invalid-request",
                            400,
                            "StreamSettings",
                            api.ask("PUT", "/api/v1/streams/a", JSON, unreadable)));
        }
        seen.add(
                assertProblem(
                        "invalid-request",
                        400,
                        "stream id: expected at most 249 characters, got 300",
                        api.ask("PUT", "/api/v1/streams/" + "a".repeat(300), JSON, "{}")));
        seen.add(
                assertProblem(
                        "invalid-request",
                        400,
                        "channel: expected a name without @",
                        publish("a%40b", new byte[1])));
        seen.add(
                assertProblem(
                        "invalid-request",
                        400,
                        "limit: expected 1 to 1000, got 0",
                        api.get("/api/v1/rejected?limit=0")));
        seen.add(
                assertProblem(
                        "invalid-request",
                        400,
                        "force: expected true or false, got yes",
                        api.ask("PUT", "/api/v1/streams/a?force=yes", JSON, "{}")));
        seen.add(assertProblem("unknown-channel", 404, "got x", api.get("/api/v1/models/x")));
        seen.add(
                assertProblem(
                        "unknown-channel",
                        404,
                        "got x",
                        api.ask("POST", "/api/v1/models/x/rollback")));
        seen.add(
                assertProblem(
                        "unknown-channel", 404, "got x", api.ask("DELETE", "/api/v1/models/x")));
        seen.add(assertProblem("unknown-model", 404, "got 00", api.get("/api/v1/models/x/00")));
        seen.add(assertProblem("unknown-stream", 404, "got x", api.get("/api/v1/streams/x")));
        seen.add(
                assertProblem(
                        "unknown-record", 404, "offset 99", api.get("/api/v1/rejected/0/99")));
        seen.add(
                assertProblem(
                        "unknown-record",
                        404,
                        "partition 99",
                        api.ask("POST", "/api/v1/rejected/99/0/replay")));
        seen.add(
                assertProblem(
                        "bytes-left-out",
                        410,
                        "left out",
                        api.get("/api/v1/rejected/0/" + leftOut)));
        seen.add(
                assertProblem(
                        "too-large",
                        413,
                        "expected a body of at most 65536 bytes, got more",
                        api.ask("PUT", "/api/v1/streams/a", JSON, " ".repeat(65537))));
        seen.add(
                assertProblem(
                        "too-large",
                        413,
                        "expected a body of at most 983040 bytes, got 2097152",
                        publish("a", new byte[2 << 20])));
        Answer fault = api.get("/api/v1/fault");
        seen.add(assertProblem("internal", 500, "a fault of the service", fault));
        assertFalse(new String(fault.bytes(), UTF_8).contains("secret"), fault.json().toString());

        Answer noBroker = api.get("/api/v1/fault/kafka");
        seen.add(
                assertProblem(
                        "kafka-unavailable",
                        503,
                        "expected to read the topics [upriver.streams] to their ends within 1 s",
                        noBroker));
        assertEquals("5", noBroker.header("Retry-After"));

        // Then all kinds were seen, but for those of other tests here, and of jobs
        Set<String> others =
                Set.of(
                        "unknown-job",
                        "not-done",
                        "not-in-fragments",
                        "no-such-range",
                        "refused-media",
                        "refused-address",
                        "too-many-jobs",
                        "no-space",
                        "refused-model",
                        "no-trial",
                        "no-such-model",
                        "no-model-before",
                        "no-current-model",
                        "unknown-segment",
                        "not-playable",
                        "segment-expired",
                        "nothing-yet",
                        "stream-taken-over",
                        "other-rendition",
                        "no-init-section",
                        "unsupported-media",
                        "too-fast",
                        "too-many-streams",
                        "stream-behind",
                        "no-room",
                        "foreign-site",
                        "unknown-host",
                        "too-many-listeners",
                        "busy");
        seen.addAll(others);
        assertEquals(
                Stream.of(ProblemType.values())
                        .map(ProblemType::id)
                        .collect(Collectors.toCollection(TreeSet::new)),
                seen);
    }

    @Test
    void refusesAModelInPiecesThatBecomesTooLarge() {
        byte[] large = new byte[2 << 20];
        Answer refused =
                api.ask(
                        api.request("PUT", "/api/v1/models/a")
                                .header("Content-Type", BYTES)
                                .PUT(
                                        BodyPublishers.ofInputStream(
                                                () -> new ByteArrayInputStream(large))));

        assertProblem(
                "too-large", 413, "expected a body of at most 983040 bytes, got more", refused);
    }

    @Test
    void triesOneModelAtATime() throws Exception {
        // Given a client that has sent half of its file
        try (Socket slow = new Socket(root.getHost(), root.getPort())) {
            OutputStream out = slow.getOutputStream();
            out.write(
                    ("PUT /api/v1/models/a HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                                    + BYTES
                                    + "\r\nContent-Length: 100\r\n\r\nhalf")
                            .getBytes(UTF_8));
            out.flush();
            Thread.sleep(1_500);

            // When
            Answer other = publish("b", new byte[10]);

            // Then
            assertProblem("busy", 429, "expected a place for the trial within 3 s", other);
            assertEquals("5", other.header("Retry-After"));
        }
    }

    @Test
    void allowsNoOtherOriginUnlessToldTo() {
        Answer answer =
                api.ask(
                        api.request("GET", "/api/v1/models")
                                .header("Origin", "http://elsewhere.example"));

        assertEquals("", answer.header("Access-Control-Allow-Origin"));
    }

    @Test
    void describesEveryOperation() {
        JsonNode paths = api.description().get("paths");
        int operations = 0;
        for (var path : paths.properties()) {
            for (var operation : path.getValue().properties()) {
                String what = operation.getKey() + " " + path.getKey();
                JsonNode described = operation.getValue();
                assertTrue(described.path("summary").asText().length() > 10, what);
                assertTrue(described.hasNonNull("operationId"), what);
                assertEquals(1, described.path("tags").size(), what);
                boolean isAnswered = false;
                for (var answer : described.get("responses").properties()) {
                    JsonNode resolved = api.resolved(answer.getValue());
                    assertTrue(resolved.path("description").asText().length() > 5, what + resolved);
                    isAnswered |= answer.getKey().startsWith("2");
                    if (Integer.parseInt(answer.getKey()) >= 400) {
                        JsonNode said = resolved.at("/content/application~1problem+json");
                        List<JsonNode> examples = new ArrayList<>();
                        if (said.has("example")) {
                            examples.add(said.get("example"));
                        }
                        said.path("examples").forEach(one -> examples.add(one.get("value")));
                        assertFalse(examples.isEmpty(), what + resolved);
                        for (JsonNode example : examples) {
                            assertEquals(answer.getKey(), example.get("status").asText(), what);
                        }
                    }
                }
                assertTrue(isAnswered, what);
                assertTrue(described.at("/responses").has("503"), what);
                assertTrue(described.at("/responses").has("500"), what);
                operations++;
            }
        }
        assertEquals(33, operations);
    }

    @Test
    void isDescribedByAPageToo() throws IOException {
        GeneratedPage.assertCurrent("rest.md", new RestPage(api.description()).text());
    }

    @Test
    void answersWhatTheReadmeAsks() throws Exception {
        // Given
        publish("default", model("compressed-x2"));
        String job = "";
        List<String> lines =
                Files.readAllLines(Path.of("..", "README.md")).stream()
                        .map(String::strip)
                        .filter(line -> line.startsWith("curl ") && line.contains("/api/v1/"))
                        .toList();
        assertTrue(lines.size() >= 5, lines.toString());

        for (String line : lines) {
            // When
            if (line.contains("JOB")) {
                String one = "/api/v1/jobs/" + job;
                await("a result", () -> api.get(one).json().get("state").asText().equals("done"));
            }
            Answer answer = curl(line.replace("JOB", job));

            // Then
            boolean isJob = line.startsWith("curl -T ");
            assertEquals(isJob ? 202 : 200, answer.status(), line);
            job = isJob ? answer.json().get("job").asText() : job;
        }
    }

    /** Does what curl would do with the options that the README uses. */
    private Answer curl(String line) throws IOException {
        String method = "GET";
        String path = "";
        byte[] body = {};
        List<String> header = List.of();
        Matcher words = Pattern.compile("'([^']*)'|(\\S+)").matcher(line);
        for (String option = ""; words.find(); ) {
            String word = words.group(1) != null ? words.group(1) : words.group(2);
            switch (option) {
                case "-X" -> method = word;
                case "-o" -> assertFalse(word.startsWith("-"), line);
                case "-T" -> body = Clips.bytes(Clips.make(directory.resolve(word), Clips.PICTURE));
                case "-H" ->
                        header =
                                List.of(
                                        word.substring(0, word.indexOf(':')),
                                        word.substring(word.indexOf(':') + 2));
                case "-d" -> body = bytes(word);
                case "--data-binary" -> body = model("nano-x2");
                default -> path = word.replaceFirst("^http://127.0.0.1:8080", "");
            }
            option = word.startsWith("-") ? word : "";
        }
        HttpRequest.Builder request =
                api.request(method, path).method(method, BodyPublishers.ofByteArray(body));
        return api.ask(header.isEmpty() ? request : request.header(header.get(0), header.get(1)));
    }

    private JsonNode rejected(String stream, int limit) {
        return api.get("/api/v1/rejected?stream=" + stream + "&limit=" + limit)
                .json()
                .get("rejected");
    }

    private Answer publish(String channel, byte[] onnx) {
        return api.ask(
                api.request("PUT", "/api/v1/models/" + channel)
                        .header("Content-Type", BYTES)
                        .PUT(BodyPublishers.ofByteArray(onnx)));
    }

    private boolean workerHas(String channel, byte[] onnx) {
        JsonNode said = api.get("/api/v1/models/" + channel).json().at("/workers/0");
        return said.path("digest").asText().equals(digest(onnx))
                && said.path("state").asText().equals("current");
    }

    /** Checks a problem document; its kind. */
    private static String assertProblem(String type, int status, String words, Answer answer) {
        JsonNode problem = answer.json();
        assertEquals(status, answer.status(), problem.toString());
        assertEquals("application/problem+json", answer.header("Content-Type"));
        assertEquals("/problems/" + type, problem.get("type").asText());
        assertEquals(status, problem.get("status").asInt());
        assertTrue(problem.get("detail").asText().contains(words), problem.toString());
        assertEquals(
                answer.response().uri().getPath(),
                problem.get("instance").asText().replace("%2F", "/").replace("%40", "@"));
        return type;
    }

    private RecordMetadata write(ProducerRecord<byte[], byte[]> made) {
        return TopicWriter.write(access, List.of(made)).get(0);
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + 30_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "expected " + what + " within 30 s");
            Thread.sleep(50);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String digest(byte[] onnx) {
        return ModelRegistry.digestOf(onnx);
    }

    private static byte[] model(String name) throws IOException {
        try (InputStream in = RestApiTest.class.getResourceAsStream("/models/" + name + ".onnx")) {
            return in.readAllBytes();
        }
    }
}
