package io.upriver.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.admin.ModelAdmin;
import io.upriver.admin.ModelRecords;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.SharedBroker;
import io.upriver.kafka.TopicReader;
import io.upriver.kafka.TopicSetup;
import io.upriver.media.Clips;
import io.upriver.model.ModelException;
import io.upriver.model.ModelHistory;
import io.upriver.model.ModelHistory.Entry;
import io.upriver.model.ModelRegistry;
import io.upriver.schemas.Container;
import io.upriver.schemas.ModelKey;
import io.upriver.schemas.ModelStatus;
import io.upriver.schemas.Segment;
import io.upriver.schemas.SegmentRecords;
import io.upriver.schemas.SegmentReport;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Models changed by way of the topics, with a worker that follows them. */
@ExtendWith(SharedBroker.class)
class ModelAdminTest {

    private static final String CHANNEL = "default";

    @TempDir Path directory;

    @Test
    @SuppressWarnings("try") // the worker is only there to follow
    @Timeout(90)
    void goesBackAndOnWhileAWorkerFollows(KafkaAccess access) throws Exception {
        Topics topics = new Topics("models-admin");
        ModelAdmin admin = new ModelAdmin(access, topics);
        byte[] first = model("nano-x2");
        byte[] second = model("compressed-x2");
        try (LocalWorker worker =
                new LocalWorker(access, topics, "models-admin", directory, 1 << 20)) {
            // published
            admin.publish(CHANNEL, first);
            awaitWorker(admin, first);
            admin.publish(CHANNEL, second);
            awaitWorker(admin, second);

            // kept by whoever keeps the history
            await("two kept models", () -> kept(access, topics).size() == 2);
            assertEquals(
                    Map.of(digest(first), first.length, digest(second), second.length),
                    kept(access, topics));

            // but not what a job publishes for itself
            try (Producer<byte[], byte[]> producer = access.producer()) {
                producer.send(ModelRecords.passing(topics.models(), "job-1", first)).get();
                producer.send(ModelRecords.none(topics.models(), ModelKey.current("job-1"))).get();
            }
            Thread.sleep(1_500);
            assertEquals(2, kept(access, topics).size());
            assertEquals(Set.of(CHANNEL), admin.history().channels());

            // back, and not back again
            assertEquals(digest(first), admin.rollback(CHANNEL).digest());
            awaitWorker(admin, first);
            var nothing = assertThrows(IllegalStateException.class, () -> admin.rollback(CHANNEL));
            assertTrue(
                    nothing.getMessage().contains("expected a model before the current one"),
                    nothing.getMessage());

            // away, and back
            admin.withdraw(CHANNEL);
            await("withdrawn", () -> status(admin).state() == ModelStatus.State.WITHDRAWN);
            assertThrows(IllegalStateException.class, () -> admin.withdraw(CHANNEL));
            assertEquals(digest(first), admin.rollback(CHANNEL).digest());
            awaitWorker(admin, first);
        }
    }

    @Test
    void goesBackWhenOnlyTheKeptModelsAreLeft(KafkaAccess access) throws Exception {
        // Given what compaction leaves of a topic on which the channel had two models
        Topics topics = new Topics("models-compacted");
        new TopicSetup(access, topics).createMissing(1);
        byte[] first = model("nano-x2");
        byte[] second = model("compressed-x2");
        try (Producer<byte[], byte[]> producer = access.producer()) {
            for (String key :
                    List.of(
                            CHANNEL + "@" + digest(first),
                            CHANNEL + "@" + digest(second),
                            CHANNEL)) {
                ProducerRecord<byte[], byte[]> made =
                        new ProducerRecord<>(
                                topics.models(),
                                key.getBytes(StandardCharsets.UTF_8),
                                key.endsWith(digest(first)) ? first : second);
                made.headers().add("upriver-signature", new byte[] {7});
                producer.send(made).get();
            }
        }

        // When
        Entry back = new ModelAdmin(access, topics).rollback(CHANNEL);

        // Then
        ModelHistory history = new ModelAdmin(access, topics).history();
        assertEquals(digest(first), back.digest());
        assertEquals(digest(first), history.current(CHANNEL).orElseThrow().digest());
        ConsumerRecord<byte[], byte[]> now =
                TopicReader.readAt(
                                access,
                                topics.models(),
                                history.current(CHANNEL).orElseThrow().offset())
                        .orElseThrow();
        assertEquals(7, now.headers().lastHeader("upriver-signature").value()[0]);
        assertTrue(
                history.of(CHANNEL).stream()
                        .anyMatch(e -> e.digest().equals(digest(second)) && e.isSetAside()));
    }

    @Test
    @SuppressWarnings("try") // the worker is only there to follow
    @Timeout(90)
    void aWorkerThatStartsBehindABadModelTakesTheOneBefore(KafkaAccess access) throws Exception {
        // Given a channel that had a model, and has junk now
        Topics topics = new Topics("models-behind");
        new TopicSetup(access, topics).createMissing(1);
        byte[] first = model("compressed-x2");
        try (Producer<byte[], byte[]> producer = access.producer()) {
            for (String key : List.of(CHANNEL + "@" + digest(first), CHANNEL)) {
                byte[] file = key.equals(CHANNEL) ? new byte[] {1, 2, 3} : first;
                producer.send(
                                new ProducerRecord<>(
                                        topics.models(),
                                        key.getBytes(StandardCharsets.UTF_8),
                                        file))
                        .get();
            }
        }

        // When
        ModelAdmin admin = new ModelAdmin(access, topics);
        try (LocalWorker worker =
                new LocalWorker(access, topics, "models-behind", directory, 1 << 20)) {
            awaitWorker(admin, first);
        }

        // Then
        assertTrue(
                status(admin).reason().startsWith("the one before, since "),
                status(admin).reason());
    }

    @Test
    @SuppressWarnings("try")
    @Timeout(90)
    void aStreamCanHaveAModelThatItsChannelHadBefore(KafkaAccess access) throws Exception {
        // Given a channel with its second model, and a stream that stays with the first
        Topics topics = new Topics("models-digest");
        ModelAdmin admin = new ModelAdmin(access, topics);
        byte[] first = model("nano-x2");
        byte[] second = model("compressed-x2");
        byte[] clip =
                Clips.bytes(
                        Clips.make(
                                directory.resolve("clip.mp4"),
                                "-f lavfi -i testsrc2=size=96x64:rate=25:duration=0.2 -c:v libx264 -preset"
                                        + " ultrafast -pix_fmt yuv420p"));
        List<SegmentReport> reports = new ArrayList<>();
        try (LocalWorker worker =
                        new LocalWorker(
                                access, topics, "models-digest", directory.resolve("s"), 1 << 20);
                Producer<byte[], byte[]> producer = access.producer()) {
            admin.publish(CHANNEL, first);
            awaitWorker(admin, first);
            admin.publish(CHANNEL, second);
            awaitWorker(admin, second);
            await("two kept models", () -> kept(access, topics).size() == 2);
            StreamSettings pinned =
                    admin.pin("cam", "sha256:" + ModelAdmin.shortened(digest(first)));
            assertEquals("sha256:" + digest(first), pinned.model());

            // When
            for (String stream : List.of("cam", "other")) {
                Segment segment = Segment.of(stream, 0, Container.MP4, clip);
                producer.send(SegmentRecords.toRecord(topics.segments(), 0, segment)).get();
            }
            await(
                    "two reports",
                    () -> {
                        reports.clear();
                        TopicReader.readAll(
                                access,
                                topics.reports(),
                                given -> reports.add(SegmentReport.fromJson(given.value())));
                        return reports.size() == 2;
                    });
        }

        // Then
        for (SegmentReport report : reports) {
            assertEquals(
                    digest(report.streamId().equals("cam") ? first : second),
                    report.outcome().modelDigest());
        }
        var unknown =
                assertThrows(IllegalStateException.class, () -> admin.pin("cam", "sha256:0000"));
        assertTrue(unknown.getMessage().contains("begins with 0000, there are []"));
    }

    @Test
    void passesOverWhatNoWorkerWouldTake(KafkaAccess access) throws Exception {
        // Given a channel on which somebody put something else between two models
        Topics topics = new Topics("models-junk");
        new TopicSetup(access, topics).createMissing(1);
        ModelAdmin admin = new ModelAdmin(access, topics);
        byte[] first = model("nano-x2");
        admin.publish(CHANNEL, first);
        try (Producer<byte[], byte[]> producer = access.producer()) {
            producer.send(ModelRecords.current(topics.models(), CHANNEL, new byte[] {1, 2, 3}))
                    .get();
        }
        admin.publish(CHANNEL, model("compressed-x2"));

        assertEquals(digest(first), admin.rollback(CHANNEL).digest());
        assertThrows(ModelException.class, () -> admin.publish(CHANNEL, new byte[] {1, 2, 3}));
    }

    @Test
    void pinsAStreamAndLeavesItsOtherSettings(KafkaAccess access) throws Exception {
        Topics topics = new Topics("models-pin");
        new TopicSetup(access, topics).createMissing(1);
        ModelAdmin admin = new ModelAdmin(access, topics);

        assertEquals(StreamSettings.DEFAULT.withModel("nano"), admin.pin("cam", "nano"));
        try (Producer<byte[], byte[]> producer = access.producer()) {
            producer.send(
                            new ProducerRecord<>(
                                    topics.streams(),
                                    "cam".getBytes(StandardCharsets.UTF_8),
                                    "{\"scale\":3,\"crf\":20}".getBytes(StandardCharsets.UTF_8)))
                    .get();
        }
        StreamSettings pinned = admin.pin("cam", "none");
        var unknown = assertThrows(IllegalStateException.class, () -> admin.pin("cam", "anime"));

        assertEquals(3, pinned.scale());
        assertEquals(20, pinned.encoding().crf());
        assertEquals("none", pinned.model());
        assertEquals(
                "expected one of the models [base, compressed, default, nano, none], got anime",
                unknown.getMessage());
    }

    private void awaitWorker(ModelAdmin admin, byte[] onnx) throws InterruptedException {
        await(
                "the worker to have " + digest(onnx),
                () ->
                        status(admin) != null
                                && digest(onnx).equals(status(admin).digest())
                                && status(admin).state() == ModelStatus.State.CURRENT);
    }

    private static ModelStatus status(ModelAdmin admin) {
        return admin.statuses().getOrDefault(CHANNEL, Map.of()).get(LocalWorker.NAME);
    }

    private static Map<String, Integer> kept(KafkaAccess access, Topics topics) {
        Map<String, Integer> kept = new HashMap<>();
        TopicReader.readAll(
                access,
                topics.models(),
                given -> {
                    ModelKey key = ModelRecords.keyOf(given);
                    if (!key.isCurrent()) {
                        kept.put(key.digest(), given.value().length);
                    }
                });
        return kept;
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + 30_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "expected " + what + " within 30 s");
            Thread.sleep(100);
        }
    }

    private static String digest(byte[] onnx) {
        return ModelRegistry.digestOf(onnx);
    }

    private static byte[] model(String name) throws IOException {
        try (InputStream in =
                ModelAdminTest.class.getResourceAsStream("/models/" + name + ".onnx")) {
            return in.readAllBytes();
        }
    }
}
