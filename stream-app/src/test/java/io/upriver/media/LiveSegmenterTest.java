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
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The segments of a live stream, read as it comes, each decoded by itself by the ffmpeg program,
 * give every frame of the stream once, with its samples and its time; and every packet of sound.
 */
class LiveSegmenterTest {

    private static final double SHORT = 0.3;
    private static final long WRAP_TICKS = 1L << 33;
    private static final String AAC = "-c:a aac ";

    @TempDir Path directory;

    /** All that came of an input. */
    private record Cut(List<LiveSegment> segments, List<String> notes, String damage, long lost) {

        long frames() {
            return segments.stream().mapToLong(LiveSegment::frames).sum();
        }

        byte[] joined() {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            segments.forEach(segment -> all.writeBytes(segment.data()));
            return all.toByteArray();
        }

        List<Integer> discontinuities() {
            List<Integer> places = new ArrayList<>();
            for (int i = 0; i < segments.size(); i++) {
                if (segments.get(i).discontinuity()) {
                    places.add(i);
                }
            }
            return places;
        }
    }

    @Test
    void cutsH264WithBFramesInTransportStreams() {
        Path clip = clip("a.ts", PICTURE + TONE + H264 + AAC);
        Cut cut = assertNothingIsLost(clip, SegmentFormat.MPEG_TS, 0, 5);
        assertNoneIsOfTwo(cut);
    }

    @Test
    void cutsWhatComesByRtmp() {
        Path clip = clip("a.flv", PICTURE + TONE + H264 + AAC);
        Cut cut = assertNothingIsLost(clip, SegmentFormat.MPEG_TS, 10, 5);
        assertNoneIsOfTwo(cut);
    }

    @Test
    void cutsFragmentedMp4WithOpenGroupsOfHevc() {
        Path clip =
                clip(
                        "a.mp4",
                        PICTURE + TONE + HEVC_OPEN + AAC + "-movflags empty_moov+frag_keyframe");
        assertNothingIsLost(clip, SegmentFormat.MPEG_TS, 10, 5);
    }

    @Test
    void cutsHevcWithOpenGroups() {
        assertNothingIsLost(
                clip("a.ts", PICTURE + TONE + HEVC_OPEN + AAC), SegmentFormat.MPEG_TS, 0, 5);
    }

    @Test
    void cutsH264WithOpenGroups() {
        assertNothingIsLost(
                clip("a.ts", PICTURE + TONE + H264_OPEN + AAC), SegmentFormat.MPEG_TS, 0, 5);
    }

    @Test
    void cutsH264WithOpenGroupsWhoseParameterSetsAreInTheHeaderOnly() {
        assertNothingIsLost(
                clip("a.flv", PICTURE + TONE + H264_OPEN + AAC), SegmentFormat.MPEG_TS, 10, 5);
    }

    @Test
    void cutsMpeg2WithOpenGroups() {
        assertNothingIsLost(
                clip("a.ts", PICTURE + TONE + "-c:v mpeg2video -bf 2 -g 10 -c:a mp2"),
                SegmentFormat.MPEG_TS,
                0,
                4);
    }

    @Test
    void putsVp9AndOpusIntoMp4() {
        assertNothingIsLost(
                clip(
                        "a.webm",
                        PICTURE
                                + TONE
                                + "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 10 -c:a"
                                + " libopus"),
                SegmentFormat.MP4,
                10,
                5);
    }

    @Test
    void goesOnWhereTheClockOfATransportStreamWraps() {
        // The clock of 33 bits starts again after 95443.7 s, here a second after the beginning.
        Path clip =
                clip(
                        "a.ts",
                        PICTURE + TONE + HEVC_OPEN + AAC + "-output_ts_offset 95441.3 -copyts");

        Cut cut = assertNothingIsLost(clip, SegmentFormat.MPEG_TS, 0, 5);

        assertEquals(List.of(), cut.discontinuities());
    }

    @Test
    void beginsASegmentWhereTheSizeChanges() throws IOException {
        Path small = clip("small.ts", PICTURE + TONE + H264 + AAC);
        Path large =
                clip(
                        "large.ts",
                        "-f lavfi -i testsrc2=size=160x96:rate=25:duration=2,format=yuv420p "
                                + TONE
                                + H264
                                + AAC
                                + "-output_ts_offset 2.2");

        Cut cut = cut(joined(small, large), 10);

        assertEquals(2, cut.segments().size());
        assertEquals(List.of(1), cut.discontinuities());
        assertEquals(100, cut.frames());
        assertEquals(160, width(cut.segments().get(1)));
    }

    @Test
    void marksWhereTheClockJumpsAndLetsTimesGoOn() throws IOException {
        Path clip = clip("a.ts", PICTURE + TONE + H264 + AAC);

        Cut cut = cut(joined(clip, clip), SHORT);

        assertEquals(1, cut.discontinuities().size());
        assertEquals(100, cut.frames());
        Path file = Clips.write(at("joined.ts"), cut.joined());
        List<Long> pts = Clips.packets(file, "v:0", "pts").stream().sorted().toList();
        for (int i = 1; i < pts.size(); i++) {
            assertEquals(
                    3600.0,
                    (double) (pts.get(i) - pts.get(i - 1)),
                    1.0,
                    "between pictures at " + i);
        }
    }

    @Test
    void comesIntoTheMiddleOfAGroupAndBeginsWithTheNext() {
        byte[] bytes = Clips.bytes(clip("a.ts", PICTURE + TONE + H264 + AAC));
        // At a packet boundary somewhere in the second group of ten
        byte[] late = Arrays.copyOfRange(bytes, bytes.length / 4 / 188 * 188, bytes.length);

        Cut cut = cut(new ByteArrayInputStream(late), SHORT);

        assertTrue(cut.frames() % 10 == 0 && cut.frames() >= 20, "frames: " + cut.frames());
        assertFalse(cut.segments().get(0).discontinuity());
        for (LiveSegment segment : cut.segments()) {
            Path file = Clips.write(at("segment"), segment.data());
            assertEquals(segment.frames(), Clips.decoded(file).frames().size());
        }
    }

    @Test
    void givesWhatThereIsOfAStreamThatBreaksOff() {
        byte[] bytes = Clips.bytes(clip("a.ts", PICTURE + TONE + H264 + AAC));
        byte[] half = Arrays.copyOf(bytes, bytes.length / 2);

        Cut cut = cut(new ByteArrayInputStream(half), SHORT);

        assertTrue(cut.frames() > 15, "frames: " + cut.frames());
        assertTrue(cut.segments().get(cut.segments().size() - 1).last());
        assertEquals(1, cut.segments().stream().filter(LiveSegment::last).count());
    }

    @Test
    void saysWhyAStreamCouldNotBeRead() {
        byte[] bytes = Clips.bytes(clip("a.ts", PICTURE + TONE + H264 + AAC));
        InputStream most = new ByteArrayInputStream(bytes, 0, bytes.length - 1000);
        InputStream breaking =
                new SequenceInputStream(
                        most,
                        new InputStream() {
                            @Override
                            public int read() throws IOException {
                                throw new IOException("the sender has gone");
                            }

                            @Override
                            public int read(byte[] into, int at, int count) throws IOException {
                                return read();
                            }
                        });

        Cut cut = cut(breaking, SHORT);

        assertTrue(cut.frames() > 30, "frames: " + cut.frames());
        assertEquals("reading ended early: the sender has gone", cut.damage());
    }

    @Test
    void refusesWhatIsNoMedia() {
        MediaException refused =
                assertThrows(
                        MediaException.class,
                        () -> cut(new ByteArrayInputStream(new byte[100_000]), SHORT));
        assertTrue(
                refused.getMessage().startsWith("the stream cannot be opened: Invalid data"),
                refused.getMessage());
    }

    @Test
    void refusesAStreamWithoutKeyFramesBeforeItIsTooLarge() {
        Path clip = clip("a.ts", PICTURE + "-c:v libx264 -preset veryfast -g 1000");
        LiveLimits limits = LiveLimits.of(SHORT, 20_000);

        MediaException refused =
                assertThrows(
                        MediaException.class,
                        () -> cut(new ByteArrayInputStream(Clips.bytes(clip)), limits));

        assertTrue(
                refused.getMessage().startsWith("expected a key frame at least every 20000 bytes"),
                refused.getMessage());
    }

    @Test
    void leavesOutWhatSegmentsCannotHoldAndSaysSo() {
        Path words =
                Clips.write(
                        at("words.srt"),
                        "1\n00:00:00,000 --> 00:00:01,000\nHello\n"
                                .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        Path clip = clip("a.mkv", PICTURE + "-i " + words + " " + H264);

        Cut cut = cut(new ByteArrayInputStream(Clips.bytes(clip)), SHORT);

        assertEquals(
                List.of("track 1 (subtitle, ass) left out: segments of MPEG_TS cannot hold it"),
                cut.notes());
        assertEquals(50, cut.frames());
    }

    private Cut assertNothingIsLost(Path clip, SegmentFormat format, int later, int segments) {
        // Given
        Clips.Decoded whole = Clips.decoded(clip);
        List<String> sound = soundOf(clip, format);

        // When
        Cut cut = cut(new ByteArrayInputStream(Clips.bytes(clip)), SHORT);

        // Then
        assertTrue(cut.segments().size() >= segments, "segments: " + cut.segments().size());
        assertEquals(50, cut.frames());
        assertEquals(0, cut.lost());
        assertNull(cut.damage());
        double millis = cut.segments().stream().mapToLong(LiveSegment::durationMillis).sum();
        assertEquals(2000.0, millis, 45.0);
        List<Shown> shown = new ArrayList<>();
        List<String> heard = new ArrayList<>();
        for (LiveSegment segment : cut.segments()) {
            assertEquals(format, segment.format());
            Path file = Clips.write(at("segment"), segment.data());
            List<Shown> own = own(segment, Clips.decoded(file), whole.clock(), later);
            assertEquals(segment.frames(), own.size());
            shown.addAll(own);
            heard.addAll(soundOf(file));
        }
        assertEquals(whole.frames().stream().map(Shown::md5).toList(), md5(shown));
        assertSameTimes(whole, shown);
        assertEquals(sound, heard);
        return cut;
    }

    /** Those that the segment says are its own, at the times that they have in the input. */
    private static List<Shown> own(
            LiveSegment segment, Clips.Decoded decoded, TimeBase clock, int later) {
        List<Shown> own = new ArrayList<>();
        for (Shown frame : decoded.frames()) {
            long nanos = decoded.clock().toNanos(frame.ptsTicks());
            LiveSegment.Shown range = segment.shown();
            if (range == null || (nanos >= range.startNanos() && nanos < range.endNanos())) {
                long ticks = decoded.clock().ticksOfSeconds(-later) + frame.ptsTicks();
                own.add(new Shown(clock.ticksOf(ticks, decoded.clock()), frame.md5()));
            }
        }
        return own;
    }

    private static List<String> md5(List<Shown> shown) {
        return shown.stream().map(Shown::md5).toList();
    }

    /**
     * To a tick, since clocks of 1/90000 and 1/1000 s round, and but for whole turns of the clock.
     */
    private static void assertSameTimes(Clips.Decoded whole, List<Shown> shown) {
        for (int i = 0; i < shown.size(); i++) {
            long expected = whole.frames().get(i).ptsTicks();
            long apart = Math.floorMod(shown.get(i).ptsTicks() - expected + 1, WRAP_TICKS) - 1;
            assertTrue(Math.abs(apart) <= 1, "frame %d is %d ticks away".formatted(i, apart));
        }
    }

    private static void assertNoneIsOfTwo(Cut cut) {
        for (LiveSegment segment : cut.segments()) {
            assertNull(segment.shown());
            assertTrue(
                    segment.last() || segment.durationMillis() == 400,
                    "duration: " + segment.durationMillis());
        }
        assertEquals(List.of(), cut.discontinuities());
    }

    /** Its packets in the form that they have in this container: AAC has headers in MPEG-TS. */
    private List<String> soundOf(Path clip, SegmentFormat format) {
        String container = format == SegmentFormat.MPEG_TS ? "sound.ts" : "sound.mp4";
        return soundOf(Clips.make(at(container), clip, "-i FILE -map 0 -c copy"));
    }

    private static List<String> soundOf(Path file) {
        return Clips.packetHashes(file).getOrDefault(1, List.of());
    }

    private int width(LiveSegment segment) {
        return Clips.stream(Clips.write(at("one.ts"), segment.data()), "v:0").path("width").asInt();
    }

    private static Cut cut(InputStream stream, double seconds) {
        return cut(stream, LiveLimits.of(seconds, 1 << 26));
    }

    private static Cut cut(InputStream stream, LiveLimits limits) {
        try (LiveSegmenter segmenter = LiveSegmenter.open(stream, limits)) {
            List<LiveSegment> all = new ArrayList<>();
            for (LiveSegment s = segmenter.next(); s != null; s = segmenter.next()) {
                all.add(s);
            }
            return new Cut(all, segmenter.notes(), segmenter.damage(), segmenter.framesLost());
        }
    }

    private static InputStream joined(Path... files) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Path file : files) {
            all.writeBytes(Clips.bytes(file));
        }
        return new ByteArrayInputStream(all.toByteArray());
    }

    private Path clip(String name, String arguments) {
        return Clips.make(at(name), arguments);
    }

    private Path at(String name) {
        return directory.resolve(name);
    }
}
