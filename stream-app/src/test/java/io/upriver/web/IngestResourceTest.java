package io.upriver.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.upriver.api.ApiBroker;
import io.upriver.api.ApiClient;
import io.upriver.api.ApiClient.Answer;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicReader;
import io.upriver.media.Clips;
import io.upriver.media.FfmpegProgram;
import io.upriver.schemas.Container;
import io.upriver.schemas.Segment;
import io.upriver.schemas.SegmentRecords;
import io.upriver.schemas.Topics;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Live streams pushed to the running service, by the ffmpeg program and by hand. */
@QuarkusTest
@QuarkusTestResource(ApiBroker.class)
@Timeout(120)
class IngestResourceTest {

    /** Two seconds, with a key frame every 0.4 s. */
    private static final String SOURCE = Clips.PICTURE + Clips.TONE + Clips.H264 + "-c:a aac ";

    private static final String HLS = "-f hls -hls_time 0.4 -hls_list_size 3 -method PUT ";

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
    void takesHlsOfTransportStreamsAndMarksARestart() throws IOException {
        for (int run = 0; run < 2; run++) {
            ffmpeg(SOURCE + HLS + "-hls_flags delete_segments", "ts", "index.m3u8");
            awaitSegments("ts", 5 * (run + 1));
        }

        List<Segment> taken = awaitSegments("ts", 10);
        assertEquals(10, taken.size());
        for (int i = 0; i < 10; i++) {
            assertEquals(i, taken.get(i).sequence());
            assertEquals(Container.MPEG_TS, taken.get(i).container());
            assertEquals(400, taken.get(i).durationMillis());
            assertEquals(i == 5, taken.get(i).discontinuity(), "segment " + i);
        }
        await(
                "the last report",
                () -> api.get("/api/v1/streams").json().toString().contains("\"ts\""));
        Answer stream = api.get("/api/v1/streams/ts");
        assertEquals("ts", stream.json().get("stream").asText());
    }

    @Test
    void takesHlsOfFragmentsWithTheirInitSection() throws IOException {
        ffmpeg(SOURCE + HLS + "-hls_segment_type fmp4", "fmp4", "index.m3u8");

        List<Segment> taken = awaitSegments("fmp4", 5);
        assertPlayable(taken, Container.MP4, 5);
        assertTrue(taken.stream().noneMatch(Segment::discontinuity));
    }

    @Test
    void takesOneLongBodyOfFragments() throws IOException {
        ffmpeg(
                SOURCE + "-f mp4 -movflags frag_keyframe+empty_moov+default_base_moof -method POST",
                "cmaf",
                "Streams(video.cmfv)");

        assertPlayable(awaitSegments("cmaf", 1), Container.MP4, 1);
    }

    @Test
    void takesDashWithItsSoundInFilesOfItsOwn() throws IOException {
        ffmpeg(SOURCE + "-f dash -seg_duration 0.4 -method PUT", "dash", "manifest.mpd");

        List<Segment> taken = awaitSegments("dash", 5);
        assertPlayable(taken, Container.MP4, 5);
        assertTrue(taken.stream().noneMatch(Segment::discontinuity));
        assertSound(taken, 88);
    }

    @Test
    void takesHlsWithItsSoundInARenditionOfItsOwn() throws IOException {
        ffmpeg(
                SOURCE + HLS + "-hls_segment_type fmp4 -var_stream_map v:0,agroup:s\ta:0,agroup:s",
                "sound",
                "%v/index.m3u8");

        List<Segment> taken = awaitSegments("sound", 5);
        assertPlayable(taken, Container.MP4, 5);
        assertTrue(taken.stream().noneMatch(Segment::discontinuity));
        assertSound(taken, 88);
    }

    @Test
    void takesTwoProgramsThatPostATrackEach() throws Exception {
        String cmaf =
                "-f mp4 -movflags +cmaf+frag_keyframe+empty_moov+default_base_moof -method POST -chunked_post 1";
        var sound =
                CompletableFuture.runAsync(
                        () ->
                                ffmpeg(
                                        "-re "
                                                + Clips.TONE
                                                + "-c:a aac -frag_duration 300000 "
                                                + cmaf,
                                        "tracks",
                                        "Streams(audio.cmfa)"));
        ffmpeg("-re " + Clips.PICTURE + Clips.H264 + cmaf, "tracks", "Streams(video.cmfv)");
        sound.get();

        List<Segment> taken = awaitSegments("tracks", 1);
        assertPlayable(taken, Container.MP4, 1);
        assertSound(taken, 88);
    }

    @Test
    void takesOneLongTransportStream() throws IOException {
        ffmpeg(SOURCE + "-f mpegts -method POST", "long", "live.ts");

        List<Segment> taken = awaitSegments("long", 1);
        assertPlayable(taken, Container.MPEG_TS, 1);
        assertTrue(taken.get(0).endOfStream());
    }

    @Test
    void answersWithProblemsWhatItDoesNotTake() throws Exception {
        String any = "application/octet-stream";
        String cam = "/ingest/cam-9/";
        assertProblem(
                415, "unsupported-media-type", api.ask("PUT", cam + "index0.ts", any, "text"));
        assertProblem(400, "invalid-request", api.ask("PUT", cam + "index.m3u8", any, "text"));
        assertProblem(400, "invalid-request", api.ask("PUT", "/ingest/%0A/index0.ts", any, "text"));
        assertProblem(
                412,
                "no-init-section",
                api.ask("POST", cam + "index0.m4s", any, "\0\0\0\10moof\0\0\0\10mdat"));
        byte[] large = new byte[1 << 20];
        for (int i = 0; i < large.length; i += 188) {
            large[i] = 0x47;
        }
        assertProblem(
                413,
                "too-large",
                api.ask(
                        api.request("PUT", cam + "index0.ts")
                                .PUT(BodyPublishers.ofByteArray(large))));
        Path twice =
                Clips.make(
                        directory.resolve("twice.mp4"),
                        Clips.PICTURE
                                + "-map 0 -map 0 "
                                + Clips.H264
                                + "-movflags frag_keyframe+empty_moov");
        assertProblem(
                422,
                "unsupported-media",
                api.ask(
                        api.request("POST", cam + "Streams(video.cmfv)")
                                .POST(BodyPublishers.ofFile(twice))));
        assertEquals(405, api.get(cam + "a/index.m3u8").status());
        assertEquals("DELETE, POST, PUT", api.get(cam + "a/index.m3u8").header("Allow"));
        assertEquals(404, api.get("/ingest/cam-9").status());
        assertEquals(204, api.ask("DELETE", cam + "index0.ts").status());
        assertEquals(200, api.ask("POST", cam + "Streams(video.cmfv)").status());
        assertEquals(List.of(), segments("cam-9"));
    }

    @Test
    void takesNothingOfASegmentThatBreaksOffAndAllWhenItComesAgain() throws Exception {
        // Given
        Path clip = Clips.make(directory.resolve("clip.ts"), Clips.PICTURE + Clips.H264);
        byte[] media = Clips.bytes(clip);
        try (Socket socket = new Socket(root.getHost(), root.getPort())) {
            String head =
                    "PUT /ingest/cut/index0.ts HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n"
                            .formatted(media.length);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(media, 0, media.length / 2);
            socket.getOutputStream().flush();
            Thread.sleep(300);
        }

        // When
        Answer again =
                api.ask(
                        api.request("PUT", "/ingest/cut/index0.ts")
                                .header(
                                        "traceparent",
                                        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                                .PUT(BodyPublishers.ofByteArray(media)));

        // Then
        assertEquals(201, again.status());
        List<Segment> taken = segments("cut");
        assertEquals(1, taken.size());
        assertEquals(media.length, taken.get(0).data().length);
        assertEquals(
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                taken.get(0).traceparent());
    }

    /** An encoder that sends and sends would not notice otherwise. */
    @Test
    void closesTheConnectionOfABodyWithoutAnEndThatItHasRefused() throws Exception {
        byte[] part = ("10000\r\n" + "x".repeat(1 << 16) + "\r\n").getBytes(UTF_8);
        try (Socket socket = new Socket(root.getHost(), root.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(
                    "PUT /ingest/cam-9/live.ts HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                            .getBytes(UTF_8));
            out.write(part);
            String answer =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8))
                            .readLine();
            assertEquals("HTTP/1.1 415 Unsupported Media Type", answer);
            assertThrows(
                    IOException.class,
                    () -> {
                        while (true) {
                            out.write(part);
                            Thread.sleep(1);
                        }
                    });
        }
    }

    private void ffmpeg(String arguments, String stream, String path) {
        List<String> all = new ArrayList<>(List.of(arguments.strip().split(" +")));
        all.add(root + "ingest/" + stream + "/" + path);
        try {
            FfmpegProgram.run(all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** So many frames of AAC, two seconds and what the encoder puts in front, are in segments. */
    private void assertSound(List<Segment> taken, int frames) {
        int packets = 0;
        for (Segment segment : taken) {
            Path file = Clips.write(directory.resolve("segment"), segment.data());
            packets += Clips.packets(file, "a:0", "size").size();
        }
        assertEquals(frames, packets);
    }

    /** By ffmpeg's own word, one after the other, and all pictures are there. */
    private void assertPlayable(List<Segment> taken, Container container, int segments) {
        assertEquals(segments, taken.size());
        int frames = 0;
        for (Segment segment : taken) {
            assertEquals(container, segment.container());
            Path file = Clips.write(directory.resolve("segment"), segment.data());
            assertEquals(List.of(), Clips.warnings(file, "-i FILE -f null -"));
            frames += Clips.frameSeconds(file).size();
        }
        assertEquals(50, frames);
        assertEquals(2000, taken.stream().mapToLong(Segment::durationMillis).sum());
    }

    private static void assertProblem(int status, String type, Answer answer) {
        assertEquals("/problems/" + type, answer.json().get("type").asText(), answer::toString);
        assertEquals(status, answer.status());
    }

    private List<Segment> segments(String stream) {
        List<Segment> segments = new ArrayList<>();
        TopicReader.readAll(
                access,
                topics.segments(),
                given -> {
                    if (Arrays.equals(given.key(), stream.getBytes(UTF_8))) {
                        segments.add(
                                SegmentRecords.fromRecord(
                                        given.key(),
                                        given.value(),
                                        given.headers(),
                                        given.offset()));
                    }
                });
        return segments;
    }

    /** The program does not wait for answers, so its last segments come a little later. */
    private List<Segment> awaitSegments(String stream, int count) throws IOException {
        await("segments of " + stream, () -> segments(stream).size() >= count);
        return segments(stream);
    }

    private static void await(String what, BooleanSupplier condition) throws IOException {
        long end = System.nanoTime() + 60_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "waited in vain for " + what);
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }
}
