package io.upriver.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.admin.CanaryTrial;
import io.upriver.admin.ModelAdmin;
import io.upriver.graph.ChangedModels;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.SharedBroker;
import io.upriver.kafka.TopicReader;
import io.upriver.media.Clips;
import io.upriver.model.EnlargingNetworks;
import io.upriver.model.ModelRegistry;
import io.upriver.schemas.CanarySettings;
import io.upriver.schemas.Container;
import io.upriver.schemas.ModelStatus;
import io.upriver.schemas.Segment;
import io.upriver.schemas.SegmentRecords;
import io.upriver.schemas.SegmentReport;
import io.upriver.schemas.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Models that some streams try first, on a real broker with a worker and live segments. */
@ExtendWith(SharedBroker.class)
class CanaryTest {

    private static final String CHANNEL = "default";
    private static final int STREAMS = 6;

    @TempDir Path directory;

    private KafkaAccess access;
    private Topics topics;
    private ModelAdmin admin;
    private Producer<byte[], byte[]> producer;
    private byte[] clip;
    private long sequence;

    @Test
    @SuppressWarnings("try") // the worker is only there to work
    @Timeout(120)
    void isPromotedWhenItIsNoWorse(KafkaAccess access) throws Exception {
        // Given a current model and the same network under another name
        byte[] first = model();
        byte[] second = ChangedModels.withMetadata(first, "upriver.producer", "somebody else");
        open(access, "canary-good");
        try (LocalWorker worker = worker(access)) {
            admin.publish(CHANNEL, first);
            awaitStatus(CHANNEL, first, ModelStatus.State.CURRENT);

            // When half of the streams try it
            admin.tryOut(
                    CHANNEL,
                    second,
                    null,
                    settings("{\"share\":0.5,\"segments\":8,\"slowdown\":100}"));
            awaitStatus(CHANNEL + "@canary", second, ModelStatus.State.CURRENT);
            produceUntil(() -> isEvent(ModelStatus.State.PROMOTED));
            awaitStatus(CHANNEL, second, ModelStatus.State.CURRENT);
            await("the trial's end", () -> admin.trials().isEmpty());
        }

        // Then these streams had it alone, and every segment says which model made it
        CanarySettings half = settings("{\"share\":0.5}");
        String digest = ModelRegistry.digestOf(second);
        int tried = 0;
        for (SegmentReport report : reports(access)) {
            assertNull(report.rejection());
            assertNotNull(report.quality());
            if (report.canary() != null) {
                tried++;
                assertTrue(half.covers(report.streamId(), digest));
                assertEquals(digest, report.canary().digest());
                assertEquals(digest, report.outcome().modelDigest());
                assertEquals(
                        report.quality().sharpness(), report.canary().current().sharpness(), 0);
            }
        }
        assertTrue(tried >= 8, "tried " + tried);
        assertEquals(digest, admin.history().current(CHANNEL).orElseThrow().digest());
        assertTrue(
                event(ModelStatus.State.PROMOTED)
                        .reason()
                        .contains("8 segments done, 0 failed; against the current model"),
                event(ModelStatus.State.PROMOTED).reason());
        producer.close();
    }

    @Test
    @SuppressWarnings("try")
    @Timeout(120)
    void isRolledBackWhenItIsSofter(KafkaAccess access) throws Exception {
        // Given a network and an interpolation between neighbours, which workers do take
        byte[] first = model();
        byte[] second = EnlargingNetworks.linear(2);
        open(access, "canary-soft");
        try (LocalWorker worker = worker(access)) {
            admin.publish(CHANNEL, first);
            awaitStatus(CHANNEL, first, ModelStatus.State.CURRENT);

            // When all streams try it
            admin.tryOut(CHANNEL, second, null, settings("{\"share\":1,\"segments\":1000}"));
            awaitStatus(CHANNEL + "@canary", second, ModelStatus.State.CURRENT);
            produceUntil(() -> isEvent(ModelStatus.State.ROLLED_BACK));
            await("the trial's end", () -> admin.trials().isEmpty());
        }

        // Then
        assertEquals(
                ModelRegistry.digestOf(first),
                admin.history().current(CHANNEL).orElseThrow().digest());
        assertTrue(
                event(ModelStatus.State.ROLLED_BACK).reason().contains("sharpness -"),
                event(ModelStatus.State.ROLLED_BACK).reason());
        producer.close();
    }

    @Test
    @SuppressWarnings("try")
    @Timeout(120)
    void isEndedWhenWorkersRefuseItAndDecidedByHandWhenAskedTo(KafkaAccess access)
            throws Exception {
        byte[] first = model();
        byte[] second = ChangedModels.withMetadata(first, "upriver.producer", "somebody else");
        open(access, "canary-hand");
        try (LocalWorker worker = worker(access)) {
            // refused by the worker
            byte[] junk = "junk".getBytes(StandardCharsets.UTF_8);
            producer.send(
                            new ProducerRecord<>(
                                    topics.models(),
                                    (CHANNEL + "@canary").getBytes(StandardCharsets.UTF_8),
                                    junk))
                    .get();
            await("the end", () -> isEvent(ModelStatus.State.ROLLED_BACK));
            assertTrue(event(ModelStatus.State.ROLLED_BACK).reason().contains("refused: "));

            // ended and promoted by hand
            admin.tryOut(CHANNEL, second, null, settings("{\"share\":1,\"automatic\":false}"));
            assertEquals(1, admin.trials().size());
            CanaryTrial ended = admin.endTrial(CHANNEL, "somebody");
            assertEquals(ModelRegistry.digestOf(second), ended.digest());
            assertEquals(Map.of(), admin.trials());
            admin.tryOut(CHANNEL, second, null, settings("{\"share\":1,\"automatic\":false}"));
            admin.promote(CHANNEL, "somebody");
            awaitStatus(CHANNEL, second, ModelStatus.State.CURRENT);
            assertEquals("somebody", event(ModelStatus.State.PROMOTED).worker());
            assertEquals(Map.of(), admin.trials());

            // a trial of what the channel has is cleared
            admin.tryOut(CHANNEL, second, null, settings("{\"share\":1,\"automatic\":false}"));
            await("no trial", () -> admin.trials().isEmpty());
        }
        producer.close();
    }

    private void open(KafkaAccess given, String prefix) {
        access = given;
        topics = new Topics(prefix);
        admin = new ModelAdmin(access, topics);
        producer = access.producer();
        clip =
                Clips.bytes(
                        Clips.make(
                                directory.resolve(prefix + ".mp4"),
                                "-f lavfi -i testsrc2=size=96x64:rate=25:duration=0.2 -c:v libx264 -preset"
                                        + " ultrafast -crf 18 -pix_fmt yuv420p"));
    }

    private LocalWorker worker(KafkaAccess access) {
        return new LocalWorker(
                access, topics, topics.models(), directory.resolve("state"), 1 << 20);
    }

    private static CanarySettings settings(String json) {
        return CanarySettings.fromJson(json.getBytes(StandardCharsets.UTF_8));
    }

    private void produceUntil(BooleanSupplier done) throws Exception {
        for (int round = 0; round < 60 && !done.getAsBoolean(); round++) {
            for (int stream = 0; stream < STREAMS; stream++) {
                Segment segment = Segment.of("cam-" + stream, sequence, Container.MP4, clip);
                producer.send(SegmentRecords.toRecord(topics.segments(), 0, segment)).get();
            }
            sequence++;
            Thread.sleep(500);
        }
        assertTrue(done.getAsBoolean(), "nothing was decided");
    }

    private boolean isEvent(ModelStatus.State state) {
        return event(state) != null;
    }

    private ModelStatus event(ModelStatus.State state) {
        List<ModelStatus> events = new ArrayList<>();
        TopicReader.readAll(
                access,
                topics.modelStatus(),
                given -> events.add(ModelStatus.fromJson(given.value())));
        return events.stream()
                .filter(status -> status.channel().equals(CHANNEL + "@canary"))
                .filter(status -> status.state() == state)
                .reduce((before, last) -> last)
                .orElse(null);
    }

    private void awaitStatus(String key, byte[] onnx, ModelStatus.State state)
            throws InterruptedException {
        String digest = ModelRegistry.digestOf(onnx);
        await(
                key + " " + state,
                () ->
                        admin.statuses().getOrDefault(key, Map.of()).values().stream()
                                .anyMatch(
                                        status ->
                                                status.state() == state
                                                        && digest.equals(status.digest())));
    }

    private static void await(String what, BooleanSupplier done) throws InterruptedException {
        long end = System.nanoTime() + 30_000_000_000L;
        while (!done.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "expected within 30 s " + what);
            Thread.sleep(100);
        }
    }

    private List<SegmentReport> reports(KafkaAccess access) {
        List<SegmentReport> reports = new ArrayList<>();
        TopicReader.readAll(
                access,
                topics.reports(),
                given -> reports.add(SegmentReport.fromJson(given.value())));
        return reports;
    }

    private static byte[] model() throws IOException {
        try (InputStream in = CanaryTest.class.getResourceAsStream("/models/nano-x2.onnx")) {
            return in.readAllBytes();
        }
    }
}
