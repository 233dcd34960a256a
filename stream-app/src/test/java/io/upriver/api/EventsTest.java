package io.upriver.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.upriver.api.ApiClient.Answer;
import io.upriver.api.EventStream.Event;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicWriter;
import io.upriver.schemas.Topics;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the running service tells of itself, and that each of it is as its description says. */
@QuarkusTest
@QuarkusTestResource(ApiBroker.class)
@Timeout(60)
class EventsTest {

    private static final Map<String, String> SCHEMAS =
            Map.of(
                    "cluster", "ClusterState",
                    "models", "ModelsState",
                    "streams", "StreamChanges",
                    "reports", "ReportBatch",
                    "rejected", "RejectedList",
                    "jobs", "JobList");

    @TestHTTPResource("/")
    URI root;

    @Inject KafkaAccess access;
    @Inject Topics topics;

    private ApiClient api;

    @BeforeEach
    void connect() {
        api = new ApiClient(root.toString());
    }

    private EventStream listen() throws IOException, InterruptedException {
        return new EventStream(root.resolve("/api/v1/events"));
    }

    @Test
    void sayHowEverythingIsAndThenWhatChanges() throws Exception {
        // Given
        api.ask("PUT", "/api/v1/streams/before", "application/json", "{\"scale\":3}");

        try (EventStream events = listen()) {
            // Then everything is said at once, and is as described
            assertEquals(200, events.response().statusCode());
            assertEquals(
                    "text/event-stream",
                    events.response().headers().firstValue("Content-Type").orElse(""));
            Map<String, JsonNode> first = new HashMap<>();
            while (first.size() < SCHEMAS.size()) {
                Event event = events.next();
                requireDescribed(event);
                first.putIfAbsent(event.name(), event.data());
            }
            assertEquals(SCHEMAS.keySet(), first.keySet());
            assertTrue(first.get("cluster").get("answers").asBoolean());
            assertTrue(first.get("streams").get("complete").asBoolean());
            assertTrue(first.get("reports").get("complete").asBoolean());
            assertEquals(3, scaleOf(first.get("streams"), "before"));

            // When a stream has other settings
            api.ask("PUT", "/api/v1/streams/watched", "application/json", "{\"scale\":4}");

            // Then only that is said
            Event changed = events.await("streams", data -> scaleOf(data, "watched") == 4);
            requireDescribed(changed);
            assertFalse(changed.data().get("complete").asBoolean());
            assertEquals(0, scaleOf(changed.data(), "before"), changed::toString);
            api.ask("DELETE", "/api/v1/streams/watched");
            events.await("streams", data -> data.get("gone").toString().contains("\"watched\""));

            // When a segment comes that is none
            TopicWriter.write(
                    access,
                    List.of(
                            new ProducerRecord<>(
                                    topics.segments(), "watched".getBytes(UTF_8), new byte[188])));

            // Then
            Event report = events.await("reports", data -> mentions(data, "watched"));
            requireDescribed(report);
            JsonNode item = report.data().at("/reports/0");
            assertFalse(report.data().get("complete").asBoolean());
            assertTrue(
                    item.get("producedMillis").asLong()
                            <= item.at("/report/committedMillis").asLong());
            requireDescribed(events.await("rejected", data -> mentions(data, "watched")));
        }
    }

    @Test
    void tellOfAModelAndOfItsTrial() throws Exception {
        byte[] onnx = getClass().getResourceAsStream("/models/nano-x2.onnx").readAllBytes();
        byte[] other = getClass().getResourceAsStream("/models/compressed-x2.onnx").readAllBytes();
        try (EventStream events = listen()) {
            put("/api/v1/models/pushed", onnx);
            put("/api/v1/models/pushed/canary", other);

            requireDescribed(
                    events.await(
                            "models",
                            data ->
                                    mentions(data.get("channels"), "pushed")
                                            && mentions(data.get("trials"), "0 of 50 segments")));
            api.ask("DELETE", "/api/v1/models/pushed/canary");
            events.await("models", data -> !mentions(data.get("trials"), "pushed"));
        }
    }

    @Test
    void areTheSameForManyListenersAndForOneThatComesLate() throws Exception {
        List<EventStream> many = new ArrayList<>();
        try {
            for (int i = 0; i < 10; i++) {
                many.add(listen());
            }
            api.ask("PUT", "/api/v1/streams/all", "application/json", "{\"scale\":5}");
            for (EventStream events : many) {
                events.await("streams", data -> scaleOf(data, "all") == 5);
            }
            try (EventStream late = listen()) {
                late.await("streams", data -> scaleOf(data, "all") == 5);
            }
        } finally {
            for (EventStream events : many) {
                events.close();
            }
        }
    }

    @Test
    void areRefusedToMoreListenersThanMayBeUntilOthersHaveGone() throws Exception {
        List<Socket> many = new ArrayList<>();
        try {
            for (int i = 0; i < ChangeFeed.MOST_LISTENERS; i++) {
                many.add(asking());
            }
            for (int i = 0; i < many.size(); i++) {
                many.set(i, listening(many.get(i)));
            }
            Answer refused = api.get("/api/v1/events");
            assertEquals(429, refused.status());
            assertEquals(
                    "expected at most 100 listeners to events at a time, got one more",
                    refused.json().get("detail").asText());
        } finally {
            for (Socket socket : many) {
                socket.close();
            }
        }

        listening(asking()).close();
    }

    private Socket asking() throws IOException {
        Socket socket = new Socket(root.getHost(), root.getPort());
        socket.getOutputStream()
                .write("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
        return socket;
    }

    /** A listener that is told; until some are seen to have gone there may be too many. */
    private Socket listening(Socket asking) throws IOException, InterruptedException {
        Socket socket = asking;
        while (!firstLine(socket).equals("HTTP/1.1 200 OK")) {
            socket.close();
            Thread.sleep(100);
            socket = asking();
        }
        return socket;
    }

    /** Comes with the first event. */
    private static String firstLine(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)).readLine();
    }

    private void put(String path, byte[] onnx) {
        api.ask(
                api.request("PUT", path)
                        .header("Content-Type", "application/octet-stream")
                        .PUT(BodyPublishers.ofByteArray(onnx)));
    }

    private void requireDescribed(Event event) {
        api.requireSchema(
                "#/components/schemas/" + SCHEMAS.get(event.name()),
                event.data().toString().getBytes(UTF_8),
                event.name());
    }

    private static boolean mentions(JsonNode data, String words) {
        return data.toString().contains(words);
    }

    private static int scaleOf(JsonNode data, String id) {
        for (JsonNode stream : data.get("streams")) {
            if (stream.get("stream").asText().equals(id)) {
                return stream.at("/settings/scale").asInt();
            }
        }
        return 0;
    }
}
