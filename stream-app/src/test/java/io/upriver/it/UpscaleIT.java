package io.upriver.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code upriver upscale} as a user runs it, over the broker in its process. */
class UpscaleIT {

    @TempDir Path directory;

    @Test
    void upscalesAClipThroughKafkaAndKeepsEverythingElse() throws Exception {
        // Given
        Path in = Media.clip(directory.resolve("in.mp4"), 6, 25);
        Path out = directory.resolve("out.mp4");

        // When
        JsonNode summary = upscale(in, out, 0);

        // Then
        assertEquals(List.of("320,180"), Media.videoField(out, "width,height"));
        assertEquals(150, Media.frameTimes(out).size());
        assertEquals(Media.frameTimes(in), Media.frameTimes(out));
        assertEquals(Media.audioHashes(in), Media.audioHashes(out));
        String tags = "sample_aspect_ratio,color_range,color_space,color_transfer,color_primaries";
        assertEquals(Media.videoField(in, tags), Media.videoField(out, tags));
        assertEquals(150, summary.get("frames").asInt());
        assertEquals("network", summary.get("methods").get(0).asText());
        assertTrue(summary.get("segments").asInt() >= 2, summary.toString());
        assertEquals("cpu", summary.get("provider").get("name").asText());
        assertLeftNothingBehind();
    }

    @Test
    void deliversWhatATruncatedFileHasAndCountsTheRest() throws Exception {
        // Given
        Path whole = Media.clip(directory.resolve("whole.mp4"), 4, 25);
        Path front = directory.resolve("front.mp4");
        io.upriver.media.FfmpegProgram.run(
                List.of(
                        "-i",
                        whole.toString(),
                        "-c",
                        "copy",
                        "-movflags",
                        "faststart",
                        front.toString()));
        byte[] bytes = Files.readAllBytes(front);
        Path cut =
                Files.write(
                        directory.resolve("cut.mp4"), Arrays.copyOf(bytes, bytes.length * 2 / 3));
        Path out = directory.resolve("out.mp4");

        // When
        JsonNode summary = upscale(cut, out, 1);

        // Then
        int delivered = Media.frameTimes(out).size();
        assertTrue(delivered > 20 && delivered < 100, "delivered " + delivered);
        assertEquals(delivered, summary.get("frames").asInt());
        assertEquals(100 - delivered, summary.get("frames_lost").asInt());
        assertTrue(lastErr.contains((100 - delivered) + " of 100 frames were lost"), lastErr);
    }

    @Test
    void saysWhichModelsThereAreWhenNoneHasTheScale() throws Exception {
        // Given
        Path in = Media.clip(directory.resolve("in.mp4"), 1, 25);
        Path out = directory.resolve("out.mp4");

        // When
        try (UpriverProcess process =
                UpriverProcess.start(
                        directory,
                        "upscale",
                        in.toString(),
                        "-o",
                        out.toString(),
                        "--scale",
                        "7")) {
            int code = process.await();

            // Then
            assertEquals(1, code);
            assertTrue(
                    process.err()
                            .contains(
                                    "expected a model default for scale 7, there is base x2, compressed x2, nano x2,"
                                            + " nano x3, nano x4"),
                    process.err());
        }
        assertFalse(Files.exists(out));
        assertLeftNothingBehind();
    }

    @Test
    void endsCleanlyOnCtrlC() throws Exception {
        // Given
        Path in = Media.clip(directory.resolve("in.mp4"), 120, 25);
        Path out = directory.resolve("out.mp4");

        // When
        try (UpriverProcess process =
                UpriverProcess.start(
                        directory,
                        "upscale",
                        in.toString(),
                        "-o",
                        out.toString(),
                        "--preset",
                        "veryslow")) {
            process.awaitErr("frames, ");
            process.interrupt();
            int code = process.await();

            // Then
            assertEquals(130, code, process.err());
            assertFalse(process.err().contains("ERROR"), process.err());
        }
        assertFalse(Files.exists(out));
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(List.of(), files.filter(f -> f.toString().endsWith(".part")).toList());
        }
        assertLeftNothingBehind();
    }

    private String lastErr = "";

    private JsonNode upscale(Path in, Path out, int expectedCode) throws Exception {
        try (UpriverProcess process =
                UpriverProcess.start(
                        directory, "upscale", in.toString(), "-o", out.toString(), "--json")) {
            int code = process.await();
            lastErr = process.err();
            assertEquals(expectedCode, code, process.out() + process.err());
            return new ObjectMapper().readTree(process.out());
        }
    }

    private void assertLeftNothingBehind() throws IOException {
        Path cache = UpriverProcess.cacheOf(directory).resolve("upriver");
        try (Stream<Path> files = Files.list(cache)) {
            assertEquals(
                    List.of(),
                    files.filter(f -> f.getFileName().toString().startsWith("broker-")).toList());
        }
    }
}
