package io.upriver.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures that no network takes keep their colours on the way into each encoder. */
class PictureScalerTest {

    private static final List<String> ENCODERS = List.of("libx264", "libx265", "libsvtav1");

    @TempDir Path directory;

    @Test
    void keepsRedRedFromEveryRgbLayout() {
        for (String made :
                List.of(
                        "png.mov -c:v png -pix_fmt rgb24",
                        "ffv1.mkv -c:v ffv1 -pix_fmt bgr0",
                        "rgb.mkv -c:v libx264rgb -qp 0",
                        "palette.mov -c:v qtrle -pix_fmt pal8",
                        "animation.mov -c:v qtrle -pix_fmt rgb24")) {
            // Given
            Path clip = red(made);
            for (String encoder : ENCODERS) {
                // When
                Path large = enlarge(clip, encoder);

                // Then
                assertRed(large, made + " into " + encoder);
            }
        }
    }

    @Test
    void keepsRedRedFromEveryYuvLayout() {
        for (String made :
                List.of(
                        "a.mkv -vf format=yuv410p -c:v ffv1",
                        "b.mkv -vf format=yuva420p -c:v ffv1",
                        "c.mkv -vf format=nv12 -c:v rawvideo",
                        "d.mkv -vf format=yuv420p10le -c:v ffv1",
                        "e.mkv -vf format=yuv422p12le -c:v ffv1",
                        "f.mkv -vf format=yuvj420p -c:v mjpeg -q:v 1")) {
            // Given
            Path clip = red(made);
            for (String encoder : ENCODERS) {
                // When
                Path large = enlarge(clip, encoder);

                // Then
                assertRed(large, made + " into " + encoder);
            }
        }
    }

    @Test
    void keepsTenBits() {
        // Given
        Path clip = red("a.mkv -vf format=yuv420p10le -c:v ffv1");
        for (String encoder : ENCODERS) {
            // When
            Path large = enlarge(clip, encoder);

            // Then
            JsonNode stream = Clips.stream(large, "v:0");
            assertEquals("yuv420p10le", stream.path("pix_fmt").asText(), encoder);
        }
    }

    private Path red(String nameAndSettings) {
        String[] words = nameAndSettings.split(" ", 2);
        return Clips.make(
                directory.resolve(words[0]),
                "-f lavfi -i color=c=red:size=48x32:rate=10:duration=0.3 " + words[1]);
    }

    private Path enlarge(Path clip, String encoder) {
        byte[] bytes = Clips.bytes(clip);
        EncoderSettings settings = new EncoderSettings(encoder, 10, null, 1);
        try (Demuxer demuxer = Demuxer.open(bytes);
                VideoDecoder decoder = new VideoDecoder(demuxer.mainVideo(), 1);
                PictureScaler scaler = new PictureScaler();
                Encoding encoding =
                        new Encoding(settings, SegmentFormat.MATROSKA, demuxer.mainVideo())) {
            Clips.pictures(
                    demuxer,
                    decoder,
                    low -> {
                        try (Picture high = scaler.scale(low, 96, 64, encoder)) {
                            assertTrue(PictureScaler.fits(high, encoder));
                            encoding.add(high);
                        }
                    });
            return Clips.write(directory.resolve("large.mkv"), encoding.finish());
        }
    }

    /** The ffmpeg program turns the first picture's middle back into red, green and blue. */
    private void assertRed(Path large, String what) {
        Path pixel = directory.resolve("pixel.rgb");
        Clips.make(pixel, large, "-i FILE -frames:v 1 -vf crop=16:16 -pix_fmt rgb24 -f rawvideo");
        byte[] rgb = Clips.bytes(pixel);
        int red = Byte.toUnsignedInt(rgb[0]);
        int green = Byte.toUnsignedInt(rgb[1]);
        int blue = Byte.toUnsignedInt(rgb[2]);
        assertTrue(
                red >= 244 && green <= 8 && blue <= 8,
                "%s: expected red, got %d %d %d".formatted(what, red, green, blue));
    }
}
