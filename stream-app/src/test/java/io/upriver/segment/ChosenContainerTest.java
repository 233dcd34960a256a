package io.upriver.segment;

import static io.upriver.media.Clips.H264;
import static io.upriver.media.Clips.PICTURE;
import static io.upriver.media.Clips.TONE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.upriver.media.Clips;
import io.upriver.schemas.Container;
import io.upriver.schemas.Rejection;
import io.upriver.schemas.Segment;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.StreamSettings.Codec;
import io.upriver.schemas.VideoEncoding;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Live streams whose segments are to come out in another container than they come in. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a stage that waits forever
class ChosenContainerTest {

    private static final Map<Container, String> ENDINGS =
            Map.of(Container.MPEG_TS, ".ts", Container.MP4, ".mp4", Container.MATROSKA, ".mkv");

    /** Half a tick of the coarsest clock, Matroska's, in seconds. */
    private static final double HALF_A_MILLISECOND = 0.00051;

    @TempDir static Path directory;

    private static WorkerCore core;
    private static Path clip;

    @BeforeAll
    static void makeClip() {
        core = new WorkerCore();
        clip = Clips.make(at("clip.ts"), PICTURE + TONE + H264 + "-c:a aac");
    }

    @AfterAll
    static void close() {
        core.close();
    }

    @Test
    void holdsEveryFrameAndEveryPacketOfSoundThatTheOtherOneHeld() {
        for (Container from : Container.values()) {
            Path given = from == Container.MPEG_TS ? clip : remux("given" + ENDINGS.get(from));
            for (Container to : Container.values()) {
                for (Codec codec : List.of(Codec.H264, Codec.HEVC)) {
                    // When
                    SegmentResult.Upscaled result = upscaled(given, settings(codec, to));

                    // Then: the oracle for the form of AAC is ffmpeg's own copy
                    String what = from + " to " + to + " as " + codec;
                    assertEquals(to, result.segment().container(), what);
                    Path large = write(result);
                    Path copied =
                            Clips.make(
                                    at("copied" + ENDINGS.get(to)),
                                    given,
                                    "-copyts -i FILE -c copy");
                    assertEquals(
                            Clips.packetHashes(copied).get(1),
                            Clips.packetHashes(large).get(1),
                            what);
                    assertNear(Clips.frameSeconds(given), Clips.frameSeconds(large), what);
                    assertNear(soundSeconds(given), soundSeconds(large), what);
                    assertEquals(256, Clips.stream(large, "v:0").path("width").asInt(), what);
                    assertEquals(List.of(), Clips.warnings(large, "-i FILE -f null -"), what);
                    assertNull(result.outcome().note(), what);
                }
            }
        }
    }

    /** As players of HLS get it: one init section, then the fragments of all segments. */
    @Test
    void makesOneStreamInFragmentsOfTransportStreamSegments() {
        // Given
        Path stream =
                Clips.make(
                        at("stream.ts"),
                        "-f lavfi -i testsrc2=size=128x72:rate=25:duration=4,format=yuv420p"
                                + " -f lavfi -i sine=duration=4 "
                                + H264
                                + "-c:a aac");
        Clips.make(
                at("part%d.ts"),
                stream,
                "-copyts -i FILE -c copy -f segment -segment_time 0.8 -break_non_keyframes 0");
        ByteArrayOutputStream before = new ByteArrayOutputStream();
        ByteArrayOutputStream after = new ByteArrayOutputStream();
        for (int i = 0; i < 5; i++) {
            Path part = at("part" + i + ".ts");
            before.writeBytes(Clips.bytes(part));
            byte[] segment = upscaled(part, settings(Codec.H264, Container.MP4)).segment().data();
            int fragments = Clips.indexOf(segment, "moof", 0) - 4;
            after.write(segment, i == 0 ? 0 : fragments, segment.length - (i == 0 ? 0 : fragments));
        }

        // When
        Path given = Clips.write(at("before.ts"), before.toByteArray());
        Path whole = Clips.write(at("whole.mp4"), after.toByteArray());

        // Then
        assertNear(Clips.frameSeconds(given), Clips.frameSeconds(whole), "stream");
        assertNear(soundSeconds(given), soundSeconds(whole), "stream");
        assertEquals(List.of(), Clips.warnings(whole, "-i FILE -f null -"));
        assertEquals(List.of(), Clips.warnings(whole, "-i FILE -c copy -f matroska /dev/null"));
    }

    @Test
    void carriesAChangeOfSizeIntoTheOtherContainer() {
        // Given
        Path smaller =
                Clips.make(
                        at("smaller.ts"),
                        clip,
                        "-i FILE -vf scale=96:64 " + H264 + "-c:a copy -output_ts_offset 2.1");
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(Clips.bytes(clip));
        both.writeBytes(Clips.bytes(smaller));
        Path given = Clips.write(at("both.ts"), both.toByteArray());

        // When
        SegmentResult.Upscaled result = upscaled(given, settings(Codec.HEVC, Container.MP4));

        // Then
        assertEquals("[256x144, 192x128]", result.outcome().sizes().toString());
        assertNear(Clips.frameSeconds(given), Clips.frameSeconds(write(result)), "both");
    }

    @Test
    void leavesOutWhatIsNoSoundAndSaysSo() {
        // Given
        Path words =
                Clips.write(
                        at("words.srt"),
                        "1\n00:00:00,200 --> 00:00:01,000\nHello\n"
                                .getBytes(StandardCharsets.UTF_8));
        Path given = Clips.make(at("words.mkv"), clip, "-i FILE -i " + words + " -c copy -c:s srt");

        // When
        SegmentResult.Upscaled result = upscaled(given, settings(Codec.H264, Container.MPEG_TS));

        // Then
        assertEquals(
                "track 2 (subtitle, subrip) left out: mpegts cannot hold it",
                result.outcome().note());
        assertEquals(88, Clips.packets(write(result), "a:0", "size").size());
    }

    @Test
    void refusesSoundThatTheContainerCannotHoldBeforeAnyWork() {
        Path given = Clips.make(at("pcm.mkv"), clip, "-i FILE -c:v copy -c:a pcm_s16le");

        assertRejected(
                given,
                settings(Codec.H264, Container.MPEG_TS),
                "container mpegts cannot hold track 1 (audio, pcm_s16le); fmp4 and matroska can");
    }

    @Test
    void refusesAnEncoderWhoseCodecTheContainerCannotHoldBeforeAnyWork() {
        StreamSettings vp9 =
                settings(Codec.H264, Container.MPEG_TS)
                        .withEncoding(VideoEncoding.of(Codec.H264).withEncoder("libvpx-vp9"));

        assertRejected(
                clip,
                vp9,
                "container mpegts cannot hold what the encoder libvpx-vp9 makes; fmp4 and matroska"
                        + " can");
    }

    private static void assertRejected(Path given, StreamSettings settings, String sentence) {
        SegmentResult result = core.upscaler(WorkerCore.LIMITS).upscale(segment(given), settings);
        Rejection rejection =
                assertInstanceOf(SegmentResult.Rejected.class, result, result::toString)
                        .rejection();
        assertEquals(Rejection.Code.UNSUPPORTED, rejection.code());
        assertEquals("stream cam-7 segment 1042: " + sentence, rejection.message());
    }

    private static void assertNear(List<Double> expected, List<Double> actual, String what) {
        assertEquals(expected.size(), actual.size(), what);
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i), actual.get(i), HALF_A_MILLISECOND, what + " " + i);
        }
    }

    private static List<Double> soundSeconds(Path file) {
        List<Double> times = new ArrayList<>();
        String arguments = "-select_streams a:0 -show_entries packet=pts_time";
        for (JsonNode packet : Clips.probe(file, arguments).path("packets")) {
            times.add(packet.required("pts_time").asDouble());
        }
        return times;
    }

    private static StreamSettings settings(Codec codec, Container container) {
        return StreamSettings.DEFAULT
                .withModel("none")
                .withEncoding(
                        VideoEncoding.of(codec)
                                .withPreset(codec == Codec.H264 ? "veryfast" : "ultrafast"))
                .withContainer(container);
    }

    private static SegmentResult.Upscaled upscaled(Path given, StreamSettings settings) {
        SegmentResult result = core.upscaler(WorkerCore.LIMITS).upscale(segment(given), settings);
        return assertInstanceOf(SegmentResult.Upscaled.class, result, result::toString);
    }

    private static Segment segment(Path file) {
        byte[] media = Clips.bytes(file);
        return Segment.of("cam-7", 1042, Container.sniff(media).orElseThrow(), media);
    }

    private static Path write(SegmentResult.Upscaled result) {
        return Clips.write(at("large"), result.segment().data());
    }

    private static Path remux(String name) {
        return Clips.make(at(name), clip, "-copyts -i FILE -c copy");
    }

    private static Path at(String name) {
        return directory.resolve(name);
    }
}
