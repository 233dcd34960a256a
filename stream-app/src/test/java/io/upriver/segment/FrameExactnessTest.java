package io.upriver.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.media.Clips;
import io.upriver.media.CroppedClips;
import io.upriver.media.TwoDescriptions;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever the codec and the container: cut at every key frame, the frames are ffmpeg's. */
class FrameExactnessTest {

    /** So short that a segment ends wherever one can. */
    private static final double SHORTEST = 0.001;

    private static final String MOVING = "-f lavfi -i testsrc2=size=%s:rate=%s:duration=%s";
    private static final String X264 = "-c:v libx264 -preset veryfast -threads 1 ";
    private static final String X265 =
            "-c:v libx265 -preset ultrafast -x265-params log-level=none:pools=none:frame-threads=1:";

    @TempDir static Path directory;

    /** Columns: file, size and layout, encoder, and how many segments there are. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // groups of pictures: closed, open, with pictures between that others refer to
                "a.mp4  | 128x72 yuv420p | X264 -g 10 -bf 4 -x264-params b-pyramid=normal:scenecut=0 | 5",
                "a.mkv  | 128x72 yuv420p | X264 -x264-params OPEN:b-pyramid=normal                   | 5",
                "b.mp4  | 128x72 yuv420p | X264 -x264-params OPEN:b-pyramid=strict                   | 5",
                "a.ts   | 128x72 yuv420p | X264 -x264-params OPEN:b-pyramid=normal                   | 5",
                "a.h264 | 128x72 yuv420p | X264 -x264-params OPEN:b-pyramid=normal                   | 5",
                "a.avi  | 128x72 yuv420p | X264 -x264-params OPEN:b-pyramid=normal                   | 5",
                "b.mkv  | 128x72 yuv420p | X265OPEN                                                  | 5",
                "b.ts   | 128x72 yuv420p | X265OPEN                                                  | 5",
                "a.hevc | 128x72 yuv420p | X265OPEN                                                  | 5",
                "c.mkv  | 128x72 yuv420p | X265keyint=10:min-keyint=10:radl=2:bframes=4:b-adapt=0    | 5",
                "c.ts   | 128x72 yuv420p | -c:v mpeg2video -g 10 -bf 2                               | 6",
                "d.avi  | 128x72 yuv420p | -c:v mpeg4 -g 10 -bf 2 -vtag XVID                         | 6",
                // every picture by itself; none but the first
                "e.avi  | 128x72 yuv420p | X264 -g 1                                                 | 50",
                "e.mp4  | 128x72 yuv420p | X264 -x264-params intra-refresh=1:keyint=10:bframes=0     | 1",
                "e.ts   | 128x72 yuv420p | X264 -x264-params intra-refresh=1:keyint=10:bframes=2     | 1",
                "e.mkv  | 128x72 yuv420p | -c:v h263p -g 10                                          | 5",
                // pictures that are never shown, superblocks at the edges, film grain's codec
                "a.webm | 127x71 yuv420p | -c:v libvpx-vp9 -cpu-used 8 -g 10 -b:v 200k -lag-in-frames 16 -auto-alt-ref 1 | 5",
                "b.webm | 128x72 yuv420p | -c:v libvpx -cpu-used 8 -g 10 -b:v 200k -lag-in-frames 16 -auto-alt-ref 1     | 5",
                "f.mkv  | 128x72 yuv420p | -c:v libsvtav1 -preset 12 -g 10                           | 5",
                // deep pictures, odd sizes, other planes
                "g.mp4  | 128x72 yuv420p10le | X264 -g 10 -bf 3                                      | 5",
                "g.mkv  | 126x70 yuv422p12le | X265OPEN                                              | 5",
                "c.webm | 127x71 yuv420p10le | -c:v libvpx-vp9 -cpu-used 8 -g 10                     | 5",
                "h.mp4  | 127x71 yuv444p     | X264 -g 10 -bf 3                                      | 5",
                "h.mkv  | 127x71 gbrp        | -c:v libx264rgb -preset veryfast -threads 1 -g 10     | 5",
                // names that tell what is nowhere else: which ProRes, which layout
                "i.mov  | 128x72 yuva444p10le | -c:v prores_ks -profile:v 4                          | 50",
                "i.avi  | 128x72 yuv420p      | -c:v utvideo                                         | 50",
                "i.y4m  | 127x71 yuv420p10le  | -strict -1                                           | 50",
                "j.avi  | 128x72 bgr24        | -c:v rawvideo                                        | 50",
                "j.nut  | 128x72 yuv422p      | -c:v rawvideo                                        | 50",
                "j.mov  | 128x72 yuyv422      | -c:v rawvideo                                        | 50",
                // a palette that stands in front of the first picture only
                "k.avi  | 128x72 pal8         | -c:v rawvideo                                        | 50",
                // containers without times, or with wrong ones, for pictures in another order
                "l.asf  | 128x72 yuv420p | X264 -g 10 -bf 3                                          | 5",
                "l.mxf  | 128x72 yuv420p | X264 -g 10 -bf 3                                          | 5",
                "l.avi  | 128x72 yuv420p | -c:v libvpx -cpu-used 8 -g 10                             | 5"
            })
    void areThoseOfFfmpeg(String name, String picture, String encoder, int segments) {
        // Given
        String[] words = picture.split(" ", 2);
        String made = MOVING.formatted(words[0], "25", "2") + ",format=" + words[1] + " ";
        Path clip = Clips.make(directory.resolve(name), made + written(encoder));

        // When
        FrameExactness found = FrameExactness.of(clip, SHORTEST).get(0);

        // Then
        assertTrue(found.isExact(), found.toString());
        assertEquals(50, found.decoded());
        assertEquals(segments, found.segments());
        assertEquals(0, found.concealed());
    }

    private static String written(String encoder) {
        String groups = "open-gop=1:keyint=10:min-keyint=10:bframes=4:b-adapt=0:ref=4:scenecut=0";
        return encoder.replace("X264", X264)
                .replace("X265OPEN", X265 + groups)
                .replace("X265", X265)
                .replace("OPEN", groups);
    }

    @Test
    void areThoseOfFfmpegWhereTheyDoNotComeAtASteadyPace() {
        // Given
        String uneven =
                MOVING.formatted("128x72", "25", "2") + ",select=mod(n\\,7),format=yuv420p ";
        for (String name : new String[] {"uneven.mkv", "uneven.mp4"}) {
            Path clip =
                    Clips.make(
                            directory.resolve(name), uneven + X264 + "-g 10 -bf 3 -fps_mode vfr");

            // When
            FrameExactness found = FrameExactness.of(clip, SHORTEST).get(0);

            // Then
            assertTrue(found.isExact(), found.toString());
            assertEquals(42, found.decoded());
        }
    }

    @Test
    void areThoseOfFfmpegWhereTheyFollowEachOtherFasterThanAMillisecond() {
        // Given
        String fast = MOVING.formatted("128x72", "2400", "0.1") + ",format=yuv420p ";
        Path clip = Clips.make(directory.resolve("fast.mp4"), fast + X264 + "-g 10 -bf 3");

        // When
        FrameExactness found = FrameExactness.of(clip, SHORTEST).get(0);

        // Then
        assertTrue(found.isExact(), found.toString());
        assertEquals(240, found.decoded());
        assertTrue(found.segments() > 20, found.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "yuv420p, 4, 12, 8, 16",
        "yuv420p, 5, 9, 7, 3",
        "yuv420p, 3, 3, 3, 3",
        "yuv420p, 0, 0, 1, 0",
        "yuv422p, 1, 2, 3, 4",
        "yuv444p, 1, 2, 3, 4",
        "yuv420p10le, 5, 9, 7, 3"
    })
    void areThoseOfFfmpegWhereTheContainerCropsThem(
            String layout, int top, int bottom, int left, int right) {
        // Given
        String made = MOVING.formatted("128x72", "25", "2") + ",format=" + layout + " ";
        Path whole = Clips.make(directory.resolve("whole.mp4"), made + X264 + "-g 10 -bf 3");
        Path mp4 =
                CroppedClips.mp4(directory.resolve("cropped.mp4"), whole, top, bottom, left, right);
        Path matroska = Clips.make(directory.resolve("cropped.mkv"), mp4, "-i FILE -c copy");
        List<String> uncropped = Clips.frameHashes(whole, 0);

        for (Path clip : List.of(mp4, matroska)) {
            // When
            FrameExactness found = FrameExactness.of(clip, SHORTEST).get(0);

            // Then
            assertTrue(found.isExact(), found.toString());
            assertEquals(50, found.decoded());
            assertNotEquals(uncropped, Clips.frameHashes(clip, 0), "the clip is cropped");
        }
    }

    @Test
    void areThoseOfFfmpegWhereTheSampleDescriptionChanges() {
        // Given
        String made = MOVING.formatted("%s", "25", "1") + ",format=yuv420p " + X264 + "-g 10 -bf 3";
        Path clip =
                TwoDescriptions.write(
                        directory.resolve("both.mp4"),
                        Clips.make(directory.resolve("one-size.mp4"), made.formatted("128x72")),
                        Clips.make(directory.resolve("other-size.mp4"), made.formatted("96x64")),
                        25);

        for (double seconds : new double[] {SHORTEST, 1000}) {
            // When
            FrameExactness found = FrameExactness.of(clip, seconds).get(0);

            // Then
            assertTrue(found.isExact(), found.toString());
            assertEquals(50, found.decoded());
            assertEquals(0, found.concealed());
            assertEquals(seconds < 1 ? 6 : 2, found.segments());
        }
    }

    @Test
    void areThoseOfFfmpegWhereAKeyFrameIsDamaged() {
        // Given: the second of five groups begins with damage, which is concealed with the first
        Path sound =
                Clips.make(
                        directory.resolve("sound.mkv"),
                        MOVING.formatted("128x72", "25", "2") + ",format=yuv420p " + Clips.H264);
        Path clip = Clips.damaged(directory.resolve("damaged.mkv"), sound, 10, 10);

        // When
        FrameExactness found = FrameExactness.of(clip, SHORTEST).get(0);

        // Then
        assertTrue(found.isExact(), found.toString());
        assertEquals(1, found.concealed());
        assertEquals(4, found.segments());
    }
}
