package io.upriver.media;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Segments of generated pictures in MPEG-TS and H.264 with B-frames, made with the {@code ffmpeg}
 * program: for benches.
 *
 * @param pictures what FFmpeg's filters make them of, with size and rate
 * @param framesPerSecond the same rate
 * @param framesOfASegment at least 1
 * @param segments how many, at least 1
 */
public record GeneratedSegments(
        String pictures, int framesPerSecond, int framesOfASegment, int segments) {

    /** Makes them; each can be decoded alone. */
    public List<byte[]> make() throws IOException {
        Path directory = Files.createTempDirectory("upriver-segments-");
        try {
            FfmpegProgram.run(arguments(directory));
            List<byte[]> made = new ArrayList<>();
            for (Path part : list(directory)) {
                made.add(Files.readAllBytes(part));
            }
            return made;
        } finally {
            for (Path file : list(directory)) {
                Files.delete(file);
            }
            Files.delete(directory);
        }
    }

    private List<String> arguments(Path directory) {
        double seconds = (double) segments * framesOfASegment / framesPerSecond;
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "-f",
                                "lavfi",
                                "-i",
                                pictures + ",format=yuv420p",
                                "-t",
                                Double.toString(seconds)));
        String coding =
                "-c:v libx264 -preset veryfast -threads 1 -bf 2"
                        + " -x264-params keyint=%1$d:min-keyint=%1$d:scenecut=0"
                        + " -f segment -segment_format mpegts -segment_time %2$s";
        arguments.addAll(
                List.of(
                        coding.formatted(
                                        framesOfASegment,
                                        (framesOfASegment - 0.5) / framesPerSecond)
                                .split(" ")));
        arguments.add(directory.resolve("part%03d.ts").toString());
        return arguments;
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }
}
