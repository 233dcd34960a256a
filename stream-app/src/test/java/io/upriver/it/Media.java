package io.upriver.it;

import static java.lang.ProcessBuilder.Redirect.DISCARD;

import io.upriver.media.FfmpegProgram;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Clips made by the {@code ffmpeg} program and judged by {@code ffprobe}. */
final class Media {

    private Media() {}

    /**
     * A moving test picture with a tone and odd colour tags: 160x90, 25 frames a second, B-frames.
     */
    static Path clip(Path file, int seconds, int framesPerGroup) throws IOException {
        FfmpegProgram.run(
                List.of(
                        "-f",
                        "lavfi",
                        "-i",
                        "testsrc2=size=160x90:rate=25",
                        "-f",
                        "lavfi",
                        "-i",
                        "sine=frequency=440:sample_rate=44100",
                        "-t",
                        Integer.toString(seconds),
                        "-pix_fmt",
                        "yuv420p",
                        "-c:v",
                        "libx264",
                        "-bf",
                        "2",
                        "-g",
                        Integer.toString(framesPerGroup),
                        "-colorspace",
                        "smpte170m",
                        "-color_primaries",
                        "smpte170m",
                        "-color_trc",
                        "smpte170m",
                        "-color_range",
                        "tv",
                        "-vf",
                        "setsar=16/15",
                        "-c:a",
                        "aac",
                        file.toString()));
        return file;
    }

    /** What ffprobe prints, one line for each entry. */
    static List<String> probe(Path file, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("-v", "error"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("-of", "csv=p=0", file.toString()));
        Process process = FfmpegProgram.process("ffprobe", all).redirectError(DISCARD).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return Arrays.stream(text.split("\n")).map(line -> line.replaceAll(",+$", "")).toList();
    }

    static List<String> frameTimes(Path file) throws IOException {
        return probe(file, "-select_streams", "v:0", "-show_entries", "frame=pts_time").stream()
                .map(line -> line.replaceAll(",.*", ""))
                .filter(line -> !line.isBlank())
                .toList();
    }

    static List<String> audioHashes(Path file) throws IOException {
        return probe(
                file,
                "-select_streams",
                "a",
                "-show_packets",
                "-show_data_hash",
                "md5",
                "-show_entries",
                "packet=data_hash");
    }

    static List<String> videoField(Path file, String fields) throws IOException {
        return probe(file, "-select_streams", "v:0", "-show_entries", "stream=" + fields);
    }

    /** A digest of all decoded pictures and their times. */
    static String pictures(Path file, Path work) throws IOException {
        Path md5 = work.resolve(file.getFileName() + ".md5");
        FfmpegProgram.run(
                List.of("-i", file.toString(), "-map", "0:v:0", "-f", "md5", md5.toString()));
        return Files.readString(md5);
    }
}
