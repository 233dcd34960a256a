package io.upriver.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.upriver.data.SyntheticPictures;
import io.upriver.evaluate.OnnxNetwork;
import io.upriver.export.StudentOnnx.Form;
import io.upriver.publish.StudentModels;
import io.upriver.publish.TestBroker;
import io.upriver.schemas.ModelMetadata;
import io.upriver.schemas.ModelMetadata.Planes;
import io.upriver.schemas.ModelSignature;
import io.upriver.student.StudentSpec;
import io.upriver.student.StudentSpec.Interpolation;
import io.upriver.teacher.OnnxModels;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Publishing to a real broker; what stands in the topic is read by a plain consumer. */
class PublishCommandTest {
    private static final StudentSpec BICUBIC = StudentModels.correcting(Interpolation.BICUBIC, 2);
    private static final StudentSpec BILINEAR = StudentModels.correcting(Interpolation.BILINEAR, 2);

    @TempDir static Path shared;

    private static TestBroker broker;
    private static Path good;
    private static Path worse;
    private static Path sets;

    /** What the topics of one test begin with. */
    private String prefix;

    @TempDir Path temporary;

    /** What a command gave back. */
    private record Ran(int code, String out, String errors) {}

    @BeforeAll
    static void start() throws Exception {
        broker = TestBroker.start(Files.createDirectory(shared.resolve("broker")));
        good = shared.resolve("good.onnx");
        worse = shared.resolve("worse.onnx");
        Files.write(good, StudentModels.of("good", BICUBIC, StudentModels.AGREEING));
        Files.write(worse, StudentModels.of("worse", BILINEAR, StudentModels.AGREEING));
        sets = SyntheticPictures.folder(shared.resolve("Drawn"), 2, 96, 80);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @BeforeEach
    void name(TestInfo test) {
        prefix = test.getTestMethod().orElseThrow().getName();
    }

    @Test
    void createsTheTopicAndWritesTheFileItself() throws Exception {
        // When
        Ran ran = publish(good, "--channel", "live", "--sets", sets);

        // Then
        assertEquals(0, ran.code(), ran.errors());
        assertEquals("", ran.errors());
        ConsumerRecord<byte[], byte[]> record = only(records());
        assertEquals("live", new String(record.key(), StandardCharsets.UTF_8));
        assertArrayEquals(Files.readAllBytes(good), record.value());
        assertEquals(0, record.headers().toArray().length);
        String expected =
                "live: good %s, Drawn [0-9.]+ dB; channel live has no model yet; %s-0 offset 0\n"
                        .formatted(sha256(record.value()).substring(0, 12), topic());
        assertTrue(ran.out().matches(expected), ran.out());
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic());
        try (Admin admin = broker.admin()) {
            var config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
            assertEquals("compact", config.get("cleanup.policy").value());
            assertTrue(Integer.parseInt(config.get("max.message.bytes").value()) >= 64 << 20);
        }
    }

    @Test
    void replacesAModelByABetterOneAndNotByAWorseOne() throws Exception {
        // Given
        publish(worse, "--channel", "live", "--sets", sets);

        // When
        Ran better = publish(good, "--channel", "live", "--sets", sets, "--json");
        Ran back = publish(worse, "--channel", "live", "--sets", sets);
        Ran greedy = publish(worse, "--channel", "other", "--sets", sets, "--margin", "90");

        // Then
        assertEquals(0, better.code(), better.errors());
        JsonNode line = new ObjectMapper().readTree(better.out());
        double gain =
                line.get("psnr").get("Drawn").asDouble()
                        - line.get("current").get("Drawn").asDouble();
        assertTrue(gain > 0.02, better.out());
        assertEquals("live", line.get("channel").asText());
        assertEquals("good", line.get("model").asText());
        assertEquals(sha256(Files.readAllBytes(good)), line.get("digest").asText());
        assertEquals(0, line.get("forced").size());
        assertEquals(1, line.get("position").get("offset").asInt());
        assertEquals(1, back.code());
        assertTrue(
                back.errors()
                        .startsWith(
                                "publish: "
                                        + worse
                                        + ": expected a gain of at least 0.020 dB over the current model on average, got -"),
                back.errors());
        assertEquals(0, greedy.code(), "the margin is over a channel's own model");
        assertEquals(
                List.of("live", "live", "other"),
                records().stream()
                        .map(record -> new String(record.key(), StandardCharsets.UTF_8))
                        .toList());
    }

    @Test
    void asksForTheMarginGiven() {
        publish(worse, "--channel", "live", "--sets", sets);

        Ran ran = publish(good, "--channel", "live", "--sets", sets, "--margin", "90");

        assertEquals(1, ran.code());
        assertTrue(ran.errors().contains("at least 90.000 dB"), ran.errors());
    }

    @Test
    void publishesWhatFailedWhenForcedAndSaysSoInTheFile() throws Exception {
        // Given a model in the channel, and a worse one whose parity nobody knows
        publish(good, "--channel", "live", "--sets", sets);
        Path unknown =
                Files.write(temporary.resolve("u.onnx"), StudentModels.of("u", BILINEAR, null));

        // When
        Ran refused = publish(unknown, "--channel", "live", "--sets", sets);
        Ran forced = publish(unknown, "--channel", "live", "--sets", sets, "--force");

        // Then
        assertEquals(1, refused.code());
        assertTrue(
                refused.errors().contains("expected the parity of libtorch and ONNX Runtime"),
                refused.errors());
        assertEquals(0, forced.code(), forced.errors());
        assertEquals(2, records().size());
        byte[] published = records().get(1).value();
        assertTrue(forced.out().contains(sha256(published).substring(0, 12)), forced.out());
        assertTrue(forced.out().contains("forced in spite of: expected the parity"), forced.out());
        try (OnnxNetwork network = new OnnxNetwork(published)) {
            assertEquals("u", ModelMetadata.from(network.metadata()).name());
            List<String> sentences = network.metadata().get("upriver.forced").lines().toList();
            assertEquals(2, sentences.size(), sentences.toString());
            assertTrue(sentences.get(0).startsWith("expected the parity"), sentences.get(0));
            assertTrue(sentences.get(1).startsWith("expected a gain"), sentences.get(1));
        }
    }

    @Test
    void leavesAForcedModelThatPassesAsItIs() throws Exception {
        publish(good, "--channel", "live", "--sets", sets, "--force");

        assertArrayEquals(Files.readAllBytes(good), only(records()).value());
    }

    @Test
    void takesAForcedModelWithoutSetsAndSaysThatItWasNotMeasured() throws Exception {
        publish(good, "--channel", "live", "--force");

        try (OnnxNetwork network = new OnnxNetwork(only(records()).value())) {
            assertEquals("not measured on held-out sets", network.metadata().get("upriver.forced"));
        }
    }

    /** The key and its id are of the {@code openssl} program; it is of no other use. */
    @Test
    void signsTheFileForItsChannel() throws Exception {
        // Given
        Path key =
                Files.writeString(
                        temporary.resolve("key.pem"),
                        """
                        -----BEGIN PRIVATE KEY-----
                        MC4CAQAwBQYDK2VwBCIEIPvBZQHNkNJwzbj6RAEza0kZRz7u1txcNcHSTaBzzkFV
                        -----END PRIVATE KEY-----
                        """);
        PublicKey publicKey =
                KeyFactory.getInstance("Ed25519")
                        .generatePublic(
                                new X509EncodedKeySpec(
                                        Base64.getDecoder()
                                                .decode(
                                                        "MCowBQYDK2VwAyEAGHOI6I1XbFLzJBv+XI31ARGuC9XH/0rRXoj1A7Y69Tw=")));

        // When
        Ran ran = publish(good, "--channel", "live", "--sets", sets, "--sign-with", key);

        // Then
        assertEquals(0, ran.code(), ran.errors());
        assertTrue(ran.out().contains("; signed by a395f14d7cecce5c; "), ran.out());
        ConsumerRecord<byte[], byte[]> record = only(records());
        assertEquals(2, record.headers().toArray().length);
        ModelSignature signature = ModelSignature.read(record.headers());
        assertEquals("a395f14d7cecce5c", signature.keyId());
        Signature check = Signature.getInstance("Ed25519");
        check.initVerify(publicKey);
        check.update(
                ("upriver-model-signature-v1\nlive\n" + sha256(record.value()) + "\n")
                        .getBytes(StandardCharsets.UTF_8));
        assertTrue(check.verify(Base64.getDecoder().decode(signature.signature())));
    }

    @Test
    void saysWhatIsNoKeyWithoutShowingIt() throws Exception {
        Path wrong =
                Files.writeString(
                        temporary.resolve("key.pem"),
                        "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");

        Ran ran = publish(good, "--channel", "live", "--sets", sets, "--sign-with", wrong);
        Ran none = publish(good, "--channel", "live", "--sets", sets, "--sign-with", temporary);

        assertTrue(ran.code() != 0);
        assertTrue(ran.errors().contains("key.pem: expected an Ed25519 private key"), ran.errors());
        assertFalse(ran.errors().contains("c2VjcmV0"), ran.errors());
        assertEquals(1, none.code());
        assertTrue(none.errors().contains("a file with a private key, got none"), none.errors());
        assertFalse(broker.has(topic()));
    }

    @Test
    void writesNothingInADryRun() throws Exception {
        Ran ran = publish(good, "--channel", "live", "--sets", sets, "--dry-run");

        assertEquals(0, ran.code(), ran.errors());
        assertTrue(ran.out().endsWith("; not written to " + topic() + " (dry run)\n"), ran.out());
        assertFalse(broker.has(topic()));
    }

    @Test
    void createsNoTopicForAModelThatIsRefused() throws Exception {
        Path unknown =
                Files.write(temporary.resolve("u.onnx"), StudentModels.of("u", BICUBIC, null));

        assertEquals(1, publish(unknown, "--channel", "live", "--sets", sets).code());
        assertFalse(broker.has(topic()));
    }

    @Test
    void refusesTheModelThatIsCurrent() {
        publish(good, "--channel", "live", "--sets", sets);

        Ran ran = publish(good, "--channel", "live", "--sets", sets);

        assertEquals(1, ran.code());
        assertEquals("publish: " + good + ": already current in channel live\n", ran.errors());
        assertEquals(1, records().size());
    }

    @Test
    void comparesNothingWithAModelOfAnotherScale() throws Exception {
        StudentSpec three = StudentModels.correcting(Interpolation.BICUBIC, 3);
        Path other =
                Files.write(
                        temporary.resolve("three.onnx"),
                        StudentModels.of("three", three, StudentModels.AGREEING));
        publish(other, "--channel", "live", "--sets", sets);

        Ran ran = publish(worse, "--channel", "live", "--sets", sets);

        assertEquals(0, ran.code(), ran.errors());
        assertTrue(
                ran.out()
                        .contains(
                                "the current model has scale 3, there is nothing to compare with for scale 2"),
                ran.out());
    }

    @Test
    void takesTheLastCommittedValueForTheCurrentModel() throws Exception {
        // Given a better model that was taken back, a worse one, and a better one never committed
        publish(good, "--channel", "live", "--sets", sets);
        write("live", null);
        Ran afterWithdrawal = publish(worse, "--channel", "live", "--sets", sets);
        abort("live", Files.readAllBytes(good));

        // When
        Ran ran = publish(good, "--channel", "live", "--sets", sets);

        // Then
        assertEquals(0, afterWithdrawal.code(), afterWithdrawal.errors());
        assertTrue(afterWithdrawal.out().contains("has no model yet"), afterWithdrawal.out());
        assertEquals(0, ran.code(), ran.errors());
        assertTrue(ran.out().contains("(current "), ran.out());
    }

    @Test
    void refusesToReplaceWhatCannotBeMeasured() throws Exception {
        publish(good, "--channel", "other", "--sets", sets);
        write("live", new byte[] {1, 2, 3});

        Ran ran = publish(good, "--channel", "live", "--sets", sets);

        assertEquals(1, ran.code());
        assertTrue(
                ran.errors()
                        .contains(
                                "the current model cannot be measured: channel live: ONNX Runtime"),
                ran.errors());
    }

    @Test
    void refusesAFileThatIsLargerThanTheTopicAllows() throws Exception {
        // Given
        long size = Files.size(good);
        NewTopic small =
                new NewTopic(topic(), Optional.of(1), Optional.empty())
                        .configs(Map.of("max.message.bytes", Long.toString(size)));
        try (Admin admin = broker.admin()) {
            admin.createTopics(List.of(small)).all().get();
        }

        // When
        Ran ran = publish(good, "--channel", "live", "--sets", sets, "--force");

        // Then
        assertEquals(1, ran.code());
        assertTrue(
                ran.errors()
                        .startsWith(
                                "publish: expected a record of at most "
                                        + size
                                        + " bytes, the limit of topic "
                                        + topic()),
                ran.errors());
    }

    @Test
    void forcesNothingThatTheServiceCannotUse() throws Exception {
        Path floats =
                Files.write(
                        temporary.resolve("floats.onnx"),
                        StudentModels.of(
                                BICUBIC,
                                Form.EXACT,
                                ModelMetadata.of(
                                        "f", 2, Planes.LUMA, 2, BICUBIC.receptiveField())));
        Path text = Files.writeString(temporary.resolve("text.onnx"), "no model");
        Path nameless = Files.write(temporary.resolve("nameless.onnx"), OnnxModels.repeating(3, 0));

        assertRefused("expected UINT8 [?,1,?,?] as the model's output", floats);
        assertRefused("text.onnx: ONNX Runtime cannot load the model", text);
        assertRefused("nameless.onnx: ", nameless);
        assertRefused("expected an ONNX file, got none", temporary.resolve("none.onnx"));
        assertFalse(broker.has(topic()));
    }

    private void assertRefused(String because, Path model) {
        Ran ran = publish(model, "--channel", "live", "--sets", sets, "--force");
        assertEquals(1, ran.code(), ran.errors());
        assertTrue(ran.errors().contains(because), ran.errors());
        assertEquals(1, ran.errors().lines().count(), ran.errors());
    }

    @Test
    void refusesAParityThatIsTooLarge() throws Exception {
        Path off =
                Files.write(
                        temporary.resolve("off.onnx"),
                        StudentModels.of("off", BICUBIC, "{\"parity\":0.00011}"));

        Ran ran = publish(off, "--channel", "live", "--sets", sets);

        assertEquals(1, ran.code());
        assertTrue(
                ran.errors()
                        .contains(
                                "expected libtorch and ONNX Runtime to differ by at most 1.0E-4, got 1.1E-4"),
                ran.errors());
    }

    @Test
    void givesUpSoonWhereNobodyAnswers() throws IOException {
        // Given
        String nobody = "127.0.0.1:" + TestBroker.freePort();
        long from = System.nanoTime();

        // When
        Ran ran =
                run(
                        "publish",
                        good,
                        "--channel",
                        "live",
                        "--sets",
                        sets,
                        "--bootstrap-servers",
                        nobody);

        // Then
        Duration took = Duration.ofNanos(System.nanoTime() - from);
        assertEquals(1, ran.code());
        assertTrue(
                ran.errors().startsWith("publish: expected a Kafka broker at " + nobody),
                ran.errors());
        assertEquals(1, ran.errors().lines().count(), ran.errors());
        assertTrue(took.toSeconds() < 15, took.toString());
    }

    @Test
    void handsFurtherPropertiesToTheClients() {
        Ran quick =
                publish(
                        good,
                        "--channel",
                        "live",
                        "--sets",
                        sets,
                        "--kafka",
                        "security.protocol=TELEPATHY");

        assertEquals(1, quick.code());
        assertTrue(quick.errors().contains("TELEPATHY"), quick.errors());
        assertEquals(1, quick.errors().lines().count(), quick.errors());
    }

    @Test
    void endsWithTwoOnWrongUsage() {
        String at = broker.address();
        Object[][] wrong = {
            {"publish", good, "--channel", "a", "--bootstrap-servers", at},
            {"publish", good, "--sets", sets, "--bootstrap-servers", at},
            {"publish", "--channel", "a", "--sets", sets, "--bootstrap-servers", at},
            {"publish", good, "--channel", "none", "--sets", sets, "--bootstrap-servers", at},
            {"publish", good, "--channel", " ", "--sets", sets, "--bootstrap-servers", at},
            {"publish", good, "--channel", "a", "--sets", sets, "--bootstrap-servers", ""},
            {"publish", good, "--channel=a", "--sets", sets, sets, "--bootstrap-servers", at},
            {"publish", good, "--channel=a", "--force", "--kafka=a", "--bootstrap-servers", at},
            {"publish", good, "--channel=a", "--force", "--margin=-1", "--bootstrap-servers", at},
            {"publish", good, "--channel=a", "--force", "--prefix=a b", "--bootstrap-servers", at}
        };
        for (Object[] words : wrong) {
            Ran ran = run(words);
            assertEquals(2, ran.code(), List.of(words) + ": " + ran.errors());
            assertEquals("", ran.out());
        }
    }

    private Ran publish(Object... arguments) {
        List<Object> words = new ArrayList<>(List.of("publish"));
        words.addAll(List.of(arguments));
        words.addAll(List.of("--bootstrap-servers", broker.address(), "--prefix", prefix));
        return run(words.toArray());
    }

    private String topic() {
        return prefix + ".models";
    }

    private List<ConsumerRecord<byte[], byte[]>> records() {
        return broker.read(topic());
    }

    private static <T> T only(List<T> list) {
        assertEquals(1, list.size());
        return list.get(0);
    }

    private void write(String key, byte[] value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                producer(Map.of("bootstrap.servers", broker.address()))) {
            producer.send(
                            new ProducerRecord<>(
                                    topic(), key.getBytes(StandardCharsets.UTF_8), value))
                    .get();
        }
    }

    private void abort(String key, byte[] value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                producer(
                        Map.of(
                                "bootstrap.servers",
                                broker.address(),
                                "transactional.id",
                                prefix))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(
                            new ProducerRecord<>(
                                    topic(), key.getBytes(StandardCharsets.UTF_8), value))
                    .get();
            producer.abortTransaction();
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> config) {
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static Ran run(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter errors = new StringWriter();
        String[] words = new String[arguments.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = arguments[i].toString();
        }
        CommandLine commandLine =
                TrainMain.commandLine()
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(errors, true));
        return new Ran(commandLine.execute(words), out.toString(), errors.toString());
    }
}
