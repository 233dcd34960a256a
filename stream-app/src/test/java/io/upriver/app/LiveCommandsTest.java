package io.upriver.app;

import static io.upriver.media.Clips.H264;
import static io.upriver.media.Clips.TONE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.SharedBroker;
import io.upriver.media.Clips;
import io.upriver.media.Sender;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.StreamSettings.Codec;
import io.upriver.schemas.Topics;
import io.upriver.schemas.VideoEncoding;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code upriver ingest} and {@code upriver egress}, with a broker and a worker between them. */
@ExtendWith(SharedBroker.class)
@Timeout(60)
class LiveCommandsTest {

    private static final Topics TOPICS = new Topics("live-commands");
    private static final List<String> SETTINGS =
            List.of("upriver.topics.prefix", "upriver.topics.max-message-bytes");

    @TempDir static Path directory;

    private record Ended(int code, String out, String err) {

        JsonNode json() throws Exception {
            return new ObjectMapper().readTree(out);
        }
    }

    @BeforeAll
    static void setTheTopics() {
        System.setProperty(SETTINGS.get(0), TOPICS.prefix());
        System.setProperty(SETTINGS.get(1), Integer.toString(SharedBroker.MAX_MESSAGE_BYTES));
    }

    @AfterAll
    static void forgetTheTopics() {
        SETTINGS.forEach(System::clearProperty);
    }

    @Test
    @SuppressWarnings("try") // worker and sender are only there to work
    void aStreamByRtmpComesOutUpscaledInOneFile(KafkaAccess access) throws Exception {
        Path clip =
                Clips.make(
                        directory.resolve("a.flv"),
                        "-f lavfi -i testsrc2=size=128x72:rate=25:duration=4,format=yuv420p "
                                + TONE.replace("duration=2", "duration=4")
                                + H264
                                + "-c:a aac");
        Path live = directory.resolve("live.mp4");
        Path later = directory.resolve("later.mkv");
        String url = "rtmp://127.0.0.1:%d/live/cam".formatted(Sender.freePort());
        String servers = access.bootstrapServers();
        try (LocalWorker worker =
                        new LocalWorker(
                                access, TOPICS, "commands", directory.resolve("state"), 1 << 20);
                Sender sender = Sender.of(clip, "-i FILE -c copy -f flv -listen 1 " + url)) {
            interpolate(access, "cam");
            CompletableFuture<Ended> recording =
                    CompletableFuture.supplyAsync(
                            () ->
                                    run(
                                            "egress --stream cam --from beginning --json -o %s --bootstrap-servers %s"
                                                    .formatted(live, servers)));

            Ended sent =
                    run(
                            "ingest %s --stream cam --segment-seconds 0.8 --retry 0 --json --bootstrap-servers %s"
                                    .formatted(url, servers));
            Ended recorded = recording.get();

            assertEquals(0, sent.code(), sent.err());
            assertEquals(5, sent.json().path("segments").asInt());
            assertEquals(4, sent.json().path("seconds").asDouble(), 0.05);
            assertEquals(0, recorded.code(), recorded.err());
            assertEquals(100, recorded.json().path("frames").asInt());
            assertEquals(0, recorded.json().path("missing").asInt());

            Ended again =
                    run(
                            "egress --stream cam --from beginning --duration 1 -o %s --bootstrap-servers %s"
                                    .formatted(later, servers));

            assertEquals(0, again.code(), again.err());
            assertTrue(
                    again.out().startsWith("stream cam: 2 segments, 40 frames, 1.6 s, 0 missing"));
        }
        assertEquals(256, Clips.stream(live, "v:0").path("width").asInt());
        assertEquals(100, Clips.frameSeconds(live).size());
        assertPlaysWithoutAWarning(live);
        assertPlaysWithoutAWarning(later);
        assertEquals(
                Clips.packetHashes(clip).get(1),
                Clips.packetHashes(live).get(1),
                "packets of sound");
    }

    @Test
    void refusesWhatIsNoAddressAndWhatIsNoFileName() throws Exception {
        assertUsage(
                "expected a file or an address beginning with http://",
                "ingest ftp://a --stream s");
        assertUsage("Missing required option: '--stream=S'", "ingest a.ts");
        assertUsage("ending of a video container", "egress --stream s -o a.txt");
        assertUsage(
                "segment length: expected more than 0 s",
                "ingest a.ts --stream s --segment-seconds 0");
        Path there = Files.createFile(directory.resolve("there.mkv"));
        Ended ended = run("egress --stream s -o " + there);
        assertEquals(1, ended.code());
        assertTrue(ended.err().contains("exists; --force replaces it"), ended.err());
    }

    @Test
    void saysThatThereIsNoSuchFile(KafkaAccess access) {
        Ended ended =
                run(
                        "ingest nowhere.ts --stream s --bootstrap-servers "
                                + access.bootstrapServers());
        assertEquals(1, ended.code());
        assertTrue(
                ended.err().contains("nowhere.ts cannot be opened: No such file or directory"),
                ended.err());
    }

    private static void assertUsage(String expected, String arguments) {
        Ended ended = run(arguments);
        assertEquals(2, ended.code(), ended.err());
        assertTrue(ended.err().contains(expected), ended.err());
    }

    private static void interpolate(KafkaAccess access, String stream) throws Exception {
        StreamSettings settings =
                StreamSettings.DEFAULT
                        .withModel("none")
                        .withEncoding(VideoEncoding.of(Codec.H264).withPreset("veryfast"));
        try (Producer<byte[], byte[]> producer = access.producer()) {
            producer.send(
                            new ProducerRecord<>(
                                    TOPICS.streams(),
                                    stream.getBytes(StandardCharsets.UTF_8),
                                    settings.toJson()))
                    .get();
        }
    }

    private static void assertPlaysWithoutAWarning(Path file) {
        assertEquals(List.of(), Clips.warnings(file, "-i FILE -map 0 -f null -"), "decoded");
        assertEquals(
                List.of(),
                Clips.warnings(file, "-i FILE -map 0 -c copy -f matroska /dev/null"),
                "copied");
    }

    private static Ended run(String arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        int code = line.execute(arguments.split(" "));
        return new Ended(code, out.toString(), err.toString());
    }
}
