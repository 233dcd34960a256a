package io.upriver.app;

import io.upriver.media.FfmpegProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A generated clip with fine detail, motion and a little noise, so that no stage has it too easy.
 */
final class TestClip {

    private static final String PICTURE =
            "mandelbrot=size=640x360:rate=30:start_scale=0.9:end_scale=0.4:end_pts=120,"
                    + "noise=alls=4:allf=t:all_seed=7,format=yuv420p";

    private TestClip() {}

    /**
     * Makes it in a temporary file: 640x360, 30 frames a second, 4 s, H.264, a key frame every
     * second.
     */
    static Path make() throws IOException {
        Path clip = Files.createTempFile("upriver-bench-", ".mp4");
        FfmpegProgram.run(
                List.of(
                        "-f",
                        "lavfi",
                        "-i",
                        PICTURE,
                        "-t",
                        "4",
                        "-c:v",
                        "libx264",
                        "-preset",
                        "veryfast",
                        "-crf",
                        "20",
                        "-g",
                        "30",
                        clip.toString()));
        return clip;
    }
}
