package io.upriver.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.upriver.frame.Plane;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures keep their colours on the way into layouts that an encoder takes. */
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

    @Test
    void choosesTheDepthThatIsNearest() {
        String[][] expected = {
            {"yuv420p", "yuv420p", "yuv420p", "yuv420p"},
            {"yuv420p9le", "yuv420p10le", "yuv420p10le", "yuv420p10le"},
            {"yuv420p10le", "yuv420p10le", "yuv420p10le", "yuv420p10le"},
            {"yuv422p10le", "yuv422p10le", "yuv422p10le", "yuv420p10le"},
            {"yuv420p12le", "yuv420p10le", "yuv420p12le", "yuv420p10le"},
            {"yuv444p12le", "yuv444p10le", "yuv444p12le", "yuv420p10le"},
            {"yuv420p14le", "yuv420p10le", "yuv420p12le", "yuv420p10le"},
            {"yuv444p16le", "yuv444p10le", "yuv444p12le", "yuv420p10le"},
            {"gray10le", "gray10le", "gray10le", "yuv420p10le"},
            {"gray12le", "gray10le", "gray12le", "yuv420p10le"}
        };
        for (String[] formats : expected) {
            // Given
            Path clip = red("a.mkv -vf format=" + formats[0] + " -c:v ffv1");
            Clips.pictures(
                    Clips.bytes(clip),
                    picture -> {
                        for (int i = 0; i < ENCODERS.size(); i++) {
                            // When
                            String encoder = ENCODERS.get(i);
                            String layout = PictureScaler.layoutFor(picture, plain(encoder)).name();

                            // Then
                            String what = formats[0] + " into " + encoder;
                            assertEquals(formats[1 + i], layout, what);
                            assertEquals(
                                    formats[0].equals(layout),
                                    PictureScaler.fits(picture, plain(encoder)),
                                    what);
                        }
                    });
        }
    }

    @Test
    void losesNothingButTheBitsThatTheEncoderDoesNotTake() {
        for (String format : List.of("yuv420p12le", "yuv444p12le", "yuv422p12le", "gray12le")) {
            for (String encoder : ENCODERS) {
                // Given: a picture that says that its range is limited
                Path clip =
                        Clips.make(
                                directory.resolve("ramp.mkv"),
                                "-f lavfi -i testsrc2=size=96x64:rate=10:duration=0.1,format="
                                        + format
                                        + " -color_range tv -c:v ffv1");
                Clips.pictures(
                        Clips.bytes(clip),
                        picture -> {
                            try (PictureScaler scaler = new PictureScaler();
                                    // When
                                    Picture made = scaler.scale(picture, 96, 64, plain(encoder))) {
                                // Then
                                assertEquals(picture.colour(), made.colour());
                                assertNear(picture, made, format + " into " + encoder);
                            }
                        });
            }
        }
    }

    /** Luma in units of the fewer bits. */
    private static void assertNear(Picture given, Picture made, String what) {
        Plane from = given.planes().get(0);
        Plane to = made.planes().get(0);
        double unit = 1 << (from.bitDepth() - to.bitDepth());
        for (int y = 0; y < to.height(); y++) {
            for (int x = 0; x < to.width(); x++) {
                assertEquals(from.sample(x, y) / unit, to.sample(x, y), 1.5, what);
            }
        }
    }

    private Path red(String nameAndSettings) {
        String[] words = nameAndSettings.split(" ", 2);
        return Clips.make(
                directory.resolve(words[0]),
                "-f lavfi -i color=c=red:size=48x32:rate=10:duration=0.3 " + words[1]);
    }

    private static EncoderSettings plain(String encoder) {
        return EncoderSettings.of(encoder, 1);
    }

    private Path enlarge(Path clip, String encoder) {
        byte[] bytes = Clips.bytes(clip);
        EncoderSettings settings = EncoderSettings.of(encoder, 1).withCrf(10);
        try (Demuxer demuxer = Demuxer.open(bytes);
                VideoDecoder decoder = new VideoDecoder(demuxer.mainVideo(), 1);
                PictureScaler scaler = new PictureScaler();
                Encoding encoding =
                        new Encoding(settings, SegmentFormat.MATROSKA, demuxer.mainVideo())) {
            Clips.pictures(
                    demuxer,
                    decoder,
                    low -> {
                        try (Picture high = scaler.scale(low, 96, 64, settings)) {
                            assertTrue(PictureScaler.fits(high, settings));
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
