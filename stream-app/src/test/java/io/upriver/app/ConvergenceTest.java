package io.upriver.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.admin.ModelRecords;
import io.upriver.graph.ChangedModels;
import io.upriver.kafka.EmbeddedBroker;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.SharedBroker;
import io.upriver.kafka.TopicReader;
import io.upriver.media.Clips;
import io.upriver.model.BuiltInModels;
import io.upriver.model.ModelRegistry;
import io.upriver.schemas.Container;
import io.upriver.schemas.ModelMetadata;
import io.upriver.schemas.ModelStatus;
import io.upriver.schemas.Outcome;
import io.upriver.schemas.Segment;
import io.upriver.schemas.SegmentRecords;
import io.upriver.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Producer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several workers that end with the same model, whatever happens between, as their own words on the
 * status topic show.
 */
@ExtendWith(SharedBroker.class)
@SuppressWarnings("try") // the workers are only there to follow
class ConvergenceTest {

    private static final String CHANNEL = "default";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int IN_A_ROW = 200;

    @TempDir Path directory;

    @Test
    @Timeout(180)
    void ofWorkersWhoseBrokerRestartsInTheMiddleOfPublications() throws Exception {
        // Given two workers with the same model
        Topics topics = new Topics("restarted");
        List<byte[]> models = models(IN_A_ROW);
        byte[] last = models.get(IN_A_ROW - 1);
        try (EmbeddedBroker broker =
                EmbeddedBroker.start(
                        directory.resolve("broker"), 0, SharedBroker.MAX_MESSAGE_BYTES)) {
            KafkaAccess access =
                    new KafkaAccess(broker.bootstrapServers(), SharedBroker.MAX_MESSAGE_BYTES);
            try (LocalWorker one = worker("one", access, topics);
                    LocalWorker two = worker("two", access, topics);
                    Producer<byte[], byte[]> producer = access.producer()) {
                publish(producer, topics, models.get(0));
                awaitCurrent(access, topics, models.get(0), "one", "two");

                // When the broker ends while one model after the other is published
                AtomicInteger published = new AtomicInteger();
                CompletableFuture<Void> publishing =
                        CompletableFuture.runAsync(
                                () -> {
                                    for (byte[] model : models.subList(1, IN_A_ROW)) {
                                        publish(producer, topics, model);
                                        published.incrementAndGet();
                                    }
                                });
                Awaitility.await().until(() -> published.get() > 2);
                broker.stop();
                int before = published.get();
                Thread.sleep(1_000);
                assertEquals(before, published.get(), "while the broker is away");
                assertTrue(before < IN_A_ROW - 1, "some were to be left");
                broker.resume();
                publishing.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

                // Then
                awaitCurrent(access, topics, last, "one", "two");
                assertEquals(digest(last), modelOfNextSegment(access, topics, producer));
            }
        }
    }

    @Test
    @Timeout(120)
    void ofAWorkerThatComesLate(KafkaAccess access) throws Exception {
        // Given a worker that has had several models
        Topics topics = new Topics("late");
        List<byte[]> models = models(4);
        byte[] last = models.get(3);
        try (LocalWorker early = worker("early", access, topics);
                Producer<byte[], byte[]> producer = access.producer()) {
            for (byte[] model : models) {
                publish(producer, topics, model);
                awaitCurrent(access, topics, model, "early");
            }

            // When
            try (LocalWorker late = worker("late", access, topics)) {
                // Then
                awaitCurrent(access, topics, last, "early", "late");
            }
        }
    }

    private LocalWorker worker(String name, KafkaAccess access, Topics topics) {
        return new LocalWorker(
                name, access, topics, topics.prefix(), directory.resolve(name), 1 << 20);
    }

    /** Good models, no two of them the same. */
    private static List<byte[]> models(int count) {
        List<byte[]> models = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            models.add(
                    ChangedModels.withMetadata(
                            BuiltInModels.fileOfDefault(), ModelMetadata.SETTINGS, "" + i));
        }
        return models;
    }

    private static void publish(Producer<byte[], byte[]> producer, Topics topics, byte[] model) {
        try {
            producer.send(ModelRecords.current(topics.models(), CHANNEL, model)).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String digest(byte[] model) {
        return ModelRegistry.digestOf(model);
    }

    /** Waits until these workers, and no others, say that they have the model. */
    private static void awaitCurrent(
            KafkaAccess access, Topics topics, byte[] model, String... workers) {
        Map<String, String> expected = new HashMap<>();
        for (String worker : workers) {
            expected.put(worker, digest(model));
        }
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertEquals(expected, current(access, topics)));
    }

    /** The model that each worker has, by its own last word. */
    private static Map<String, String> current(KafkaAccess access, Topics topics) {
        Map<String, String> current = new HashMap<>();
        TopicReader.readAll(
                access,
                topics.modelStatus(),
                given -> {
                    ModelStatus status = ModelStatus.fromJson(given.value());
                    if (status.state() == ModelStatus.State.CURRENT) {
                        current.put(status.worker(), status.digest());
                    }
                });
        return current;
    }

    private String modelOfNextSegment(
            KafkaAccess access, Topics topics, Producer<byte[], byte[]> producer) throws Exception {
        Path clip =
                Clips.make(
                        directory.resolve("clip.ts"), Clips.PICTURE + "-frames:v 5 -c:v libx264");
        Segment segment = Segment.of("cam", 0, Container.MPEG_TS, Clips.bytes(clip));
        producer.send(SegmentRecords.toRecord(topics.segments(), 0, segment)).get();
        List<String> digests = new ArrayList<>();
        Awaitility.await()
                .atMost(PATIENCE)
                .until(
                        () -> {
                            TopicReader.readAll(
                                    access,
                                    topics.upscaled(),
                                    given ->
                                            digests.add(
                                                    Outcome.readFrom(given.headers())
                                                            .modelDigest()));
                            return !digests.isEmpty();
                        });
        return digests.get(0);
    }
}
