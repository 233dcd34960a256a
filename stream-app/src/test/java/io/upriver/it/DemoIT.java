package io.upriver.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code upriver demo} as a user runs it: file, picture, numbers, live stream, Ctrl-C. */
class DemoIT {

    @TempDir Path directory;

    @Test
    void upscalesItsOwnClipAndStreamsItUntilItIsInterrupted() throws Exception {
        // Given
        Path out = directory.resolve("demo.mp4");
        Path picture = directory.resolve("demo.jpg");
        Path temporary = Files.createDirectory(directory.resolve("tmp"));

        try (UpriverProcess process =
                UpriverProcess.start(
                        directory,
                        Map.of("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temporary),
                        "demo",
                        "--seconds=2",
                        "--no-open",
                        "--json",
                        "--output=" + out,
                        "--picture=" + picture)) {
            // When
            String page =
                    process.awaitErr("streaming it live as demo until Ctrl-C: (http://[0-9.:]+/)");
            JsonNode last = awaitLast(page + "api/v1/streams/demo");
            process.interrupt();
            int code = process.await();

            // Then
            assertEquals(130, code, process.err());
            assertTrue(last.get("sequence").asLong() >= 0, last.toString());
            JsonNode said = new ObjectMapper().readTree(process.out());
            assertEquals(60, said.get("job").get("frames").asInt());
            assertEquals("640x360", said.get("job").get("size_in").asText());
            double gain =
                    said.get("psnr_luma").get("ours").asDouble()
                            - said.get("psnr_luma").get("bicubic").asDouble();
            assertTrue(gain > 1.5, "gained " + gain + " dB: " + process.out());
            assertEquals(page, said.get("page").asText());
        }
        assertEquals(List.of("1280,720"), Media.videoField(out, "width,height"));
        assertEquals(60, Media.frameTimes(out).size());
        assertEquals(List.of("1282,560"), Media.videoField(picture, "width,height"));
        assertEquals(List.of(), names(temporary, "upriver-demo-"));
        Path cache = UpriverProcess.cacheOf(directory).resolve("upriver");
        assertEquals(List.of(), names(cache, "broker-"));
    }

    /** The account of a segment of the stream, as soon as one is finished. */
    private static JsonNode awaitLast(String address) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(URI.create(address)).build();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() < end) {
            var answer = client.send(request, BodyHandlers.ofString());
            JsonNode last = new ObjectMapper().readTree(answer.body()).path("last");
            if (!last.isMissingNode()) {
                return last;
            }
            Thread.sleep(300);
        }
        throw new AssertionError("no segment of the live stream was finished within 60 s");
    }

    private static List<String> names(Path directory, String beginning) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(beginning))
                    .toList();
        }
    }
}
