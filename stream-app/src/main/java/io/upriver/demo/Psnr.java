package io.upriver.demo;

import io.upriver.media.FfmpegProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How near a video's luma is to the truth, in decibels over all frames together, as the {@code
 * ffmpeg} program measures it.
 *
 * @param bicubic of the small clip, enlarged as a player does
 * @param ours of the result
 */
public record Psnr(double bicubic, double ours) {

    private static final Pattern LUMA = Pattern.compile("mse_y:([0-9.]+)");
    private static final String BICUBIC = "scale=1280:720:flags=bicubic+accurate_rnd";

    /** Measures both. */
    public static Psnr of(DemoClip clip, Path result) throws IOException {
        return new Psnr(
                measure(clip, clip.small(), "[1:v]" + BICUBIC + "[seen]"),
                measure(clip, result, "[1:v]null[seen]"));
    }

    private static double measure(DemoClip clip, Path file, String way) throws IOException {
        String words =
                FfmpegProgram.run(
                        List.of(
                                "-i",
                                clip.truth().toString(),
                                "-i",
                                file.toString(),
                                "-lavfi",
                                way + ";[0:v][seen]psnr=stats_file=-",
                                "-f",
                                "null",
                                "-"));
        double sum = 0;
        int frames = 0;
        for (Matcher line = LUMA.matcher(words); line.find(); frames++) {
            sum += Double.parseDouble(line.group(1));
        }
        if (frames != clip.frames()) {
            throw new IllegalStateException(
                    "%s: expected %d frames to compare, got %d"
                            .formatted(file, clip.frames(), frames));
        }
        return 10 * Math.log10(255 * 255 / (sum / frames));
    }

    /** As a sentence, for people. */
    public String toLine() {
        return String.format(
                Locale.ROOT,
                "luma against the frames as drawn: bicubic %.2f dB, Upriver %.2f dB (%+.2f dB)",
                bicubic,
                ours,
                ours - bicubic);
    }
}
