package io.upriver.egress;

import static io.upriver.media.Clips.H264;
import static io.upriver.media.Clips.PICTURE;
import static io.upriver.media.Clips.TONE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.media.Clips;
import io.upriver.media.LiveLimits;
import io.upriver.media.LiveSegment;
import io.upriver.media.LiveSegmenter;
import io.upriver.media.MediaException;
import io.upriver.schemas.Container;
import io.upriver.schemas.Outcome;
import io.upriver.schemas.Rejection;
import io.upriver.schemas.Segment;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Recordings of live segments, judged by the ffmpeg program: it must not warn of anything. */
class StreamRecorderTest {

    private static final Outcome OUTCOME =
            new Outcome(
                    Outcome.Method.PASSTHROUGH,
                    "a test",
                    null,
                    null,
                    null,
                    1,
                    10,
                    0,
                    0,
                    0,
                    List.of(),
                    0,
                    0,
                    0,
                    0,
                    "worker-1");

    @TempDir static Path directory;

    private static Path clip;
    private static List<byte[]> parts;

    @BeforeAll
    static void makeAClip() {
        clip = Clips.make(directory.resolve("a.ts"), PICTURE + TONE + H264 + "-c:a aac");
        parts = parts(clip);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.ts", "a.mp4", "a.mkv"})
    void recordsEveryFrameAndAllSound(String name) {
        Path file = directory.resolve("out-" + name);
        StreamRecorder recorder = record(file, parts);

        assertEquals(List.of(file), recorder.files());
        assertEquals(parts.size(), recorder.segments());
        assertEquals(50, recorder.frames());
        assertEquals(0, recorder.missingSegments() + recorder.clockJumps());
        assertEquals(2, recorder.seconds(), 0.1);
        assertPlaysWithoutAWarning(file);
        assertEquals(Clips.frameHashes(clip, 0), Clips.frameHashes(file, 0));
        assertEquals(soundOf(clip), soundOf(file));
        assertEquals(0, Clips.frameSeconds(file).get(0), 0.1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"b.ts", "b.mp4", "b.mkv"})
    void letsTimesGrowWhereAStreamBeginsAgain(String name) {
        Path file = directory.resolve("out-" + name);
        List<byte[]> twice = new ArrayList<>(parts);
        twice.addAll(parts);

        StreamRecorder recorder = record(file, twice);

        assertEquals(1, recorder.clockJumps());
        assertEquals(100, recorder.frames());
        assertPlaysWithoutAWarning(file);
        List<Double> times = Clips.frameSeconds(file);
        assertEquals(100, times.size());
        for (int i = 1; i < times.size(); i++) {
            assertEquals(0.04, times.get(i) - times.get(i - 1), 0.0021, "frame " + i);
        }
    }

    @Test
    void goesOnWhereTheClockOfATransportStreamWraps() {
        Path wrapping =
                Clips.make(
                        directory.resolve("wrap.ts"),
                        PICTURE + TONE + H264 + "-c:a aac -output_ts_offset 95441.3 -copyts");
        Path file = directory.resolve("wrapped.mkv");

        StreamRecorder recorder = record(file, parts(wrapping));

        assertEquals(0, recorder.clockJumps());
        assertPlaysWithoutAWarning(file);
        assertEquals(Clips.frameHashes(wrapping, 0), Clips.frameHashes(file, 0));
        assertEquals(2, Clips.frameSeconds(file).get(49), 0.1);
    }

    @Test
    void keepsThePlaceOfWhatIsMissingAndCountsIt() {
        Path file = directory.resolve("gap.mkv");
        try (StreamRecorder recorder = new StreamRecorder(file)) {
            for (int i : new int[] {0, 1, 3, 2, 4}) {
                recorder.append(segment(i, parts.get(i)), OUTCOME);
            }
            recorder.rejected(
                    new Rejection(Rejection.Code.DEADLINE, "too late", "cam", 2, "worker-1"));
            recorder.finish();

            assertEquals(4, recorder.segments());
            assertEquals(1, recorder.lateSegments());
            assertEquals(1, recorder.rejectedSegments());
            assertEquals(0, recorder.missingSegments());
            assertEquals(0, recorder.clockJumps());
        }
        assertPlaysWithoutAWarning(file);
        List<Double> times = Clips.frameSeconds(file);
        assertEquals(40, times.size());
        assertEquals(0.44, times.get(20) - times.get(19), 0.002);
    }

    @Test
    void goesOnWhereSequencesBeginAgain() {
        Path file = directory.resolve("again.mkv");
        try (StreamRecorder recorder = new StreamRecorder(file)) {
            recorder.append(segment(7, parts.get(0)), OUTCOME);
            recorder.append(segment(8, parts.get(1)), OUTCOME);
            Segment first =
                    new Segment(
                            "cam",
                            0,
                            Container.MPEG_TS,
                            parts.get(0),
                            400,
                            true,
                            false,
                            null,
                            null);
            recorder.append(first, OUTCOME);
            recorder.append(segment(1, parts.get(1)), OUTCOME);
            recorder.finish();

            assertEquals(4, recorder.segments());
            assertEquals(0, recorder.lateSegments());
            assertEquals(0, recorder.missingSegments());
        }
        assertPlaysWithoutAWarning(file);
        assertEquals(40, Clips.frameSeconds(file).size());
    }

    @Test
    void leavesOutASegmentThatCannotBeRead() {
        Path file = directory.resolve("damaged.mp4");
        List<byte[]> damaged = new ArrayList<>(parts);
        damaged.set(1, new byte[10_000]);

        StreamRecorder recorder = record(file, damaged);

        assertEquals(parts.size() - 1, recorder.segments());
        assertEquals(0, recorder.missingSegments());
        assertTrue(recorder.notes().get(0).startsWith("stream cam segment 1 left out: it is no"));
        assertPlaysWithoutAWarning(file);
    }

    @Test
    void goesOnInAnotherFileWhereTheSizeChanges() {
        Path file = directory.resolve("size.mp4");
        StreamRecorder recorder = record(file, withAnotherSize());

        Path second = directory.resolve("size-2.mp4");
        assertEquals(List.of(file, second), recorder.files());
        assertEquals(100, recorder.frames());
        assertEquals(160, Clips.stream(second, "v:0").path("width").asInt());
        assertEquals(0, Clips.frameSeconds(second).get(0), 0.1);
        assertPlaysWithoutAWarning(file);
        assertPlaysWithoutAWarning(second);
    }

    @Test
    void holdsAnotherSizeInOneTransportStream() {
        Path file = directory.resolve("size.ts");
        StreamRecorder recorder = record(file, withAnotherSize());

        assertEquals(List.of(file), recorder.files());
        assertEquals(100, Clips.frameSeconds(file).size());
    }

    @Test
    void isWholeAtAnyTimeInFragments() throws Exception {
        Path file = directory.resolve("killed.mp4");
        Path copy = directory.resolve("killed-copy.mp4");
        try (StreamRecorder recorder = new StreamRecorder(file)) {
            for (int i = 0; i < parts.size(); i++) {
                recorder.append(segment(i, parts.get(i)), OUTCOME);
            }
            Files.copy(file, copy);
        }
        assertTrue(Clips.frameSeconds(copy).size() >= 20);
    }

    @Test
    void writesNothingWhereNothingCame() {
        Path file = directory.resolve("none.mkv");
        record(file, List.of());
        assertFalse(Files.exists(file));
    }

    @Test
    void refusesAContainerThatCannotHoldThePicture() {
        MediaException refused =
                assertThrows(
                        MediaException.class, () -> record(directory.resolve("a.webm"), parts));
        assertEquals(
                "a.webm cannot hold h264, which the stream has; expected an output name ending in .mkv",
                refused.getMessage());
    }

    private static List<byte[]> withAnotherSize() {
        Path large =
                Clips.make(
                        directory.resolve("large.ts"),
                        "-f lavfi -i testsrc2=size=160x96:rate=25:duration=2,format=yuv420p "
                                + TONE
                                + H264
                                + "-c:a aac");
        List<byte[]> both = new ArrayList<>(parts);
        both.addAll(parts(large));
        return both;
    }

    private static StreamRecorder record(Path file, List<byte[]> segments) {
        try (StreamRecorder recorder = new StreamRecorder(file)) {
            for (int i = 0; i < segments.size(); i++) {
                recorder.append(segment(i, segments.get(i)), OUTCOME);
            }
            recorder.finish();
            return recorder;
        }
    }

    private static Segment segment(long sequence, byte[] data) {
        return Segment.of("cam", sequence, Container.MPEG_TS, data);
    }

    private static List<byte[]> parts(Path file) {
        try (LiveSegmenter segmenter =
                LiveSegmenter.open(
                        new ByteArrayInputStream(Clips.bytes(file)), LiveLimits.of(0.3, 1 << 20))) {
            List<byte[]> all = new ArrayList<>();
            for (LiveSegment s = segmenter.next(); s != null; s = segmenter.next()) {
                all.add(s.data());
            }
            return all;
        }
    }

    private static void assertPlaysWithoutAWarning(Path file) {
        assertEquals(List.of(), Clips.warnings(file, "-i FILE -map 0 -f null -"), "decoded");
        assertEquals(
                List.of(),
                Clips.warnings(file, "-i FILE -map 0 -c copy -f matroska /dev/null"),
                "copied");
    }

    /** Its packets as they are in MP4. */
    private static List<String> soundOf(Path file) {
        Path sound = directory.resolve(file.getFileName() + ".m4a");
        Clips.make(sound, file, "-i FILE -map 0:a -c copy");
        return Clips.packetHashes(sound).get(0);
    }
}
