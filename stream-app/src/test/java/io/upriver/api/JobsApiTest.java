package io.upriver.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.upriver.api.ApiClient.Answer;
import io.upriver.job.VideoFile;
import io.upriver.media.Clips;
import io.upriver.media.FileFormat;
import io.upriver.media.LargestPicture;
import io.upriver.media.MediaException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that go to the running service over HTTP, and come back larger. */
@QuarkusTest
@QuarkusTestResource(ApiBroker.class)
@Timeout(120)
class JobsApiTest {

    private static final String JOBS = "/api/v1/jobs";
    private static final String QUICK = "model=none&preset=ultrafast";

    @TempDir static Path directory;

    private static Path film;
    private static FileServer elsewhere;

    @TestHTTPResource("/")
    URI root;

    @ConfigProperty(name = "upriver.jobs.folder")
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private ApiClient api;

    @BeforeAll
    static void makeAFilm() throws IOException {
        film = Clips.make(at("film.mp4"), Clips.PICTURE + Clips.TONE + Clips.H264 + "-c:a aac");
        elsewhere = new FileServer(Clips.bytes(film));
    }

    @AfterAll
    static void closeTheServer() {
        elsewhere.close();
    }

    @BeforeEach
    void connect() {
        api = new ApiClient(root.toString());
    }

    @AfterEach
    void removeAllJobs() throws Exception {
        for (int i = 0; i < 2; i++) {
            for (JsonNode job : api.get(JOBS).json().get("jobs")) {
                api.ask("DELETE", JOBS + "/" + job.get("job").asText());
            }
        }
        until("no files", this::filesLeft, List::isEmpty);
    }

    @Test
    void upscalesAFileThatIsSent() throws Exception {
        // When
        Answer taken = send(film, "video/mp4", QUICK + "&name=" + encoded("C:\\Ferien \"ä\".mp4"));

        // Then
        assertEquals(202, taken.status(), taken::toString);
        String id = taken.json().get("job").asText();
        assertEquals(
                root.resolve(JOBS + "/" + id), URI.create(taken.header("Location")), "Location");
        assertEquals("Ferien \"ä\".mp4", taken.json().get("name").asText());
        assertEquals("128x72", taken.json().get("sizeIn").asText());
        assertEquals(50, taken.json().get("framesExpected").asInt());
        JsonNode done = awaitState(id, "done");
        assertEquals(50, done.get("framesDone").asInt(), done::toString);
        assertEquals("256x144", done.get("sizeOut").asText());
        assertTrue(done.get("fps").asDouble() > 0, done::toString);
        assertEquals(Files.size(film), done.get("bytesIn").asLong());
        assertEquals("{\"interpolated\":1}", done.at("/segments/methods").toString());
        assertEquals("[\"worker-1\"]", done.at("/segments/workers").toString());
        assertEquals(done, api.get(JOBS).json().at("/jobs/0"));

        // and the result is the film, larger
        Answer result = api.get(JOBS + "/" + id + "/result");
        assertEquals(
                "attachment; filename=\"Ferien ___.x2.mp4\";"
                        + " filename*=UTF-8''Ferien%20%22%C3%A4%22.x2.mp4",
                result.header("Content-Disposition"));
        assertEquals("video/mp4", result.header("Content-Type"));
        assertEquals(done.get("bytesOut").asLong(), result.bytes().length);
        Path out = Clips.write(at("out.mp4"), result.bytes());
        assertEquals(Clips.frameSeconds(film), Clips.frameSeconds(out));
        assertEquals(256, Clips.stream(out, "v:0").path("width").asInt());
        assertEquals(Clips.soundMd5(film), Clips.soundMd5(out));
        assertArrayEquals(Clips.bytes(film), api.get(JOBS + "/" + id + "/original").bytes());

        // a job is no stream that lives on
        assertFalse(
                api.get("/api/v1/streams").json().toString().contains("\"" + id + "\""),
                "listed as a stream");
        assertEquals(200, api.get("/api/v1/streams/" + id).status());

        // and forgotten
        assertEquals(204, api.ask("DELETE", JOBS + "/" + id).status());
        assertProblem("unknown-job", 404, "got " + id, api.get(JOBS + "/" + id));
        assertProblem("unknown-job", 404, "got " + id, api.get(JOBS + "/" + id + "/result"));
        assertEquals(204, api.ask("DELETE", JOBS + "/" + id).status());
        assertEquals(List.of(), filesLeft());
    }

    @Test
    void givesThePartsOfAResultThatAreAskedFor() throws Exception {
        String id = send(film, null, QUICK + "&format=mkv").json().get("job").asText();
        awaitState(id, "done");
        String result = JOBS + "/" + id + "/result";
        byte[] whole = api.get(result).bytes();
        int size = whole.length;

        assertPart("bytes=0-99", 206, "bytes 0-99/" + size, Arrays.copyOf(whole, 100), result);
        assertPart(
                "bytes=100-",
                206,
                "bytes 100-%d/%d".formatted(size - 1, size),
                Arrays.copyOfRange(whole, 100, size),
                result);
        assertPart(
                "bytes=-7",
                206,
                "bytes %d-%d/%d".formatted(size - 7, size - 1, size),
                Arrays.copyOfRange(whole, size - 7, size),
                result);
        for (String nothing : List.of("bytes=0-1,5-6", "bytes=-", "bytes=5-1", "pages=1-2")) {
            assertPart(nothing, 200, "", whole, result);
        }
        Answer behind = api.ask(api.request("GET", result).header("Range", "bytes=" + size + "-"));
        assertProblem("no-such-range", 416, "expected a range within " + size + " bytes", behind);
        Answer changed =
                api.ask(
                        api.request("GET", result)
                                .header("Range", "bytes=0-99")
                                .header("If-Range", "\"another\""));
        assertEquals(200, changed.status());
        HttpResponse<byte[]> head =
                http.send(
                        HttpRequest.newBuilder(root.resolve(result))
                                .method("HEAD", BodyPublishers.noBody())
                                .build(),
                        BodyHandlers.ofByteArray());
        assertEquals(200, head.statusCode());
        assertEquals("" + size, head.headers().firstValue("Content-Length").orElse("none"));
    }

    private void assertPart(String range, int status, String part, byte[] bytes, String path) {
        Answer answer = api.ask(api.request("GET", path).header("Range", range));
        assertEquals(status, answer.status(), range);
        assertEquals(part, answer.header("Content-Range"), range);
        assertArrayEquals(bytes, answer.bytes(), range);
    }

    @Test
    void letsPlayersFetchAResultInFragments() throws Exception {
        Path longer =
                Clips.make(
                        at("longer.mp4"),
                        "-f lavfi -i testsrc2=size=64x48:rate=25:duration=5,format=yuv420p"
                                + " -f lavfi -i sine=duration=5 "
                                + Clips.H264
                                + "-c:a aac");
        String id =
                send(longer, "video/mp4", QUICK + "&fragmented=true&format=mp4")
                        .json()
                        .get("job")
                        .asText();
        awaitState(id, "done");
        byte[] whole = api.get(JOBS + "/" + id + "/result").bytes();
        Path file = Clips.write(at("fragments.mp4"), whole);

        // When
        URI playlist = root.resolve("/vod/" + id + "/index.m3u8");
        HttpResponse<byte[]> answer = get(playlist);

        // Then its ranges follow each other
        assertEquals(
                "application/vnd.apple.mpegurl",
                answer.headers().firstValue("Content-Type").orElse("").replaceAll(";.*", ""));
        String text = new String(answer.body(), UTF_8);
        List<MatchResult> ranges =
                Pattern.compile("BYTERANGE[:=]\"?(\\d+)@(\\d+)").matcher(text).results().toList();
        int at = 0;
        for (MatchResult range : ranges) {
            assertEquals(at, Integer.parseInt(range.group(2)), text);
            String type = new String(whole, at + 4, 4, UTF_8);
            assertEquals(at == 0 ? "ftyp" : "moof", type, text);
            at += Integer.parseInt(range.group(1));
        }
        assertEquals("mfra", new String(whole, at + 4, 4, UTF_8));
        double seconds =
                Pattern.compile("#EXTINF:([0-9.]+),")
                        .matcher(text)
                        .results()
                        .mapToDouble(m -> Double.parseDouble(m.group(1)))
                        .sum();
        assertEquals(5.0, seconds, 0.001);
        assertEquals(3, ranges.size() - 1, text);

        // and ffmpeg makes of it what it makes of the file
        String address = playlist.toString();
        List<String> frames = listed(address, "-map 0:v -f framemd5");
        assertEquals(listed(file.toString(), "-map 0:v -f framemd5"), frames);
        assertEquals(125, frames.size());
        assertEquals(
                listed(file.toString(), "-map 0:a -f md5"), listed(address, "-map 0:a -f md5"));
        for (String track : List.of("v:0", "a:0")) {
            assertEquals(times(file.toString(), track), times(address, track), track);
        }
    }

    /** What ffmpeg says of what it decodes, such as the time and MD5 of each frame. */
    private static List<String> listed(String input, String arguments) {
        Path list = Clips.make(at("list.txt"), "-i %s %s".formatted(input, arguments));
        return new String(Clips.bytes(list), UTF_8)
                .lines()
                .filter(line -> !line.startsWith("#"))
                .toList();
    }

    /** When each packet of a track is shown, in seconds, as ffprobe sees it. */
    private static List<String> times(String input, String track) {
        List<String> times = new ArrayList<>();
        Clips.probe("-select_streams %s -show_entries packet=pts_time %s".formatted(track, input))
                .path("packets")
                .forEach(packet -> times.add(packet.required("pts_time").asText()));
        return times;
    }

    @Test
    void hasAPlaylistForResultsInFragmentsOnly() throws Exception {
        String id = send(film, "video/mp4", QUICK).json().get("job").asText();
        awaitState(id, "done");

        HttpResponse<byte[]> whole = get(root.resolve("/vod/" + id + "/index.m3u8"));
        HttpResponse<byte[]> none = get(root.resolve("/vod/job-0/index.m3u8"));

        assertEquals(409, whole.statusCode());
        assertTrue(
                new String(whole.body(), UTF_8)
                        .contains("expected a job with format=mp4 and fragmented=true"));
        assertEquals(404, none.statusCode());
        assertTrue(new String(none.body(), UTF_8).contains("/problems/unknown-job"));
    }

    @Test
    void refusesAtOnceWhatCannotBeUpscaled() {
        Path junk = Clips.write(at("junk.mp4"), "this is no video".getBytes(UTF_8));
        Path sound = Clips.make(at("sound.m4a"), Clips.TONE + "-c:a aac");
        Path locked =
                Clips.make(
                        at("locked.mp4"),
                        film,
                        "-i FILE -an -c copy -encryption_scheme cenc-aes-ctr"
                                + " -encryption_key 00112233445566778899aabbccddeeff"
                                + " -encryption_kid 00112233445566778899aabbccddeeff");
        for (Path bad : List.of(junk, sound, locked)) {
            // in the words of the command
            String words =
                    assertThrows(
                                    MediaException.class,
                                    () ->
                                            VideoFile.look(
                                                    bad,
                                                    FileFormat.ofName("x.mkv"),
                                                    new LargestPicture(8192, 4320)))
                            .getMessage();
            Answer refused = send(bad, "video/mp4", "format=mkv&name=" + bad.getFileName());
            assertProblem("refused-media", 422, bad.getFileName() + ": " + words, refused);
        }
        assertProblem(
                "refused-media",
                422,
                "film.x2.webm cannot hold h264, which the encoder libx264 makes",
                send(film, "video/mp4", "name=film.webm&codec=h264"));
        assertProblem(
                "refused-media",
                422,
                "film.x2.webm cannot hold track 1 (audio, aac)",
                send(film, "video/mp4", "name=film.mp4&format=webm"));
        assertProblem(
                "refused-media",
                422,
                "expected an output name ending in .mp4, .m4v or .mov for a file in fragments",
                send(film, "video/mp4", "format=mkv&fragmented=true"));
        assertProblem(
                "refused-media",
                422,
                "encoder libx264: expected a preset among ultrafast",
                send(film, "video/mp4", "preset=swift"));
        for (List<String> bad :
                List.of(
                        List.of("scale=9", "scale: expected 1 to 8, got 9"),
                        List.of("scale=two", "scale: expected a whole number, got two"),
                        List.of("fragmented=yes", "fragmented: expected true or false, got yes"),
                        List.of("codec=vp9", "codec: expected one of h264, hevc, av1, got 'vp9'"),
                        List.of("format=avi", "format: expected one of [mp4, mov, mkv, webm, ts]"),
                        List.of("encoder=libx999", "expected an encoder of this FFmpeg build"),
                        List.of("quality=1", "got quality"),
                        List.of("crf=20&bitrate=9000", "expected crf or bitrate, got both"),
                        List.of("name=%0A", "name: expected 1 to 200 printable characters"),
                        List.of("url=http://a/b", "url: expected in a JSON object"))) {
            assertProblem("invalid-request", 400, bad.get(1), send(film, null, bad.get(0)));
        }
        assertProblem("no-such-model", 422, "got anime", send(film, "video/mp4", "model=anime"));
        assertProblem("unsupported-media-type", 415, "text/plain", send(film, "text/plain", QUICK));
        assertEquals("[]", api.get(JOBS).json().get("jobs").toString());
        assertEquals(List.of(), filesLeft());
    }

    @Test
    void refusesAFileThatIsTooLarge() {
        byte[] large = new byte[(int) ApiBroker.MAX_FILE_BYTES + 1];

        Answer declared = post("video/mp4", QUICK, BodyPublishers.ofByteArray(large));
        Answer inPieces =
                post(
                        "video/mp4",
                        QUICK,
                        BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)));

        assertProblem(
                "too-large",
                413,
                "expected a file of at most %d bytes, got %d"
                        .formatted(ApiBroker.MAX_FILE_BYTES, large.length),
                declared);
        assertProblem("too-large", 413, "bytes, got more", inPieces);
        assertEquals(List.of(), filesLeft());
    }

    @Test
    void fetchesAFileFromItsAddress() throws Exception {
        // When it is not where it was
        String id = fetch("/moved", ",\"format\":\"mp4\"").json().get("job").asText();

        // Then
        JsonNode done = awaitState(id, "done");
        assertEquals(elsewhere.address("/moved"), done.get("url").asText());
        assertEquals("moved", done.get("name").asText());
        assertEquals("moved.x2.mp4", done.get("resultName").asText());
        assertEquals(50, done.get("framesDone").asInt());

        // and what is no file fails with the reason
        assertFails("/missing", "expected a file at %s, got status 404");
        assertFails("/around", "url: expected at most 5 redirections, %s has more");
        assertFails("/astray", "url: expected an address with http or https, got file:");
        assertFails("/large.mp4", "expected a file of at most");
        assertProblem(
                "refused-address",
                422,
                "url: expected an address with http or https, got ftp://a/b",
                api.ask("POST", JOBS, "application/json", "{\"url\":\"ftp://a/b\"}"));
        assertProblem(
                "invalid-request",
                400,
                "expected a url beside all other properties",
                api.ask("POST", JOBS, "application/json", "{\"scale\":2}"));
        assertProblem(
                "invalid-request",
                400,
                "scale: expected a whole number, got \"2\"",
                api.ask(
                        "POST",
                        JOBS,
                        "application/json",
                        "{\"url\":\"http://a/b\",\"scale\":\"2\"}"));
    }

    private void assertFails(String path, String words) throws Exception {
        String id = fetch(path, "").json().get("job").asText();
        String error = awaitState(id, "failed").get("error").asText();
        assertTrue(error.contains(words.formatted(elsewhere.address(path))), error);
        assertProblem("not-done", 409, id + " is failed", api.get(JOBS + "/" + id + "/result"));
    }

    @Test
    void worksOnSomeAndLetsOthersWaitAndRefusesTheRest() throws Exception {
        // Given as many as may run, each without an end
        List<String> endless = new ArrayList<>();
        for (int i = 0; i < ApiBroker.RUNNING_JOBS; i++) {
            endless.add(fetch("/endless.mp4", "").json().get("job").asText());
        }
        for (String id : endless) {
            awaitJob(id, job -> job.get("bytesIn").asLong() == FileServer.BEFORE_THE_STALL);
        }

        // When
        String waiting = send(film, "video/mp4", QUICK).json().get("job").asText();
        Answer oneTooMany = send(film, "video/mp4", QUICK);

        // Then
        assertEquals("waiting", api.get(JOBS + "/" + waiting).json().get("state").asText());
        assertProblem("not-done", 409, "is waiting", api.get(JOBS + "/" + waiting + "/result"));
        assertProblem("too-many-jobs", 429, "expected fewer than 3 jobs", oneTooMany);
        assertEquals("5", oneTooMany.header("Retry-After"));

        // nor is there room for a large one
        byte[] large = new byte[(int) ApiBroker.MAX_FILE_BYTES];
        assertProblem(
                "no-space",
                507,
                "expected room for %d bytes".formatted(large.length),
                post("video/mp4", QUICK, BodyPublishers.ofByteArray(large)));

        // When one is cancelled, the next has its turn
        assertEquals(204, api.ask("DELETE", JOBS + "/" + endless.get(0)).status());
        awaitState(endless.get(0), "cancelled");
        awaitState(waiting, "done");
        assertEquals("running", api.get(JOBS + "/" + endless.get(1)).json().get("state").asText());
    }

    @Test
    void doesTwoAtOnceAndStopsOneInTheMiddle() throws Exception {
        // Given one that takes its time
        Path slow =
                Clips.make(
                        at("slow.mp4"),
                        "-f lavfi -i testsrc2=size=128x72:rate=25:duration=60 "
                                + "-c:v libx264 -preset ultrafast -g 25");
        String stopped =
                send(slow, "video/mp4", "model=none&preset=veryslow").json().get("job").asText();
        awaitJob(stopped, job -> job.get("framesDone").asInt() > 0);

        // When
        String other = send(film, "video/mp4", QUICK).json().get("job").asText();
        awaitState(other, "done");
        JsonNode meanwhile = api.get(JOBS + "/" + stopped).json();
        api.ask("DELETE", JOBS + "/" + stopped);

        // Then
        assertEquals("running", meanwhile.get("state").asText(), meanwhile::toString);
        assertTrue(meanwhile.get("secondsLeft").asDouble() > 0, meanwhile::toString);
        awaitState(stopped, "cancelled");
        until(
                "no file of the one",
                this::filesLeft,
                files -> files.stream().noneMatch(file -> file.contains(stopped)));
        assertTrue(filesLeft().stream().anyMatch(f -> f.contains(other)));
    }

    private Answer send(Path file, String type, String query) {
        return post(type, query, BodyPublishers.ofByteArray(Clips.bytes(file)));
    }

    private Answer post(String type, String query, HttpRequest.BodyPublisher body) {
        HttpRequest.Builder request =
                api.request("POST", JOBS + (query.isEmpty() ? "" : "?" + query)).POST(body);
        return api.ask(type == null ? request : request.header("Content-Type", type));
    }

    private Answer fetch(String path, String more) {
        return api.ask(
                "POST",
                JOBS,
                "application/json",
                "{\"url\":\"%s\",\"model\":\"none\"%s}".formatted(elsewhere.address(path), more));
    }

    private HttpResponse<byte[]> get(URI uri) throws Exception {
        return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofByteArray());
    }

    private JsonNode awaitState(String id, String state) throws Exception {
        return awaitJob(id, job -> job.get("state").asText().equals(state));
    }

    private JsonNode awaitJob(String id, Predicate<JsonNode> wanted) throws Exception {
        return until("another state of " + id, () -> api.get(JOBS + "/" + id).json(), wanted);
    }

    private static <T> T until(String what, Supplier<T> seen, Predicate<T> wanted)
            throws InterruptedException {
        long end = System.nanoTime() + 30_000_000_000L;
        while (true) {
            T now = seen.get();
            if (wanted.test(now)) {
                return now;
            }
            assertTrue(System.nanoTime() < end, "expected " + what + " within 30 s, got " + now);
            Thread.sleep(50);
        }
    }

    /** Files that jobs have on the disk. */
    private List<String> filesLeft() {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .map(Path::toString)
                    .filter(name -> !name.endsWith("/lock"))
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of("being deleted: " + e.getMessage());
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    private static void assertProblem(String type, int status, String words, Answer answer) {
        JsonNode problem = answer.json();
        assertEquals(status, answer.status(), problem.toString());
        assertEquals("/problems/" + type, problem.get("type").asText(), problem.toString());
        assertTrue(problem.get("detail").asText().contains(words), problem.toString());
    }

    private static Path at(String name) {
        return directory.resolve(name);
    }
}
