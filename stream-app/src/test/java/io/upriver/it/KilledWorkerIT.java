package io.upriver.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.upriver.kafka.EmbeddedBroker;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicReader;
import io.upriver.model.EnlargingNetworks;
import io.upriver.model.ModelRegistry;
import io.upriver.schemas.ModelStatus;
import io.upriver.schemas.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that dies at work on a model, as {@code kill -9} and a power cut end it. */
class KilledWorkerIT {

    private static final String CHANNEL = "default";
    private static final int MAX_MESSAGE_BYTES = 64 << 20;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir Path directory;

    @Test
    @SuppressWarnings("try") // the other worker is only there to have the model
    void hasTheModelOfTheOthersOnceItIsThereAgain() throws Exception {
        // Given two workers with the same model
        byte[] first = shipped();
        byte[] slow = EnlargingNetworks.slow(2);
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0, MAX_MESSAGE_BYTES)) {
            KafkaAccess access = new KafkaAccess(broker.bootstrapServers(), MAX_MESSAGE_BYTES);
            try (UpriverProcess other = servingWorker("other", access);
                    UpriverProcess killed = worker("killed", access)) {
                URI health = URI.create(killed.awaitOut("(http://[^ ]*/q/health)"));
                publish(access, first);
                awaitCurrent(access, first);

                // When one of them is killed while it tries the next model
                publish(access, slow);
                await().pollInterval(Duration.ofMillis(20))
                        .atMost(PATIENCE)
                        .until(() -> body(health).contains("loading"));
                killed.kill();
                assertEquals(
                        ModelRegistry.digestOf(first),
                        current(access).get("killed"),
                        "it was to die before it had the next model");

                // and started again
                try (UpriverProcess again = worker("killed", access)) {
                    again.awaitOut("Serving");

                    // Then
                    awaitCurrent(access, slow);
                }
            }
        }
    }

    /** Serves already: two that start at once may choose the same port. */
    private UpriverProcess servingWorker(String name, KafkaAccess access) throws Exception {
        UpriverProcess worker = worker(name, access);
        worker.awaitOut("Serving");
        return worker;
    }

    private UpriverProcess worker(String name, KafkaAccess access) throws IOException {
        return UpriverProcess.start(
                directory,
                Map.of("UPRIVER_WORKER_NAME", name),
                "serve",
                "--bootstrap-servers",
                access.bootstrapServers());
    }

    private static String body(URI health) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(health).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static void publish(KafkaAccess access, byte[] model) throws Exception {
        try (Producer<byte[], byte[]> producer = access.producer()) {
            byte[] key = CHANNEL.getBytes(StandardCharsets.UTF_8);
            producer.send(new ProducerRecord<>(Topics.DEFAULT.models(), key, model)).get();
        }
    }

    private static void awaitCurrent(KafkaAccess access, byte[] model) {
        String digest = ModelRegistry.digestOf(model);
        Map<String, String> expected = Map.of("other", digest, "killed", digest);
        await().atMost(PATIENCE).untilAsserted(() -> assertEquals(expected, current(access)));
    }

    /** The model that each worker has, by its own last word. */
    private static Map<String, String> current(KafkaAccess access) {
        Map<String, String> current = new TreeMap<>();
        TopicReader.readAll(
                access,
                Topics.DEFAULT.modelStatus(),
                given -> {
                    ModelStatus status = ModelStatus.fromJson(given.value());
                    if (status.state() == ModelStatus.State.CURRENT) {
                        current.put(status.worker(), status.digest());
                    }
                });
        return current;
    }

    private static byte[] shipped() throws IOException {
        try (InputStream in = KilledWorkerIT.class.getResourceAsStream("/models/nano-x2.onnx")) {
            return in.readAllBytes();
        }
    }
}
