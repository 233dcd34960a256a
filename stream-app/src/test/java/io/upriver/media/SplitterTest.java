package io.upriver.media;

import static io.upriver.media.Clips.H264;
import static io.upriver.media.Clips.H264_OPEN;
import static io.upriver.media.Clips.HEVC_OPEN;
import static io.upriver.media.Clips.PICTURE;
import static io.upriver.media.Clips.TONE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.media.Clips.Shown;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The pieces of a file, each decoded by itself, by us and by the ffmpeg program, give every frame
 * of the file once, with its samples and its time.
 */
class SplitterTest {

    private static final double SHORT = 0.3;

    private static final String EVERY_SEVENTH_GONE =
            "select=not(eq(mod(n\\,7)\\,3)) -fps_mode vfr ";

    private static final String VP8 =
            "-c:v libvpx -b:v 100k -cpu-used 4 -auto-alt-ref 1 -lag-in-frames 16 ";

    @TempDir Path directory;

    @Test
    void cutsH264WithBFramesInMp4() {
        Path file = clip("a.mp4", PICTURE + TONE + H264 + "-c:a aac");
        assertEveryFrameComesOnce(file, SHORT, 50, 5);
    }

    @Test
    void cutsH264WithOpenGroupsInMatroska() {
        Path file = clip("a.mkv", PICTURE + H264_OPEN);
        assertEveryFrameComesOnce(file, SHORT, 50, 5);
    }

    @Test
    void cutsHevcWithOpenGroupsInMatroska() {
        Path file = clip("a.mkv", PICTURE + HEVC_OPEN);
        assertEveryFrameComesOnce(file, SHORT, 50, 5);
    }

    @Test
    void cutsHevcWithOpenGroupsInMp4() {
        Path file = clip("a.mp4", PICTURE + TONE + HEVC_OPEN + "-c:a aac");
        assertEveryFrameComesOnce(file, SHORT, 50, 5);
    }

    @Test
    void cutsVp9InWebm() {
        Path file =
                clip("a.webm", PICTURE + "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 10");
        assertEveryFrameComesOnce(file, SHORT, 50, 5);
    }

    @Test
    void cutsMpeg2WithOpenGroupsInTransportStreams() {
        Path file = clip("a.ts", PICTURE + TONE + "-c:v mpeg2video -bf 2 -g 10 -c:a mp2");
        assertEveryFrameComesOnce(file, SHORT, 50, 4);
    }

    @Test
    void cutsH264WithOpenGroupsInTransportStreams() {
        Path file = clip("a.ts", PICTURE + TONE + H264_OPEN + "-c:a aac");
        assertEveryFrameComesOnce(file, SHORT, 50, 5);
    }

    @Test
    void cutsAv1InMatroska() {
        Path file = clip("a.mkv", PICTURE + "-c:v libsvtav1 -preset 12 -g 10 -svtav1-params lp=1");
        assertEveryFrameComesOnce(file, SHORT, 50, 5);
    }

    @Test
    void cutsAVariableFrameRate() {
        // Given
        Path even = clip("even.mkv", PICTURE + "-c:v ffv1 -g 1");

        // When
        Path file = Clips.make(at("a.mkv"), even, "-i FILE -vf " + EVERY_SEVENTH_GONE + H264);

        // Then
        assertTrue(Clips.decoded(file).frames().size() < 45, "expected gaps");
        assertEveryFrameComesOnce(file, SHORT, Clips.decoded(file).frames().size(), 4);
    }

    @Test
    void cutsFilesThatBeginAtAnotherTime() {
        for (String name : List.of("late.mkv", "late.mp4", "late.ts")) {
            Path file = clip(name, PICTURE + H264 + "-output_ts_offset 5");
            assertEquals(5, Clips.frameSeconds(file).get(0), 1.5);
            assertEveryFrameComesOnce(file, SHORT, 50, 5);
        }
    }

    @Test
    void leavesOutWhatAnEditListHides() {
        // Given
        Path whole = clip("whole.mp4", PICTURE + TONE + H264 + "-c:a aac");

        // When
        Path file = Clips.make(at("cut.mp4"), whole, "-ss 0.5 -i FILE -c copy");

        // Then
        int shown = Clips.decoded(file).frames().size();
        assertTrue(shown < Clips.packets(file, "v:0", "size").size(), "expected hidden frames");
        assertEveryFrameComesOnce(file, SHORT, shown, 4);
    }

    @Test
    void leavesOutWhatAnEditListHidesAtTheEnd() {
        // Given: an edit that ends after 600 ms of 2 s
        Path file = clip("whole.mp4", PICTURE + H264);
        byte[] bytes = Clips.bytes(file);
        int durationMillis = Clips.indexOf(bytes, "elst", 0) + 12;
        ByteBuffer.wrap(bytes).putInt(durationMillis, 600);

        // When
        Path cut = Clips.write(at("cut.mp4"), bytes);

        // Then
        assertEveryFrameComesOnce(cut, 10, 15, 1);
    }

    @Test
    void keepsALastFrameThatLastsForATickAndIsFollowedByHiddenOnes() {
        // Given: the decoding times say so, and the edit ends at 580 ms of 2 s, within frame 14
        Path whole =
                clip(
                        "whole.mp4",
                        PICTURE + "-c:v libx264 -preset veryfast -bf 2 -b_strategy 0 -g 50");
        Path file =
                Clips.make(
                        at("tick.mp4"),
                        whole,
                        "-i FILE -c copy -bsf:v setts=pts=PTS:dts=DTS+511*not(mod(N\\,3))");
        byte[] bytes = Clips.bytes(file);
        ByteBuffer.wrap(bytes).putInt(Clips.indexOf(bytes, "elst", 0) + 12, 580);

        // When
        Path cut = Clips.write(at("cut.mp4"), bytes);

        // Then
        assertTrue(Clips.packets(cut, "v:0", "duration").contains(1L), "expected a short frame");
        assertEveryFrameComesOnce(cut, 10, 15, 1);
    }

    /** As in films of telephones that were cut: FFmpeg does not see the last two offsets. */
    @Test
    void takesFilesThatSayThatPicturesAreDecodedAfterTheyAreShown() {
        // When
        Path file =
                clip(
                        "negative.mp4",
                        PICTURE
                                + "-frames:v 4 -c:v libx264 -bf 2 -b_strategy 0"
                                + " -movflags negative_cts_offsets");

        // Then
        assertTrue(Clips.packets(file, "v:0", "pts").get(2) < 1024, "expected B-frames");
        assertEquals(1024, Clips.packets(file, "v:0", "dts").get(2));
        assertEveryFrameComesOnce(file, 10, 4, 1);
    }

    @Test
    void takesEditListsThatHideALongRunUp() {
        // Given: one key frame, and what is shown begins 15 s after it
        Path whole =
                clip("whole.mp4", smallPicture(5, 20) + "-c:v libx264 -preset veryfast -g 1000");

        // When
        Path file = Clips.make(at("cut.mp4"), whole, "-ss 15 -i FILE -c copy");

        // Then
        assertTrue(Clips.packets(file, "v:0", "pts").get(0) < 0, "expected times before 0");
        assertEveryFrameComesOnce(file, SHORT, 25, 1);
    }

    @Test
    void followsATransportStreamPastTheEndOfItsClock() {
        // Given: 2^33 ticks of 1/90000 s are 95443.7 s, so the clock starts again after 68 s
        Path file = clip("wrap.ts", smallPicture(2, 76) + H264 + "-output_ts_offset 95374");

        // Then
        assertEveryFrameComesOnce(file, 8, 152, 8);
    }

    @Test
    void takesATransportStreamThatBeginsJustBeforeTheEndOfItsClock() {
        // Given: FFmpeg gives such a stream times below 0
        Path file = clip("wrap.ts", smallPicture(5, 8) + H264 + "-output_ts_offset 95390");

        // Then
        assertTrue(Clips.decoded(file).frames().get(0).ptsTicks() < 0, "expected times before 0");
        assertEveryFrameComesOnce(file, 1, 40, 4);
    }

    @Test
    void keepsTheTimesOfAnAviWithAFractionalFrameRate() {
        // Given: a tick is 1001/30000 s, and no whole number of seconds below 1001 is one of ticks
        Path file =
                clip(
                        "a.avi",
                        "-f lavfi -i testsrc2=size=64x48:rate=30000/1001:duration=2,format=yuv420p"
                                + " -c:v mpeg4 -g 10");
        assertEveryFrameComesOnce(file, SHORT, 60, 6);
    }

    @Test
    void doesNotCountPacketsThatAreNeverShown() {
        // Given
        Path log = at("log");
        String twice = PICTURE + VP8 + "-passlogfile FILE ";
        Clips.make(at("first.webm"), log, twice + "-pass 1");
        Path file = Clips.make(at("a.webm"), log, twice + "-pass 2");
        int shown = Clips.decoded(file).frames().size();

        // When
        long frames = framesOf(pieces(file, SHORT));

        // Then
        assertTrue(Clips.packets(file, "v:0", "size").size() > shown, "expected hidden frames");
        assertEquals(shown, frames);
    }

    @Test
    void cutsAFileWhoseContainerAndPicturesDisagreeAboutTheAspect() {
        // Given
        Path square = clip("square.mp4", PICTURE + H264);

        // When
        Path file = Clips.make(at("wide.mkv"), square, "-i FILE -c copy -aspect 21:9");

        // Then
        assertEveryFrameComesOnce(file, SHORT, 50, 5);
    }

    @Test
    void endsPiecesAtTheFirstKeyFrameAfterTheTarget() {
        // Given: a key frame every 0.4 s
        Path file = clip("a.mp4", PICTURE + H264);

        // When
        List<Splitter.Piece> pieces = pieces(file, 0.7);

        // Then
        assertEquals(List.of(20L, 20L, 10L), pieces.stream().map(Splitter.Piece::frames).toList());
        assertEquals(
                List.of(800L, 800L, 400L),
                pieces.stream().map(Splitter.Piece::durationMillis).toList());
    }

    @Test
    void refusesAFileWhoseKeyFramesAreTooFarApart() {
        // Given
        Path file = clip("a.mp4", PICTURE + "-c:v libx264 -preset veryfast -g 1000");
        try (Splitter splitter = new Splitter(file, SHORT, 5_000)) {
            // When
            MediaException refusal = assertThrows(MediaException.class, splitter::next);

            // Then
            assertEquals(MediaException.Kind.UNSUPPORTED, refusal.kind());
            assertTrue(
                    refusal.getMessage()
                            .startsWith("expected a key frame at least every 5000 bytes, found"),
                    refusal.getMessage());
        }
    }

    @Test
    void refusesPicturesThatNoSegmentKeeps() {
        // Given: FFmpeg can read RealVideo, and writes it into its own container only
        Path file = clip("a.rm", smallPicture(25, 1) + "-c:v rv20");

        // When
        MediaException refusal =
                assertThrows(
                        MediaException.class, () -> new Splitter(file, 1, Long.MAX_VALUE).close());

        // Then
        assertEquals(MediaException.Kind.UNSUPPORTED, refusal.kind());
        assertEquals(
                "expected pictures that MP4 or Matroska can bring to a worker unchanged, found rv20 (yuv420p)",
                refusal.getMessage());
    }

    @Test
    void tellsHowManyFramesATruncatedMp4Lacks() {
        // Given
        Path file = clip("a.mp4", PICTURE + H264 + "-movflags faststart");
        byte[] bytes = Clips.bytes(file);
        Path half = Clips.write(at("half.mp4"), Arrays.copyOf(bytes, bytes.length / 2));
        try (Splitter splitter = new Splitter(half, SHORT, Long.MAX_VALUE)) {
            // When
            long frames = framesOf(drain(splitter));

            // Then
            assertTrue(frames > 0 && frames < 50, "got " + frames);
            assertEquals(50 - frames, splitter.framesMissing());
        }
    }

    @Test
    void missesNothingInAFileWithAnEditListOrEmptyFrames() {
        // Given
        Path whole = clip("whole.mp4", PICTURE + H264);
        Path edited = Clips.make(at("cut.mp4"), whole, "-ss 0.5 -i FILE -c copy");
        Path gaps =
                Clips.make(
                        at("gaps.avi"), whole, "-i FILE -vf " + EVERY_SEVENTH_GONE + "-c:v mpeg4");
        for (Path file : List.of(whole, edited, gaps)) {
            try (Splitter splitter = new Splitter(file, SHORT, Long.MAX_VALUE)) {
                // When
                long frames = framesOf(drain(splitter));

                // Then
                assertEquals(Clips.decoded(file).frames().size(), frames, file.toString());
                assertEquals(0, splitter.framesMissing(), file.toString());
            }
        }
    }

    @Test
    void cutsBareStreamsThatHaveNoTimes() {
        // Given
        List<Path> files =
                List.of(
                        clip("a.h264", PICTURE + H264),
                        clip("a.m4v", PICTURE + "-c:v mpeg4 -bf 2 -f m4v"));
        for (Path file : files) {
            try (Splitter splitter = new Splitter(file, SHORT, Long.MAX_VALUE)) {
                // When
                List<Splitter.Piece> pieces = drain(splitter);

                // Then
                assertTrue(pieces.size() > 1, file + ": " + pieces.size() + " pieces");
                assertEquals(50, framesOf(pieces), file.toString());
            }
        }
    }

    /**
     * @param frames how many frames the file shows
     * @param pieces how many pieces it is cut into at least
     */
    private void assertEveryFrameComesOnce(Path file, double seconds, int frames, int pieces) {
        // Given
        Clips.Decoded decoded = Clips.decoded(file);
        TimeBase clock = decoded.clock();
        List<Shown> whole = decoded.frames();
        assertEquals(frames, whole.size());

        // When
        List<Splitter.Piece> cut = pieces(file, seconds);

        // Then
        assertTrue(cut.size() >= pieces, "expected at least " + pieces + ", got " + cut.size());
        assertEquals(frames, framesOf(cut));
        List<Shown> ours = new ArrayList<>();
        List<Shown> programs = new ArrayList<>();
        for (Splitter.Piece piece : cut) {
            List<Shown> own = decodedByUs(piece, clock);
            assertEquals(piece.frames(), own.size(), "frames of piece " + cut.indexOf(piece));
            ours.addAll(own);
            programs.addAll(decodedByFfmpeg(piece, clock));
        }
        assertEquals(whole, ours);
        assertEquals(whole, programs);
    }

    private static List<Shown> decodedByUs(Splitter.Piece piece, TimeBase clock) {
        List<Shown> shown = new ArrayList<>();
        try (Demuxer demuxer = Demuxer.open(piece.data());
                VideoDecoder decoder = new VideoDecoder(demuxer.mainVideo(), 1)) {
            Clips.pictures(demuxer, decoder, picture -> shown.add(Clips.shown(picture)));
            assertEquals(0, decoder.refusedPackets());
            return onFilesClock(shown, demuxer.mainVideo().timeBase(), clock, piece);
        }
    }

    private List<Shown> decodedByFfmpeg(Splitter.Piece piece, TimeBase clock) {
        Clips.Decoded decoded = Clips.decoded(Clips.write(at("piece"), piece.data()));
        return onFilesClock(decoded.frames(), decoded.clock(), clock, piece);
    }

    /** Those in the piece's range, at the times that they have in the file. */
    private static List<Shown> onFilesClock(
            List<Shown> shown, TimeBase from, TimeBase clock, Splitter.Piece piece) {
        LongPredicate inRange =
                pts -> {
                    long nanos = from.toNanos(pts);
                    return nanos >= piece.startNanos() && nanos < piece.endNanos();
                };
        List<Shown> own = new ArrayList<>();
        for (Shown frame : shown) {
            if (inRange.test(frame.ptsTicks())) {
                long ticks = clock.ticksOf(frame.ptsTicks(), from) - Splitter.originTicks(clock);
                own.add(new Shown(ticks, frame.md5()));
            }
        }
        return own;
    }

    private static List<Splitter.Piece> pieces(Path file, double seconds) {
        try (Splitter splitter = new Splitter(file, seconds, Long.MAX_VALUE)) {
            return drain(splitter);
        }
    }

    private static List<Splitter.Piece> drain(Splitter splitter) {
        List<Splitter.Piece> pieces = new ArrayList<>();
        for (Splitter.Piece p = splitter.next(); p != null; p = splitter.next()) {
            pieces.add(p);
        }
        return pieces;
    }

    private static long framesOf(List<Splitter.Piece> pieces) {
        return pieces.stream().mapToLong(Splitter.Piece::frames).sum();
    }

    private static String smallPicture(int rate, int seconds) {
        return "-f lavfi -i testsrc2=size=64x48:rate=%d:duration=%d,format=yuv420p "
                .formatted(rate, seconds);
    }

    private Path clip(String name, String arguments) {
        return Clips.make(at(name), arguments);
    }

    private Path at(String name) {
        return directory.resolve(name);
    }

    @Test
    void countsFramesOfRecordingsThatOverlap() {
        // Given a second recording of another size that begins a little before the first one ends
        Path clip = Clips.make(directory.resolve("o1.ts"), PICTURE + H264);
        Path small =
                Clips.make(
                        directory.resolve("o2.ts"),
                        clip,
                        "-i FILE -vf scale=64:36 " + H264 + "-output_ts_offset 1.96");
        byte[] first = Clips.bytes(clip);
        byte[] second = Clips.bytes(small);
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);

        // When
        try (Splitter splitter =
                new Splitter(Clips.write(directory.resolve("o.ts"), both), 10, 1 << 20)) {
            Splitter.Piece before = splitter.next();
            Splitter.Piece after = splitter.next();

            // Then
            assertFalse(before.discontinuity());
            assertTrue(after.discontinuity());
            assertNull(splitter.next());
            assertEquals(50, after.frames());
            assertEquals(50, before.frames() + splitter.framesMissing());
            assertTrue(splitter.framesMissing() > 0, "they overlap");
        }
    }

    @Test
    void leavesOutASegmentWhoseTimesLieBehindItsEnd() {
        // Given a film whose middle is an hour late: a flipped bit in its times
        Path clip = Clips.make(directory.resolve("l1.mkv"), PICTURE + H264);
        Path late =
                Clips.make(
                        directory.resolve("l2.mkv"),
                        clip,
                        "-i FILE -c copy -bsf:v setts=pts='if(between(N,20,29),PTS+3600000,PTS)':dts=DTS");

        // When
        try (Splitter splitter = new Splitter(late, SHORT, 1 << 20)) {
            List<Splitter.Piece> pieces = drain(splitter);

            // Then the other frames come, and those are counted
            assertEquals(50, framesOf(pieces) + splitter.framesMissing());
            assertTrue(framesOf(pieces) >= 39, "got " + framesOf(pieces));
            for (Splitter.Piece piece : pieces) {
                assertTrue(piece.startNanos() < piece.endNanos());
            }
        }
    }
}
