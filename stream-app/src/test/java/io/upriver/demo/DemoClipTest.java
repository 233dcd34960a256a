package io.upriver.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.upriver.media.Clips;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo's clip of four seconds, as ffprobe and ffmpeg see it. */
class DemoClipTest {

    @TempDir static Path directory;

    private static DemoClip clip;
    private static int ticks;

    @BeforeAll
    static void makeIt() throws IOException {
        clip = new DemoClip(directory.resolve("small.mp4"), directory.resolve("truth.mp4"), 4);
        clip.make(7, () -> ticks++);
    }

    @Test
    void hasTheSizeRateAndLengthItSays() {
        JsonNode video = Clips.stream(clip.small(), "v:0");
        JsonNode sound = Clips.stream(clip.small(), "a:0");
        JsonNode truth = Clips.stream(clip.truth(), "v:0");

        assertEquals("640x360", size(video));
        assertEquals("1280x720", size(truth));
        for (JsonNode track : List.of(video, truth)) {
            assertEquals("h264", track.required("codec_name").asText());
            assertEquals("30/1", track.required("r_frame_rate").asText());
            assertEquals(120, track.required("nb_frames").asInt());
            assertEquals(4.0, track.required("duration").asDouble(), 0.001);
            assertEquals("bt709", track.required("color_space").asText());
        }
        assertEquals("aac", sound.required("codec_name").asText());
        assertEquals(4.0, sound.required("duration").asDouble(), 0.03);
        assertEquals(120, ticks);
    }

    @Test
    void hasAKeyFrameEveryTwoSeconds() {
        JsonNode frames =
                Clips.probe(
                                clip.small(),
                                "-select_streams v:0 -skip_frame nokey -show_entries"
                                        + " frame=pts_time")
                        .path("frames");

        List<Double> times = new ArrayList<>();
        frames.forEach(frame -> times.add(frame.required("pts_time").asDouble()));
        assertEquals(List.of(0.0, 2.0), times);
    }

    @Test
    void isMeasuredAgainstTheFramesAsDrawn() throws IOException {
        Psnr psnr = Psnr.of(clip, clip.truth());

        assertEquals(Double.POSITIVE_INFINITY, psnr.ours());
        assertTrue(psnr.bicubic() > 20 && psnr.bicubic() < 30, psnr.toLine());
    }

    @Test
    void endsWhenItIsToldTo() {
        DemoClip other = new DemoClip(directory.resolve("a.mp4"), directory.resolve("b.mp4"), 4);

        var ended =
                assertThrows(
                        IllegalStateException.class,
                        () ->
                                other.make(
                                        7,
                                        () -> {
                                            throw new IllegalStateException("enough");
                                        }));

        assertEquals("enough", ended.getMessage());
    }

    @Test
    void refusesALengthThatDoesNotFitItsSegments() {
        var refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new DemoClip(Path.of("a.mp4"), Path.of("b.mp4"), 3));

        assertEquals("seconds: expected an even number from 2 to 120, got 3", refused.getMessage());
    }

    @Test
    void goesOnWithoutEndAndWithoutAGap() throws IOException {
        // Given the clip of two segments, more than two times over
        EndlessClip endless = new EndlessClip(clip, directory.resolve("tone.m4a"));
        ByteArrayOutputStream joined = new ByteArrayOutputStream();

        // When
        for (long number = 0; number < 5; number++) {
            joined.writeBytes(endless.segment(number));
        }
        Path file = Clips.write(directory.resolve("joined.ts"), joined.toByteArray());

        // Then
        List<Double> times = Clips.frameSeconds(file);
        assertEquals(300, times.size());
        for (int i = 1; i < times.size(); i++) {
            assertEquals(1 / 30.0, times.get(i) - times.get(i - 1), 0.0001, "frame " + i);
        }
        List<Long> sounds = Clips.packets(file, "a:0", "pts");
        assertEquals(10 * 48_000 / 1024.0, sounds.size(), 1);
        for (int i = 1; i < sounds.size(); i++) {
            assertEquals(1920.0, (double) (sounds.get(i) - sounds.get(i - 1)), 1, "sound " + i);
        }
        assertEquals(List.of(), Clips.warnings(file, "-i FILE -f null -"));
    }

    @Test
    void isTheSameClipInEverySecondSegmentOfTheLoop() throws IOException {
        EndlessClip endless = new EndlessClip(clip, directory.resolve("again.m4a"));
        Path first = Clips.write(directory.resolve("first.ts"), endless.segment(1));
        Path later = Clips.write(directory.resolve("later.ts"), endless.segment(7));
        Path other = Clips.write(directory.resolve("other.ts"), endless.segment(8));

        List<String> frames = Clips.frameHashes(first, 0);

        assertEquals(60, frames.size());
        assertEquals(frames, Clips.frameHashes(later, 0));
        assertTrue(!frames.equals(Clips.frameHashes(other, 0)));
        assertEquals(
                12.0, Clips.frameSeconds(later).get(0) - Clips.frameSeconds(first).get(0), 0.001);
    }

    @Test
    void marksWhereItsClockBeginsAgainOnceADay() throws IOException {
        EndlessClip endless = new EndlessClip(clip, directory.resolve("day.m4a"));
        long day = 24 * 3600 / EndlessClip.SEGMENT_SECONDS;

        assertTrue(endless.isDiscontinuity(day));
        assertTrue(!endless.isDiscontinuity(0) && !endless.isDiscontinuity(day + 1));
        Path first = Clips.write(directory.resolve("morning.ts"), endless.segment(0));
        Path next = Clips.write(directory.resolve("next.ts"), endless.segment(day));
        assertEquals(Clips.frameSeconds(first), Clips.frameSeconds(next));
    }

    @Test
    void drawsAPictureOfBeforeAndAfter() throws IOException {
        // Given the truth in place of the result
        for (String ending : List.of("png", "jpg", "webp")) {
            Path picture = directory.resolve("picture." + ending);

            // When
            BeforeAfter.draw(clip, clip.truth(), directory, picture);

            // Then
            JsonNode image = Clips.stream(picture, "v:0");
            assertEquals("1282x560", size(image), ending);
            assertTrue(Files.size(picture) > 20_000, ending + " " + Files.size(picture));
        }
        // The right half of it has the letters as drawn: there is more contrast than on the left.
        BufferedImage image = ImageIO.read(directory.resolve("picture.png").toFile());
        assertTrue(contrast(image, 642) > 1.2 * contrast(image, 0));
    }

    private static double contrast(BufferedImage image, int from) {
        long sum = 0;
        for (int y = 60; y < 250; y++) {
            for (int x = from + 300; x < from + 630; x++) {
                sum += Math.abs(green(image, x, y) - green(image, x + 1, y));
            }
        }
        return sum;
    }

    private static int green(BufferedImage image, int x, int y) {
        return image.getRGB(x, y) >> 8 & 0xff;
    }

    private static String size(JsonNode track) {
        return track.required("width").asInt() + "x" + track.required("height").asInt();
    }
}
