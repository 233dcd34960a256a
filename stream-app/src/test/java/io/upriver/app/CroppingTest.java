package io.upriver.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.upriver.media.Clips;
import io.upriver.media.CroppedClips;
import io.upriver.schemas.Container;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.StreamSettings.Codec;
import io.upriver.schemas.VideoEncoding;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files whose container crops the pictures: what is seen of them is enlarged, and is all there is.
 */
class CroppingTest {

    @TempDir static Path directory;

    private static FileUpscaling upscaling;
    private static Path mp4;
    private static Path matroska;

    @BeforeAll
    static void makeClips() {
        upscaling = new FileUpscaling();
        Path whole = Clips.make(at("whole.mp4"), Clips.PICTURE + Clips.H264);
        mp4 = CroppedClips.mp4(at("cropped.mp4"), whole, 5, 9, 7, 21);
        matroska = Clips.make(at("cropped.mkv"), mp4, "-i FILE -c copy");
        assertTrue(isCropped(mp4) && isCropped(matroska), "FFmpeg sees the cropping");
    }

    @AfterAll
    static void close() {
        upscaling.close();
    }

    @Test
    void enlargesWhatIsShownOfAFileAndDoesNotCropItAgain() {
        for (Path in : List.of(mp4, matroska)) {
            for (String name : List.of("out.mp4", "out.mkv", "out.ts")) {
                // Given
                Path out = at(name);
                StreamSettings fine =
                        StreamSettings.DEFAULT
                                .withModel("none")
                                .withEncoding(VideoEncoding.of(Codec.H264).withCrf(5));

                // When
                upscaling.run(in, out, fine);

                // Then: of 128x72 less 28 columns and 14 rows, in whole samples of chroma
                assertLarge(out, in + " " + name);
            }
        }
    }

    @Test
    void enlargesWhatIsShownOfALiveSegment() {
        for (Path in : List.of(mp4, matroska)) {
            // Given
            Container container = Container.sniff(Clips.bytes(in)).orElseThrow();

            // When
            byte[] segment = upscaling.segment(container, Clips.bytes(in), Codec.H264);

            // Then
            assertLarge(Clips.write(at("segment"), segment), in.toString());
        }
    }

    /** The oracle is the ffmpeg program: it crops, and enlarges by the same interpolation. */
    private static void assertLarge(Path out, String what) {
        JsonNode stream = Clips.stream(out, "v:0");
        assertEquals(200, stream.path("width").asInt(), what);
        assertEquals(116, stream.path("height").asInt(), what);
        assertFalse(isCropped(out), what);
        byte[] expected = luma(mp4, ",scale=iw*2:ih*2:flags=bicubic+accurate_rnd");
        byte[] actual = luma(out, "");
        assertEquals(expected.length, actual.length, what);
        double sum = 0;
        for (int i = 0; i < expected.length; i++) {
            double difference = (expected[i] & 0xFF) - (actual[i] & 0xFF);
            sum += difference * difference;
        }
        double decibels = 10 * Math.log10(255 * 255 / (sum / expected.length));
        assertTrue(decibels > 30, "%s: %.1f dB".formatted(what, decibels));
    }

    private static byte[] luma(Path file, String filter) {
        String arguments = "-i FILE -vf select=eq(n\\,25)" + filter + " -frames:v 1 -pix_fmt gray";
        return Clips.bytes(Clips.make(at("luma"), file, arguments + " -f rawvideo"));
    }

    private static boolean isCropped(Path file) {
        return Clips.stream(file, "v:0").path("side_data_list").toString().contains("Cropping");
    }

    private static Path at(String name) {
        return directory.resolve(name);
    }
}
