package io.upriver.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.upriver.api.ApiBroker;
import io.upriver.api.ApiClient;
import io.upriver.api.ApiClient.Answer;
import io.upriver.egress.ReadPlaylist;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicWriter;
import io.upriver.media.Clips;
import io.upriver.media.LiveClip;
import io.upriver.schemas.Container;
import io.upriver.schemas.Segment;
import io.upriver.schemas.SegmentRecords;
import io.upriver.schemas.Topics;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Live streams by way of the running service, with a broker and a worker, and with real players.
 */
@QuarkusTest
@QuarkusTestResource(ApiBroker.class)
@Timeout(120)
class LiveResourceTest {

    private static final int COUNT = 8;

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

    /** The player joins when half of it is there, and waits for the rest. */
    @ParameterizedTest
    @EnumSource(names = {"MPEG_TS", "MP4"})
    void playAsOneStreamWhileTheyGrow(Container container) throws Exception {
        // Given
        String id = "cam/" + container.wireName();
        String path = "/live/" + id.replace("/", "%2F");
        List<byte[]> media = clip(container);
        send(topics.segments(), id, container, media, 0, COUNT / 2);

        // When ffmpeg plays both
        Answer playlist = api.get(path + "/upscaled/index.m3u8");
        assertEquals(200, playlist.status(), () -> new String(playlist.bytes(), UTF_8));
        CompletableFuture<List<String>> upscaled = played(path + "/upscaled/index.m3u8");
        CompletableFuture<List<String>> original = played(path + "/original/index.m3u8");
        for (int i = COUNT / 2; i < COUNT; i++) {
            send(topics.segments(), id, container, media, i, i + 1);
            Thread.sleep(300);
        }

        // Then nothing is missing, doubled or out of order
        assertEquals(List.of(), upscaled.get(60, TimeUnit.SECONDS));
        assertEquals(List.of(), original.get(60, TimeUnit.SECONDS));
        ReadPlaylist before = read(path + "/original/index.m3u8");
        ReadPlaylist after = read(path + "/upscaled/index.m3u8?_HLS_msn=" + (COUNT - 1));
        assertTrue(after.isEnded());
        assertEquals(COUNT, after.items().size());
        assertTrue(after.items().stream().noneMatch(ReadPlaylist.Item::discontinuity));
        for (int i = 0; i < COUNT; i++) {
            assertEquals(before.items().get(i).start(), after.items().get(i).start());
        }
        String all = "-show_entries stream=width,height,nb_read_packets -count_packets -i ";
        JsonNode seen = Clips.probe(all + url(path + "/upscaled/index.m3u8")).path("streams");
        assertEquals(128, seen.path(0).path("width").asInt(), seen.toString());
        assertEquals(96, seen.path(0).path("height").asInt());
        assertEquals(COUNT * LiveClip.RATE, seen.path(0).path("nb_read_packets").asInt());

        // and the multivariant playlist has both, as ffprobe sees them
        String text = new String(api.get(path + "/index.m3u8").bytes(), UTF_8);
        String like = "RESOLUTION=%s,FRAME-RATE=25.000,CODECS=\"avc1.64000[a-d],mp4a.40.2\"";
        List<String> lines = text.lines().toList();
        assertTrue(lines.get(3).matches(".*" + like.formatted("128x96")), text);
        assertEquals("upscaled/index.m3u8", lines.get(4));
        assertTrue(lines.get(5).matches(".*" + like.formatted("64x48")), text);
        assertEquals("original/index.m3u8", lines.get(6));
        JsonNode programs = Clips.probe("-show_programs -i " + url(path + "/index.m3u8"));
        assertEquals(2, programs.path("programs").size(), programs.toString());
    }

    @Test
    void areServedAsPlayersAndCachesExpect() throws Exception {
        // Given
        List<byte[]> media = clip(Container.MP4);
        send(topics.upscaled(), "headers", Container.MP4, media, 0, COUNT);
        String path = "/live/headers/upscaled/";
        read(path + "index.m3u8?_HLS_msn=" + (COUNT - 1));

        // playlists
        Answer playlist = api.get(path + "index.m3u8");
        assertEquals("application/vnd.apple.mpegurl", playlist.header("Content-Type"));
        assertEquals("no-cache", playlist.header("Cache-Control"));
        assertEquals("*", playlist.header("Access-Control-Allow-Origin"));
        Answer again =
                api.ask(
                        api.request("GET", path + "index.m3u8")
                                .header("If-None-Match", playlist.header("ETag")));
        assertEquals(304, again.status());
        Answer zipped =
                api.ask(api.request("GET", path + "index.m3u8").header("Accept-Encoding", "gzip"));
        assertEquals("gzip", zipped.header("Content-Encoding"));
        assertEquals("Accept-Encoding", zipped.header("Vary"));
        assertEquals(playlist.header("ETag"), zipped.header("ETag"));
        assertArrayEquals(
                playlist.bytes(),
                new GZIPInputStream(new ByteArrayInputStream(zipped.bytes())).readAllBytes());
        Answer master = api.get("/live/headers/index.m3u8");
        assertFalse(new String(master.bytes(), UTF_8).contains("original"));

        // media
        ReadPlaylist.Item item = read(path + "index.m3u8").items().get(3);
        Answer whole = api.get(path + item.address());
        Answer init = api.get(path + item.map());
        byte[] expected = media.get(3);
        assertEquals(expected.length, init.bytes().length + whole.bytes().length);
        assertArrayEquals(
                Arrays.copyOfRange(expected, init.bytes().length, expected.length), whole.bytes());
        for (Answer answer : List.of(whole, init)) {
            assertEquals("video/mp4", answer.header("Content-Type"));
            assertEquals("public, max-age=86400, immutable", answer.header("Cache-Control"));
            assertEquals("*", answer.header("Access-Control-Allow-Origin"));
            assertEquals("bytes", answer.header("Accept-Ranges"));
            assertEquals("", answer.header("Content-Encoding"));
        }

        // parts
        Answer part =
                api.ask(api.request("GET", path + item.address()).header("Range", "bytes=100-199"));
        assertEquals(206, part.status());
        assertArrayEquals(Arrays.copyOfRange(whole.bytes(), 100, 200), part.bytes());
        assertEquals("bytes 100-199/" + whole.bytes().length, part.header("Content-Range"));
        problem(
                "no-such-range",
                416,
                "expected a range within",
                api.ask(
                        api.request("GET", path + item.address())
                                .header("Range", "bytes=99999999-")));

        // heads
        for (String name : List.of("index.m3u8", item.address())) {
            var head =
                    java.net.http.HttpClient.newHttpClient()
                            .send(
                                    api.request("HEAD", path + name).build(),
                                    java.net.http.HttpResponse.BodyHandlers.ofByteArray());
            assertEquals(200, head.statusCode());
            assertEquals(0, head.body().length);
            assertEquals("*", head.headers().firstValue("Access-Control-Allow-Origin").orElse(""));
        }
    }

    @Test
    void waitForTheSegmentThatIsAskedFor() throws Exception {
        List<byte[]> media = clip(Container.MPEG_TS);
        send(topics.upscaled(), "blocking", Container.MPEG_TS, media, 0, 4);
        assertEquals(4, read("/live/blocking/upscaled/index.m3u8?_HLS_msn=3").items().size());

        CompletableFuture<ReadPlaylist> next =
                CompletableFuture.supplyAsync(
                        () -> read("/live/blocking/upscaled/index.m3u8?_HLS_msn=4"));
        Thread.sleep(300);
        assertFalse(next.isDone());
        send(topics.upscaled(), "blocking", Container.MPEG_TS, media, 4, 5);

        assertEquals(4, next.get(5, TimeUnit.SECONDS).items().get(4).number());
    }

    @Test
    void sayWhatIsWrongInAProblemDocument() throws Exception {
        List<byte[]> media = clip(Container.MPEG_TS);
        send(topics.upscaled(), "wrong", Container.MPEG_TS, media, 10, 12);
        byte[] matroska =
                Clips.bytes(
                        Clips.make(
                                directory.resolve("clip.mkv"),
                                Clips.PICTURE + "-c:v libx264 -preset ultrafast"));
        send(topics.upscaled(), "mkv", Container.MATROSKA, List.of(matroska), 0, 1);
        String path = "/live/wrong/upscaled/";
        ReadPlaylist.Item item = read(path + "index.m3u8?_HLS_msn=11").items().get(0);

        problem("unknown-stream", 404, "got nobody", api.get("/live/nobody/index.m3u8"));
        problem(
                "unknown-path",
                404,
                "expected upscaled or original, got other",
                api.get("/live/wrong/other/index.m3u8"));
        problem("unknown-path", 404, "/live/wrong/a/b/c", api.get("/live/wrong/a/b/c"));
        problem("unknown-segment", 404, "there is none", api.get(path + "99.ts"));
        problem("unknown-segment", 404, "it is 10.ts", api.get(path + "10.m4s"));
        problem("unknown-segment", 404, "got x.ts", api.get(path + "x.ts"));
        problem("segment-expired", 410, "not kept any more", api.get(path + "9.ts"));
        problem("segment-expired", 410, "not kept any more", api.get(path + "10.ts?at=5"));
        problem(
                "segment-expired",
                410,
                "not kept any more",
                api.get(path + "init-0123456789abcdef.mp4"));
        problem(
                "invalid-request",
                400,
                "_HLS_msn: expected a number, got x",
                api.get(path + "index.m3u8?_HLS_msn=x"));
        problem(
                "not-playable",
                404,
                "stream mkv (upscaled): HLS cannot carry Matroska",
                api.get("/live/mkv/index.m3u8"));
        Answer unplayable = api.get("/live/mkv/upscaled/index.m3u8");
        problem("not-playable", 404, "HLS cannot carry Matroska", unplayable);
        assertEquals("*", unplayable.header("Access-Control-Allow-Origin"));
        Answer nothing = api.get("/live/wrong/original/index.m3u8");
        problem("nothing-yet", 503, "expected a segment within 8 s, there was none", nothing);
        assertEquals("5", nothing.header("Retry-After"));
        assertEquals(200, api.get(path + item.address()).status());
    }

    private List<byte[]> clip(Container container) {
        return LiveClip.segments(
                directory.resolve(container.name()),
                container,
                LiveClip.input(64, 48, COUNT) + LiveClip.H264);
    }

    private void send(
            String topic, String id, Container container, List<byte[]> media, int from, int to) {
        for (int i = from; i < to; i++) {
            byte[] bytes = media.get(i % media.size());
            Segment segment =
                    new Segment(id, i, container, bytes, 1_000, false, i == COUNT - 1, null, null);
            TopicWriter.write(access, List.of(SegmentRecords.toRecord(topic, null, segment)));
        }
    }

    private ReadPlaylist read(String path) {
        Answer answer = api.get(path);
        String text = new String(answer.bytes(), UTF_8);
        assertEquals(200, answer.status(), text);
        return ReadPlaylist.of(text);
    }

    /**
     * What ffmpeg has to complain of, as a player and as one that looks at decoding times. It reads
     * an init section again with each playlist, and then tells that it has it: of its own streams
     * too.
     */
    private CompletableFuture<List<String>> played(String path) {
        String input = "-live_start_index 0 -i " + url(path);
        return CompletableFuture.supplyAsync(
                () ->
                        Clips.warnings(
                                        directory,
                                        input + " -f null - -c copy -f matroska /dev/null")
                                .stream()
                                .filter(line -> !line.contains("duplicated MOOV"))
                                .filter(line -> !line.contains("Last message repeated"))
                                .toList(),
                task -> new Thread(task).start());
    }

    private String url(String path) {
        return root.toString().replaceAll("/+$", "") + path;
    }

    private static void problem(String type, int status, String words, Answer answer) {
        JsonNode problem = answer.json();
        assertEquals(status, answer.status(), problem.toString());
        assertEquals("/problems/" + type, problem.get("type").asText());
        assertTrue(problem.get("detail").asText().contains(words), problem.toString());
    }
}
