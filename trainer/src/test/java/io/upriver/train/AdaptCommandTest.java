package io.upriver.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.upriver.data.SyntheticPictures;
import io.upriver.data.TestVideo;
import io.upriver.evaluate.OnnxNetwork;
import io.upriver.evaluate.TensorContract;
import io.upriver.export.StudentOnnx.Form;
import io.upriver.learn.Sha256;
import io.upriver.publish.StudentModels;
import io.upriver.publish.TestBroker;
import io.upriver.schemas.Container;
import io.upriver.schemas.ModelMetadata;
import io.upriver.schemas.ModelMetadata.Planes;
import io.upriver.schemas.ModelStatus;
import io.upriver.schemas.Segment;
import io.upriver.schemas.SegmentRecords;
import io.upriver.schemas.StreamSettings;
import io.upriver.student.StudentSpec;
import io.upriver.student.StudentSpec.Interpolation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Adapting to streams on a real broker; what stands on the topics is read by a plain consumer. */
class AdaptCommandTest {
    private static final StudentSpec SPEC = StudentModels.correcting(Interpolation.BILINEAR, 2);
    private static final String STREAM = "cam";

    @TempDir static Path shared;

    private static TestBroker broker;
    private static Path start;
    private static byte[] moving;

    /** What the topics of one test begin with. */
    private String prefix;

    @TempDir Path temporary;

    @BeforeAll
    static void begin() throws Exception {
        broker = TestBroker.start(Files.createDirectory(shared.resolve("broker")));
        start = Files.write(shared.resolve("start.onnx"), student("start", SPEC));
        moving = TestVideo.moving(320, 240, 32, "-crf", "18");
    }

    @AfterAll
    static void end() {
        broker.close();
    }

    @BeforeEach
    void name(TestInfo test) {
        prefix = test.getTestMethod().orElseThrow().getName();
    }

    @Test
    void givesAStreamABetterModelOfItsOwn() throws Exception {
        // Given a stream of four segments with settings of its own, among those of another
        StreamSettings settings =
                StreamSettings.DEFAULT.withContainer(Container.MP4).withModel("live");
        broker.write(record(prefix + ".streams", STREAM, settings.toJson()));
        broker.write(record(prefix + ".models", "live", Files.readAllBytes(start)));
        for (int sequence : new int[] {0, 2, 1, 3}) {
            send(STREAM, sequence, segment(sequence));
            send("other", sequence, new byte[] {1});
        }
        Path out = temporary.resolve("out.onnx");

        // When
        Ran ran = adapt("--minutes", "0.1", "--set", "peakRate=0.003", "--out", out);

        // Then
        assertEquals(0, ran.code(), ran.errors());
        assertTrue(
                ran.errors()
                        .contains(
                                "stream: segments 0 to 3 of 4 found; 27 frames to learn from, 6 to validate, 15 later ones"),
                ran.errors());
        assertTrue(ran.out().contains("stream cam: pinned to stream-cam; no worker"), ran.out());
        List<ConsumerRecord<byte[], byte[]>> models = broker.read(prefix + ".models");
        assertEquals(2, models.size());
        assertEquals("stream-cam", text(models.get(1).key()));
        byte[] model = models.get(1).value();
        assertEquals(Sha256.of(model), Sha256.of(Files.readAllBytes(out)));
        List<ConsumerRecord<byte[], byte[]>> streams = broker.read(prefix + ".streams");
        assertEquals(
                settings.withModel("stream-cam"),
                StreamSettings.fromJson(streams.get(streams.size() - 1).value()));
        try (OnnxNetwork network = new OnnxNetwork(model)) {
            ModelMetadata metadata = ModelMetadata.from(network.metadata());
            TensorContract.check(model, metadata);
            assertEquals(SPEC.toJson(), metadata.architecture());
            JsonNode adapted =
                    new ObjectMapper().readTree(network.metadata().get("upriver.adapted"));
            assertEquals(
                    "sha256:" + Sha256.of(Files.readAllBytes(start)), adapted.get("from").asText());
            assertEquals(STREAM, adapted.get("stream").asText());
            assertEquals(0, adapted.get("firstSegment").asInt());
            assertEquals(3, adapted.get("lastSegment").asInt());
            assertEquals(27, adapted.get("framesLearned").asInt());
            assertTrue(adapted.get("minutes").asDouble() <= 0.2, adapted.toString());
            JsonNode later =
                    new ObjectMapper()
                            .readTree(network.metadata().get("upriver.gain"))
                            .get("later");
            assertTrue(
                    later.get("psnr").asDouble() >= later.get("before").asDouble() + 0.05,
                    later.toString());
            assertFalse(network.metadata().containsKey("upriver.forced"));
        }
    }

    @Test
    void refusesToPublishWhatBringsNothing() throws Exception {
        // Given a stream in which there is nothing to see
        byte[] flat = TestVideo.of("color=gray:size=320x240:rate=25", 64, "mpegts");
        send(STREAM, 0, flat);

        // When
        Ran refused = adapt("--start", start, "--minutes", "0.01");
        Ran forced = adapt("--start", start, "--minutes", "0.01", "--force", "--no-pin");

        // Then
        assertEquals(1, refused.code());
        assertTrue(
                refused.errors()
                        .contains("expected a gain of at least 0.050 dB, got +0.000 dB over"),
                refused.errors());
        assertEquals(0, forced.code(), forced.errors());
        assertFalse(broker.has(prefix + ".streams"));
        List<ConsumerRecord<byte[], byte[]>> models = broker.read(prefix + ".models");
        assertEquals(1, models.size(), "the forced one alone");
        try (OnnxNetwork network = new OnnxNetwork(models.get(0).value())) {
            String reason = network.metadata().get("upriver.forced");
            assertTrue(reason.startsWith("expected a gain of at least 0.050 dB"), reason);
        }
    }

    @Test
    void startsFromTheShippedDefaultAndPublishesNothingInADryRun() throws Exception {
        send(STREAM, 0, moving);
        send(STREAM, 1, segment(1));
        Path out = temporary.resolve("out.onnx");

        Ran ran = adapt("--minutes", "0.005", "--dry-run", "--out", out, "--margin", "0");

        assertTrue(ran.errors().contains("start: shipped nano-x2.onnx "), ran.errors());
        assertTrue(Files.size(out) > 0);
        assertFalse(broker.has(prefix + ".models"));
        assertFalse(broker.has(prefix + ".streams"));
    }

    @Test
    void learnsFromGeneralPicturesTooAndIsJudgedByOthers() throws Exception {
        Path pictures = SyntheticPictures.folder(temporary.resolve("pictures"), 14, 160, 144);
        send(STREAM, 0, moving);

        Ran ran =
                adapt(
                        "--start",
                        start,
                        "--data",
                        pictures,
                        "--minutes",
                        "0.001",
                        "--force",
                        "--no-pin");

        assertEquals(0, ran.code(), ran.errors());
        try (OnnxNetwork network =
                new OnnxNetwork(broker.read(prefix + ".models").get(0).value())) {
            JsonNode adapted =
                    new ObjectMapper().readTree(network.metadata().get("upriver.adapted"));
            JsonNode gain = new ObjectMapper().readTree(network.metadata().get("upriver.gain"));
            assertEquals(2 * 2 * 3, adapted.get("generalLearned").asInt());
            assertEquals(12 * 2 * 3, gain.get("general").get("pictures").asInt());
        }
    }

    @Test
    void startsFromTheModelOfTheStreamsChannel() throws Exception {
        // Given
        byte[] current = student("current", SPEC);
        broker.write(
                record(
                        prefix + ".streams",
                        STREAM,
                        StreamSettings.DEFAULT.withModel("live").toJson()));
        broker.write(record(prefix + ".models", "live", current));
        send(STREAM, 0, moving);

        // When
        Ran ran = adapt("--minutes", "0.001", "--dry-run", "--out", temporary.resolve("o.onnx"));

        // Then
        String digest = Sha256.of(current).substring(0, 12);
        assertTrue(ran.errors().contains("start: channel live " + digest), ran.errors());
    }

    @Test
    void doesNotPinAModelThatAWorkerRefuses() throws Exception {
        // Given a worker that refuses whatever comes
        String status = prefix + ".model-status";
        broker.write(record(status, "x", new byte[] {1}));
        broker.write(record(prefix + ".models", "other", new byte[] {1}));
        send(STREAM, 0, moving);
        Thread worker = new Thread(() -> refuseTheSecondModel(status));
        worker.start();

        // When
        Ran ran = adapt("--start", start, "--minutes", "0.001", "--force");

        // Then
        worker.join();
        assertEquals(1, ran.code(), ran.out());
        assertTrue(
                ran.errors()
                        .contains(
                                "stream-cam is published, but worker w refused it: expected another; stream cam not pinned"),
                ran.errors());
        assertFalse(broker.has(prefix + ".streams"));
    }

    private void refuseTheSecondModel(String status) {
        try {
            List<ConsumerRecord<byte[], byte[]>> models = broker.read(prefix + ".models");
            for (int i = 0; models.size() < 2 && i < 300; i++) {
                Thread.sleep(100);
                models = broker.read(prefix + ".models");
            }
            ModelStatus refusal =
                    new ModelStatus(
                            "w",
                            "stream-cam",
                            Sha256.of(models.get(1).value()),
                            ModelStatus.State.REFUSED,
                            "expected another",
                            2,
                            System.currentTimeMillis());
            broker.write(record(status, "stream-cam", refusal.toJson()));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void saysWhatItDidNotFindWithinItsTime() throws Exception {
        // Given segments of another stream, and one of this that was never committed
        assertRefused("expected a topic " + prefix + ".segments with the stream's segments");
        send("cam-2", 0, moving);
        abort(segment(0));

        // When
        long begin = System.nanoTime();
        assertRefused(
                "expected segments of stream cam on topic %s.segments from the last 30 min or within 1 s, got none among 1 records of cam-2"
                        .formatted(prefix));

        // Then
        assertTrue(System.nanoTime() - begin < 10_000_000_000L);
    }

    @Test
    void leavesOutRecordsThatAreTooOld() throws Exception {
        long hours = System.currentTimeMillis() - 7_200_000;
        broker.write(
                new ProducerRecord<>(
                        prefix + ".segments",
                        0,
                        hours,
                        STREAM.getBytes(StandardCharsets.UTF_8),
                        moving));

        assertRefused("from the last 30 min or within 1 s, got none");
        Ran ran = adapt("--start", start, "--minutes", "0.001", "--last", "180");
        assertTrue(ran.errors().contains("stream: segment 0 of 1 found"), ran.errors());
    }

    @Test
    void saysWhichFramesItCannotUse() throws Exception {
        byte[] damaged = moving.clone();
        Arrays.fill(damaged, 400, damaged.length, (byte) 0);
        send(STREAM, 0, damaged);
        send(STREAM, 1, TestVideo.moving(96, 80, 40));

        assertRefused(
                "stream cam: expected at least 4 times 8 frames in a row that are progressive, undamaged and at least 128x128, got 0 in 2 segments");
    }

    @Test
    void refusesAStartThatDoesNotFit() throws Exception {
        Path three =
                Files.write(
                        temporary.resolve("three.onnx"),
                        student("three", StudentModels.correcting(Interpolation.BICUBIC, 3)));
        Path foreign =
                Files.write(
                        temporary.resolve("foreign.onnx"),
                        StudentModels.of("foreign", SPEC, StudentModels.AGREEING));

        assertRefused("expected scale 2 as the stream's, got scale 3", "--start", three);
        assertRefused("expected a student of this trainer, got a model", "--start", foreign);
        assertRefused("expected an ONNX file to start from", "--start", temporary.resolve("no"));
        broker.write(
                record(
                        prefix + ".streams",
                        STREAM,
                        StreamSettings.DEFAULT.withModel("none").toJson()));
        Ran none = Ran.run(words());
        assertTrue(
                none.errors()
                        .contains(
                                "stream cam: expected a model of scale 2 to start from, its settings ask for none; name one with --start"),
                none.errors());
    }

    @Test
    void endsWithTwoOnWrongUsage() {
        assertUsage("--dry-run: expected --out FILE.onnx with it", "--dry-run");
        assertUsage(
                "channel: expected one of the stream's own, got default", "--channel", "default");
        assertUsage("channel: expected a name without @", "--channel", "a@b");
        assertUsage("general: expected a share from 0 and below 1, got 1.0", "--general", "1");
        assertUsage("minutes: expected more than 0, got 0.0", "--minutes", "0");
    }

    private void assertUsage(String because, Object... more) {
        Ran ran = adapt(more);
        assertEquals(2, ran.code(), ran.errors());
        assertTrue(ran.errors().contains(because), ran.errors());
    }

    @Test
    void namesAChannelForEveryStream() {
        assertEquals("stream-cam", StreamChannel.of("cam").name());
        assertTrue(StreamChannel.of("a@b").name().matches("stream-a-b-[0-9a-f]{12}"));
        assertEquals(249, StreamChannel.of("x".repeat(249)).name().length());
        assertFalse(
                StreamChannel.of("x".repeat(249))
                        .name()
                        .equals(StreamChannel.of("x".repeat(248)).name()));
    }

    private void assertRefused(String because, Object... more) {
        List<Object> words = new ArrayList<>(words());
        words.addAll(List.of(more.length > 0 ? more : new Object[] {"--start", start}));
        Ran ran = Ran.run(words);
        assertEquals(1, ran.code(), ran.errors());
        assertTrue(ran.errors().contains(because), ran.errors());
    }

    private Ran adapt(Object... more) {
        List<Object> words = new ArrayList<>(words());
        words.addAll(List.of(more));
        return Ran.run(words);
    }

    private List<Object> words() {
        return List.of(
                "adapt",
                "--stream",
                STREAM,
                "--bootstrap-servers",
                broker.address(),
                "--prefix",
                prefix,
                "--wait",
                "1",
                "--frames",
                "48",
                "--set",
                "batch=4",
                "--set",
                "patch=16");
    }

    private static byte[] segment(int number) {
        return TestVideo.of(
                "testsrc2=size=320x240:rate=25,trim=start_frame=%d,setpts=PTS-STARTPTS"
                        .formatted(32 * number),
                32,
                "mpegts");
    }

    private void send(String stream, long sequence, byte[] media) throws Exception {
        broker.write(
                SegmentRecords.toRecord(
                        prefix + ".segments",
                        null,
                        Segment.of(stream, sequence, Container.MPEG_TS, media)));
    }

    private void abort(byte[] media) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.address(), "transactional.id", prefix),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(record(prefix + ".segments", STREAM, media)).get();
            producer.abortTransaction();
        }
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, String key, byte[] value) {
        return new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** A student as the exporter writes it, with its shape and its weights. */
    private static byte[] student(String name, StudentSpec spec) {
        ModelMetadata metadata =
                new ModelMetadata(
                        name,
                        spec.scale(),
                        Planes.LUMA,
                        spec.multiple(),
                        spec.receptiveField(),
                        spec.toJson(),
                        null,
                        null,
                        null,
                        null,
                        StudentModels.AGREEING,
                        null,
                        null);
        return StudentModels.of(spec, Form.CPU, metadata);
    }
}
