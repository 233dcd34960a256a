package io.upriver.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the program {@code ffmpeg} decodes is the truth here. */
class SegmentClipsTest {
    private static final int FRAMES = SegmentClips.FRAMES;

    @ParameterizedTest
    @ValueSource(strings = {"mpegts", "matroska"})
    void areTheFramesThatFfmpegDecodes(String container) throws IOException {
        // Given
        byte[] media = TestVideo.of("testsrc2=size=160x144:rate=25", 50, container);
        List<byte[]> frames = TestVideo.luma(media, 160, 144, "yuv420p");

        // When
        List<StreamClip> clips = SegmentClips.of(whole(media), 3, 2, 1);

        // Then
        assertEquals(List.of(4, 20, 37), clips.stream().map(StreamClip::first).toList());
        for (StreamClip clip : clips) {
            assertEquals("h264", clip.codec());
            assertEquals(FRAMES, clip.frames().size());
            for (int i = 0; i < FRAMES; i++) {
                assertArrayEquals(
                        frames.get(clip.first() + i), clip.frames().get(i).samples(), "frame " + i);
            }
        }
    }

    @Test
    void roundDeepFramesToEightBits() throws IOException {
        // Given
        byte[] media = TestVideo.moving(160, 144, 8, "-pix_fmt", "yuv420p10le");
        byte[] deep = TestVideo.luma(media, 160, 144, "yuv420p10le").get(5);

        // When
        Picture frame = SegmentClips.of(whole(media), 1, 2, 1).get(0).frames().get(5);

        // Then
        for (int i = 0; i < 160 * 144; i++) {
            int value = (deep[2 * i] & 255) + 256 * deep[2 * i + 1];
            assertEquals(Math.min(255, Math.round(value / 4f)), frame.samples()[i] & 255);
        }
    }

    @Test
    void knowHowCoarselyTheyWereCoded() throws IOException {
        byte[] media =
                TestVideo.moving(160, 144, 8, "-qp", "31", "-x264-params", "ipratio=1:pbratio=1");
        byte[] other = TestVideo.moving(160, 144, 8, "-c:v", "libx265");

        assertEquals(31, SegmentClips.of(whole(media), 1, 2, 1).get(0).quantizer().getAsDouble());
        assertTrue(SegmentClips.of(whole(other), 1, 2, 1).get(0).quantizer().isEmpty());
    }

    @Test
    void leaveOutWhatBelongsToANeighbour() throws IOException {
        // Given a second of which the middle counts
        byte[] media = TestVideo.of("testsrc2=size=160x144:rate=25", 25, "matroska");
        List<byte[]> frames = TestVideo.luma(media, 160, 144, "yuv420p");
        long frame = 40_000_000;
        StreamSegment middle =
                new StreamSegment(1, media, nanos -> nanos >= 10 * frame && nanos < 18 * frame);

        // When
        List<StreamClip> clips = SegmentClips.of(middle, 9, 2, 1);

        // Then
        assertEquals(1, clips.size());
        assertArrayEquals(frames.get(10), clips.get(0).frames().get(0).samples());
        assertArrayEquals(frames.get(17), clips.get(0).frames().get(7).samples());
    }

    @Test
    void areWindowsOfLargeFrames() throws IOException {
        // Given
        byte[] media = TestVideo.moving(1300, 300, 8);
        byte[] whole = TestVideo.luma(media, 1300, 300, "yuv420p").get(3);

        // When
        Picture part = SegmentClips.of(whole(media), 1, 3, 1).get(0).frames().get(3);

        // Then sides are even numbers of low pixels, and its place is found
        assertEquals(636, part.width());
        assertEquals(300, part.height());
        Picture picture = Picture.luma(1300, 300, whole);
        boolean found = false;
        for (int x = 0; x <= 1300 - 636; x++) {
            found |= Arrays.equals(picture.crop(x, 0, 636, 300).samples(), part.samples());
        }
        assertTrue(found);
    }

    @Test
    void areNoneOfFramesThatAreTooSmallOrInterlaced() throws IOException {
        byte[] small = TestVideo.moving(160, 126, 8);
        byte[] interlaced = TestVideo.moving(160, 144, 8, "-flags", "+ilme+ildct");

        assertEquals(List.of(), SegmentClips.of(whole(small), 1, 2, 1));
        assertEquals(List.of(), SegmentClips.of(whole(interlaced), 1, 2, 1));
    }

    @Test
    void sayWhatCannotBeDecoded() {
        byte[] sound = TestVideo.of("sine", 1, "matroska", "-t", "1");
        byte[] colour = TestVideo.moving(160, 144, 8, "-c:v", "libx264rgb", "-pix_fmt", "rgb24");
        byte[] garbage = new byte[4000];

        assertRefused("av_find_best_stream, video: Stream not found", sound);
        assertRefused("expected frames with a plane of luma, got gbrp", colour);
        assertRefused("avformat_open_input: Invalid data found when processing input", garbage);
    }

    private static void assertRefused(String because, byte[] media) {
        String message =
                assertThrows(
                                IllegalStateException.class,
                                () -> SegmentClips.of(whole(media), 1, 2, 1))
                        .getMessage();
        assertTrue(message.startsWith(because), message);
    }

    @Test
    void neverOverlap() {
        for (int frames = 0; frames < 200; frames++) {
            for (int wanted = 1; wanted < 30; wanted++) {
                int[] starts = SegmentClips.starts(frames, wanted);
                assertEquals(Math.min(wanted, frames / FRAMES), starts.length);
                for (int i = 0; i < starts.length; i++) {
                    assertTrue(starts[i] >= (i == 0 ? 0 : starts[i - 1] + FRAMES));
                    assertTrue(starts[i] + FRAMES <= frames);
                }
            }
        }
    }

    private static StreamSegment whole(byte[] media) {
        return new StreamSegment(7, media, nanos -> true);
    }
}
