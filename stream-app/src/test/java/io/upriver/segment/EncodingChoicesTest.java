package io.upriver.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.upriver.media.Clips;
import io.upriver.schemas.Container;
import io.upriver.schemas.Segment;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.StreamSettings.Codec;
import io.upriver.schemas.VideoEncoding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a stream may say of its encoder and decoder is done, or told why not. */
class EncodingChoicesTest {

    private static final StreamSettings PLAIN = StreamSettings.DEFAULT.withModel("none");
    private static final VideoEncoding H264 = VideoEncoding.of(Codec.H264);

    private static final WorkerLimits FOUR_ENCODER_THREADS =
            new WorkerLimits(
                    WorkerCore.LIMITS.deadline(),
                    WorkerCore.LIMITS.maxOutputBytes(),
                    WorkerCore.LIMITS.pictures(),
                    WorkerCore.LIMITS.decoderThreads(),
                    4,
                    WorkerCore.LIMITS.framesInFlight());

    @TempDir static Path directory;

    private static WorkerCore core;
    private static byte[] clip;

    @BeforeAll
    static void makeClip() {
        core = new WorkerCore();
        clip =
                make(
                        "-f lavfi -i testsrc2=s=160x96:r=25:d=4 -vf noise=alls=12:allf=t"
                                + " -c:v libx264 -crf 10 -pix_fmt yuv420p");
    }

    @AfterAll
    static void close() {
        core.close();
    }

    @Test
    void comesToTheBitrateOnAverage() {
        for (Codec codec : Codec.values()) {
            for (int bitrate : new int[] {300_000, 900_000}) {
                // When
                SegmentResult.Upscaled result =
                        upscaled(
                                clip,
                                PLAIN.withEncoding(VideoEncoding.of(codec).withBitrate(bitrate)));

                // Then
                double reached = bytesOfVideo(result) * 8 / 4.0;
                assertEquals(bitrate, reached, 0.3 * bitrate, codec.toString());
            }
        }
    }

    /** Not so AV1, whose encoder has no upper bound beside an average. */
    @Test
    void keepsPeaksOfTheRateBelowWhatAPlayerStands() {
        // Given a second of noise after three seconds of a test card
        int bitrate = 400_000;
        byte[] uneven =
                make(
                        "-f lavfi -i testsrc2=s=160x96:r=25:d=6,noise=alls=60:allf=t:enable='between(t\\,3\\,4)'"
                                + " -c:v libx264 -crf 10 -pix_fmt yuv420p");
        for (Codec codec : List.of(Codec.H264, Codec.HEVC)) {
            // When
            SegmentResult.Upscaled result =
                    upscaled(
                            uneven,
                            PLAIN.withEncoding(VideoEncoding.of(codec).withBitrate(bitrate)));

            // Then at most 1.25 times the rate, and what the buffer of a second has
            double peak = bitsOfTheLargestSecond(result) / bitrate;
            assertTrue(peak <= 2.5, codec + ": " + peak + " times the rate");
        }
    }

    /** With threads for frames, x264 gives other bytes each time where there is an upper bound. */
    @Test
    void givesTheSameBytesEachTimeWithABitrateAndSeveralThreads() {
        StreamSettings settings = PLAIN.withEncoding(H264.withBitrate(300_000));
        byte[] first = upscaledBy(FOUR_ENCODER_THREADS, clip, settings);
        for (int i = 0; i < 4; i++) {
            assertArrayEquals(first, upscaledBy(FOUR_ENCODER_THREADS, clip, settings));
        }
    }

    @Test
    void setsKeyFramesNoFartherApartThanTheGop() {
        for (Codec codec : Codec.values()) {
            // When
            SegmentResult.Upscaled result =
                    upscaled(clip, PLAIN.withEncoding(VideoEncoding.of(codec).withGop(10)));

            // Then
            List<Integer> keys = keyFrames(result);
            assertEquals(0, keys.get(0));
            for (int i = 1; i < keys.size(); i++) {
                assertTrue(keys.get(i) - keys.get(i - 1) <= 10, codec + ": " + keys);
            }
            assertTrue(keys.size() >= 10, codec + ": " + keys);
        }
    }

    @Test
    void writesTheLayoutThatIsWantedAndSaysNothingAboutIt() {
        for (String format : List.of("yuv420p10le", "yuv444p", "nv12")) {
            // When
            SegmentResult.Upscaled result =
                    upscaled(clip, PLAIN.withEncoding(H264.withPixelFormat(format)));

            // Then
            String written = format.equals("nv12") ? "yuv420p" : format;
            assertEquals(written, stream(result).path("pix_fmt").asText());
            assertNull(result.outcome().note());
        }
    }

    @Test
    void refusesALayoutThatTheEncoderDoesNotTakeAndNamesThoseThatItDoes() {
        // When
        String reason =
                assertInstanceOf(
                                SegmentResult.Rejected.class,
                                upscale(clip, PLAIN.withEncoding(H264.withPixelFormat("rgb48"))))
                        .rejection()
                        .message();

        // Then
        assertTrue(
                reason.contains("encoder libx264: expected a pixel format among yuv420p, "),
                reason);
        assertTrue(reason.endsWith("got rgb48"), reason);
    }

    @Test
    void encodesOnTheCpuWhereTheDeviceIsMissingAndSaysWhy() {
        for (String missing : List.of("h264_nvenc", "h264_vaapi", "h264_qsv", "h264_v4l2m2m")) {
            // When
            SegmentResult.Upscaled result =
                    upscaled(
                            clip,
                            PLAIN.withEncoding(H264.withEncoder(missing).withBitrate(500_000)));

            // Then the same as without it
            String note = result.outcome().note();
            assertTrue(note.contains(missing), note);
            assertTrue(note.endsWith("; encoded by libx264"), note);
            assertEquals(
                    bytesOfVideo(upscaled(clip, PLAIN.withEncoding(H264.withBitrate(500_000)))),
                    bytesOfVideo(result));
        }
    }

    @Test
    void leavesTheEncodersPresetWhereTheDeviceIsMissing() {
        // When
        SegmentResult.Upscaled result =
                upscaled(
                        clip,
                        PLAIN.withEncoding(
                                H264.withEncoder("h264_nvenc").withPreset("p4").withCrf(30)));

        // Then
        assertEquals(
                bytesOfVideo(upscaled(clip, PLAIN.withEncoding(H264.withCrf(30)))),
                bytesOfVideo(result));
    }

    /** Another encoder would hide the mistake. */
    @Test
    void refusesSettingsThatTheDevicesEncoderDoesNotKnow() {
        for (VideoEncoding wrong :
                List.of(
                        H264.withEncoder("h264_nvenc").withPreset("instantaneous"),
                        H264.withEncoder("h264_v4l2m2m").withCrf(30),
                        H264.withEncoder("h264_nvenc").withPixelFormat("gray16le"))) {
            assertInstanceOf(
                    SegmentResult.Rejected.class,
                    upscale(clip, PLAIN.withEncoding(wrong)),
                    wrong.toString());
        }
    }

    @Test
    void decodesOnTheCpuWhereTheDeviceIsMissingAndSaysWhy() {
        byte[] expected = upscaled(clip, PLAIN).segment().data();
        for (String missing :
                List.of("h264_cuvid", "cuvid", "cuda", "vaapi", "vulkan", "hevc_cuvid", "abacus")) {
            // When
            SegmentResult.Upscaled result = upscaled(clip, PLAIN.withDecoder(missing));

            // Then
            String note = result.outcome().note();
            assertTrue(note.contains(missing), note);
            assertTrue(note.endsWith("; decoded on the CPU"), note);
            assertArrayEquals(expected, result.segment().data(), missing);
        }
    }

    @Test
    void decodesWithTheDecoderThatIsNamed() {
        // When
        SegmentResult.Upscaled result = upscaled(clip, PLAIN.withDecoder("h264"));

        // Then
        assertNull(result.outcome().note());
        assertEquals(100, result.outcome().framesOut());
    }

    @Test
    void beginsAgainWhereANamedDecoderGivesNoPicture() {
        // Given 10 bits, which OpenH264 does not know
        byte[] deep =
                make(
                        "-f lavfi -i testsrc2=s=160x96:r=25:d=1 -c:v libx264 -pix_fmt yuv420p10le"
                                + " -profile:v high10");

        // When
        SegmentResult.Upscaled result = upscaled(deep, PLAIN.withDecoder("libopenh264"));

        // Then
        String note = result.outcome().note();
        assertTrue(note.contains("decoder libopenh264 gave no picture of this stream"), note);
        assertEquals(25, result.outcome().framesOut());
        assertEquals(0, result.outcome().framesLost());
    }

    /** Devices give pictures with the two kinds of chroma in one plane; so do these. */
    @Test
    void takesChromaInOnePlaneForWhatItIsInPlanesOfItsOwn() {
        String source = "-f lavfi -i testsrc2=s=160x96:r=25:d=1 -pix_fmt ";
        for (String[] pair :
                new String[][] {
                    {"nv12", "yuv420p"},
                    {"nv21", "yuv420p"}
                }) {
            // Given
            byte[] together = make(source + pair[0] + " -c:v rawvideo");
            byte[] apart = make(source + pair[1] + " -c:v rawvideo");

            // When
            StreamSettings exact =
                    PLAIN.withEncoding(VideoEncoding.of(Codec.H264).withEncoder("ffv1"));

            // Then
            assertEquals(
                    Clips.decoded(write(upscaled(apart, exact))).toString(),
                    Clips.decoded(write(upscaled(together, exact))).toString(),
                    pair[0]);
            assertEquals(
                    pair[1], stream(upscaled(together, exact)).path("pix_fmt").asText(), pair[0]);
        }
    }

    private static byte[] make(String arguments) {
        return Clips.bytes(Clips.make(directory.resolve("made.mkv"), arguments));
    }

    private static SegmentResult upscale(byte[] media, StreamSettings settings) {
        return core.upscaler(WorkerCore.LIMITS)
                .upscale(Segment.of("cam-7", 1, Container.MATROSKA, media), settings);
    }

    private static byte[] upscaledBy(WorkerLimits limits, byte[] media, StreamSettings settings) {
        SegmentResult result =
                core.upscaler(limits)
                        .upscale(Segment.of("cam-7", 1, Container.MATROSKA, media), settings);
        return assertInstanceOf(SegmentResult.Upscaled.class, result).segment().data();
    }

    private static SegmentResult.Upscaled upscaled(byte[] media, StreamSettings settings) {
        SegmentResult result = upscale(media, settings);
        return assertInstanceOf(SegmentResult.Upscaled.class, result, result::toString);
    }

    private static Path write(SegmentResult.Upscaled result) {
        return Clips.write(directory.resolve("large.mkv"), result.segment().data());
    }

    private static JsonNode stream(SegmentResult.Upscaled result) {
        return Clips.stream(write(result), "v:0");
    }

    private static long bytesOfVideo(SegmentResult.Upscaled result) {
        return Clips.packets(write(result), "v:0", "size").stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** Of the packets in the order of decoding, 25 a second. */
    private static double bitsOfTheLargestSecond(SegmentResult.Upscaled result) {
        List<Long> bytes = Clips.packets(write(result), "v:0", "size");
        long largest = 0;
        for (int i = 0; i + 25 <= bytes.size(); i++) {
            long inASecond = bytes.subList(i, i + 25).stream().mapToLong(Long::longValue).sum();
            largest = Math.max(largest, inASecond);
        }
        return largest * 8.0;
    }

    private static List<Integer> keyFrames(SegmentResult.Upscaled result) {
        JsonNode packets =
                Clips.probe(write(result), "-select_streams v:0 -show_entries packet=flags,pts");
        List<JsonNode> shown = new ArrayList<>();
        packets.path("packets").forEach(shown::add);
        shown.sort((a, b) -> Long.compare(a.path("pts").asLong(), b.path("pts").asLong()));
        List<Integer> keys = new ArrayList<>();
        for (int i = 0; i < shown.size(); i++) {
            if (shown.get(i).path("flags").asText().startsWith("K")) {
                keys.add(i);
            }
        }
        return keys;
    }
}
