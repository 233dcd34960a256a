package io.upriver.media;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The oracle is the ffmpeg program with its own bwdif filter, sample by sample. */
class DeinterlacerTest {

    private static final String BWDIF = "bwdif=mode=send_frame:deint=interlaced";

    /** 30 pictures whose odd and even rows are a fiftieth of a second apart, top field first. */
    private static final String TOP_FIRST = interlaced("yuv420p", "128x72", "top");

    private static final String BOTTOM_FIRST = interlaced("yuv420p", "128x72", "bottom");

    private static final String MPEG2 = "-c:v mpeg2video -flags +ildct+ilme -b:v 4M -g 10 -bf 2 ";

    private static final String H264 = Clips.H264 + "-flags +ildct+ilme ";

    private static final String FFV1 = "-c:v ffv1 -level 3 ";

    @TempDir Path directory;

    /** What came out, and what went in. */
    private record Run(
            List<Clips.Shown> out,
            List<Long> durations,
            List<Long> durationsIn,
            int deinterlaced,
            String note) {}

    @Test
    void doesWhatFfmpegDoesForBothFieldOrdersOfEveryCodec() {
        List<String> clips =
                List.of(
                        "tff.mp4 " + TOP_FIRST + H264,
                        "bff.mp4 " + BOTTOM_FIRST + H264,
                        "tff.ts " + TOP_FIRST + MPEG2,
                        "bff.mkv " + BOTTOM_FIRST + MPEG2,
                        "tff.mov " + TOP_FIRST + "-c:v prores_ks -flags +ildct -pix_fmt yuv422p10",
                        "bff.mxf "
                                + interlaced("yuv422p", "720x576", "bottom")
                                + "-c:v dvvideo -flags +ildct -frames:v 8");
        for (String made : clips) {
            // Given
            Path clip = clip(made);

            // When
            Run run = deinterlaced(clip);

            // Then
            assertEquals(Clips.decoded(clip, BWDIF).frames(), run.out(), made);
            assertNotEquals(Clips.decoded(clip).frames(), run.out(), made);
            assertEquals(run.out().size(), run.deinterlaced(), made);
            assertNull(run.note());
        }
    }

    @Test
    void doesWhatFfmpegDoesInEveryLayout() {
        for (String layout :
                List.of(
                        "yuv422p",
                        "yuv444p",
                        "yuv440p",
                        "yuv411p",
                        "yuva420p",
                        "gray",
                        "gbrp",
                        "yuv420p10",
                        "yuv422p12",
                        "yuv444p14",
                        "yuv420p16",
                        "gray16",
                        "gbrp12")) {
            for (String size : List.of("64x48", "51x37")) {
                // Given
                Path clip = clip("a.nut " + interlaced(layout, size, "top") + "-c:v rawvideo");
                String flagged = "setfield=tff,";
                List<Clips.Shown> expected = Clips.decoded(clip, flagged + BWDIF).frames();

                // When
                Run run = deinterlaced(clip, DeinterlacerTest::topFirst);

                // Then
                assertEquals(expected, run.out(), layout + " " + size);
                assertEquals(expected.size(), run.deinterlaced(), layout + " " + size);
            }
        }
    }

    /** For a container that does not tell. */
    private static Picture topFirst(Picture picture) {
        AVFrame frame = picture.raw();
        frame.flags(
                frame.flags()
                        | AVFrame.AV_FRAME_FLAG_INTERLACED
                        | AVFrame.AV_FRAME_FLAG_TOP_FIELD_FIRST);
        return picture;
    }

    @Test
    void leavesProgressivePicturesAmongInterlacedOnesUntouched() {
        // Given
        Path clip = mixed();
        List<Boolean> flags = new ArrayList<>();
        for (JsonNode frame : Clips.probe(clip, "-show_frames").path("frames")) {
            flags.add(frame.path("interlaced_frame").asInt() == 1);
        }
        assertEquals(40, flags.size());
        assertEquals(20, flags.stream().filter(flag -> flag).count());

        // When
        Run run = deinterlaced(clip);

        // Then
        List<Clips.Shown> given = Clips.decoded(clip).frames();
        assertEquals(Clips.decoded(clip, BWDIF).frames(), run.out());
        for (int i = 0; i < 40; i++) {
            assertEquals(!flags.get(i), given.get(i).equals(run.out().get(i)), "frame " + i);
        }
        assertEquals(20, run.deinterlaced());
    }

    /** Ten pictures each: progressive, top field first, progressive, bottom field first. */
    private Path mixed() {
        return clip(
                "mixed.mkv "
                        + PARTS
                        + "-filter_complex [0:v]split[p][q];[p]trim=end_frame=10,setfield=prog[a];"
                        + "[q]trim=start_frame=10:end_frame=20,setpts=PTS-STARTPTS,setfield=prog[c];"
                        + "[1:v]split[r][s];[r]trim=end_frame=10[b];"
                        + "[s]trim=start_frame=10:end_frame=20,setpts=PTS-STARTPTS,setfield=bff[d];"
                        + "[a][b][c][d]concat=n=4 "
                        + FFV1);
    }

    private static final String PARTS =
            "-f lavfi -i testsrc2=size=128x72:rate=25:duration=1,format=yuv420p " + TOP_FIRST;

    @Test
    void neitherDelaysNorCopiesProgressivePictures() {
        // Given
        Path clip = clip("p.mkv " + Clips.PICTURE + FFV1);
        List<Picture> out = new ArrayList<>();
        try (Deinterlacer deinterlacer = new Deinterlacer(1)) {
            Clips.pictures(
                    Clips.bytes(clip),
                    picture -> {
                        // When
                        deinterlacer.deinterlace(picture, out::add);

                        // Then
                        assertSame(picture, out.get(out.size() - 1));
                    });
            deinterlacer.deinterlace(null, out::add);
        }
        assertEquals(50, out.size());
    }

    @Test
    void doesNotCopyProgressivePicturesThatPassTheFilter() {
        // Given
        List<Long> in = new ArrayList<>();
        List<Long> out = new ArrayList<>();

        // When
        run(
                mixed(),
                picture -> {
                    in.add(picture.raw().data(0).address());
                    return picture;
                },
                picture -> out.add(picture.raw().data(0).address()));

        // Then: 10 to 19 and 30 to 39 are new
        assertEquals(in.subList(0, 10), out.subList(0, 10));
        assertEquals(in.subList(20, 30), out.subList(20, 30));
        assertNotEquals(in.subList(30, 40), out.subList(30, 40));
    }

    @Test
    void keepsTimesAndDurationsOfEveryPictureHoweverFewThereAre() {
        for (int frames : new int[] {1, 2, 3, 30}) {
            // Given
            Path clip =
                    clip(
                            "vfr.mkv "
                                    + TOP_FIRST.strip()
                                    + ",setpts=(N*N+40*N)/1000/TB -fps_mode vfr -frames:v "
                                    + frames
                                    + " "
                                    + FFV1);

            // When
            Run run = deinterlaced(clip);

            // Then
            assertEquals(times(Clips.decoded(clip).frames()), times(run.out()));
            assertEquals(run.durationsIn(), run.durations());
            assertEquals(frames, run.deinterlaced());
        }
    }

    private static List<Long> times(List<Clips.Shown> frames) {
        return frames.stream().map(Clips.Shown::ptsTicks).toList();
    }

    @Test
    void keepsColourAspectAndSideData() {
        // Given: with a message beside some pictures, as captions are
        Path clip =
                clip(
                        "tagged.mkv "
                                + TOP_FIRST.strip()
                                + ",setsar=16/15,setparams=range=pc:color_primaries=bt2020"
                                + ":color_trc=smpte2084:colorspace=bt2020nc:chroma_location=topleft "
                                + H264
                                + "-bsf:v h264_metadata=sei_user_data="
                                + "086f3693b7b34f2c965321492feee5b8+hello");
        List<String> in = new ArrayList<>();
        List<String> out = new ArrayList<>();

        // When
        run(
                clip,
                picture -> {
                    in.add(description(picture));
                    return picture;
                },
                picture -> out.add(description(picture)));

        // Then
        assertEquals(30, in.size());
        assertTrue(in.get(10).contains("hello"), in.get(10));
        assertTrue(in.get(10).startsWith("Colour[range=2, primaries=9"), in.get(10));
        assertEquals(in, out);
    }

    private static String description(Picture picture) {
        AVFrame frame = picture.raw();
        StringBuilder text = new StringBuilder(picture.colour().toString());
        text.append(" %d:%d".formatted(aspect(frame)[0], aspect(frame)[1]));
        for (int i = 0; i < frame.nb_side_data(); i++) {
            byte[] bytes = new byte[(int) frame.side_data(i).size()];
            frame.side_data(i).data().capacity(bytes.length).get(bytes);
            text.append(" ").append(frame.side_data(i).type()).append(" ");
            for (byte b : bytes) {
                text.append((char) (b & 0x7f));
            }
        }
        return text.toString().strip();
    }

    private static int[] aspect(AVFrame frame) {
        return new int[] {frame.sample_aspect_ratio().num(), frame.sample_aspect_ratio().den()};
    }

    @Test
    void beginsAnewWhereThePictureChanges() {
        // Given
        Path first = clip("first.mkv " + TOP_FIRST + FFV1);
        Path second = clip("second.mkv " + interlaced("yuv422p", "64x48", "top") + FFV1);
        List<Clips.Shown> out = new ArrayList<>();
        try (Deinterlacer deinterlacer = new Deinterlacer(1)) {
            // When
            for (Path clip : List.of(first, second, first)) {
                feed(
                        deinterlacer,
                        clip,
                        picture -> picture,
                        picture -> out.add(Clips.shown(picture)));
            }
            deinterlacer.deinterlace(null, picture -> take(picture, p -> out.add(Clips.shown(p))));
        }

        // Then
        List<Clips.Shown> expected = new ArrayList<>();
        for (Path clip : List.of(first, second, first)) {
            expected.addAll(Clips.decoded(clip, BWDIF).frames());
        }
        assertEquals(expected, out);
    }

    @Test
    void passesWhatBwdifDoesNotTakeAndSaysSo() {
        List<String> clips =
                List.of(
                        "packed.mov " + interlaced("uyvy422", "64x48", "top") + "-c:v rawvideo",
                        "tiny.mkv " + interlaced("yuv420p", "8x4", "top") + FFV1);
        for (String made : clips) {
            // Given
            Path clip = clip(made);

            // When
            Run run = deinterlaced(clip);

            // Then
            assertEquals(Clips.decoded(clip).frames(), run.out(), made);
            assertEquals(0, run.deinterlaced(), made);
            assertTrue(
                    run.note()
                            .startsWith(
                                    "interlaced frames were not deinterlaced: bwdif does not take "),
                    run.note());
        }
    }

    @Test
    void believesTheContainerWhereFramesSayNothing() {
        for (String order : List.of("top", "bottom")) {
            for (String made : List.of("a.mkv -c:v huffyuv", "a.mov -c:v utvideo")) {
                // Given
                String[] words = made.split(" ", 2);
                Path clip = clip(words[0] + " " + interlaced("yuv422p", "64x48", order) + words[1]);
                assertEquals(Set.of("0"), interlacedFlags(clip), made);

                // When
                Run run = deinterlaced(clip);

                // Then
                String flagged = "setfield=" + order.charAt(0) + "ff,";
                assertEquals(Clips.decoded(clip, flagged + BWDIF).frames(), run.out(), made);
                assertEquals(30, run.deinterlaced(), made);
            }
        }
    }

    @Test
    void believesTheFramesWhereTheySaySomethingElseThanTheContainer() {
        // Given
        Path plain = clip("plain.mp4 " + Clips.PICTURE + Clips.H264);
        Path clip = Clips.make(at("said.mkv"), plain, "-i FILE -c copy -field_order tt");
        assertEquals("tt", Clips.stream(clip, "v:0").path("field_order").asText());

        // When
        Run run = deinterlaced(clip);

        // Then
        assertEquals(Clips.decoded(clip).frames(), run.out());
        assertEquals(0, run.deinterlaced());
    }

    @Test
    void leavesFieldsThatAreCodedByThemselvesAndCountsThem() {
        // Given: HEVC, where FFmpeg flags each field as an interlaced frame
        Path clip =
                clip(
                        "fields.mkv -f lavfi -i testsrc2=size=128x72:rate=50:duration=0.4,format=yuv420p"
                                + " -c:v libx265 -preset ultrafast"
                                + " -x265-params log-level=none:pools=none:interlace=tff");
        assertEquals(Set.of("1"), interlacedFlags(clip));
        try (Demuxer demuxer = Demuxer.open(clip);
                VideoDecoder decoder = new VideoDecoder(demuxer.mainVideo(), 1)) {
            // When
            Clips.pictures(demuxer, decoder, picture -> assertFalse(picture.isInterlaced()));

            // Then
            assertEquals(20, decoder.loneFields());
        }
        assertEquals(Clips.decoded(clip).frames(), deinterlaced(clip).out());
    }

    @Test
    void takesNoInterlacedPngForFields() {
        // Given: the flag stands for Adam7
        Path clip =
                clip("adam7.mov " + interlaced("gray", "64x48", "top") + "-c:v png -flags +ildct");
        assertEquals(Set.of("1"), interlacedFlags(clip));

        // Then
        assertEquals(Clips.decoded(clip).frames(), deinterlaced(clip).out());
    }

    private static Set<String> interlacedFlags(Path clip) {
        Set<String> flags = new TreeSet<>();
        for (JsonNode frame : Clips.probe(clip, "-show_frames").path("frames")) {
            flags.add(frame.path("interlaced_frame").asText());
        }
        return flags;
    }

    /**
     * The first frame of a segment lacks the one before. With closed groups of pictures the last
     * lacks the one after; with open ones the segment carries it. No other frame is any different
     * from the same frame of the whole file.
     */
    @Test
    void makesTheSameOfSegmentsAsOfTheWholeFileExceptAtTheirEdges() {
        String groups = MPEG2 + "-sc_threshold 1000000000 ";
        Path closed = clip("closed.ts " + TOP_FIRST + groups + "-flags +ildct+ilme+cgop");
        Edges ofClosed = edges(closed);
        assertEquals(List.of(10, 20), ofClosed.firstFrames());
        assertEquals(List.of(9, 10, 19, 20), ofClosed.different());
        Edges ofOpen = edges(clip("open.ts " + TOP_FIRST + groups));
        assertTrue(ofOpen.firstFrames().size() > 1, "expected several segments");
        assertEquals(ofOpen.firstFrames(), ofOpen.different());
    }

    /** Where segments begin, the first excepted, and which frames differ from the whole file's. */
    private record Edges(List<Integer> firstFrames, List<Integer> different) {}

    private Edges edges(Path clip) {
        List<Integer> firstFrames = new ArrayList<>();
        List<Clips.Shown> joined = new ArrayList<>();
        try (Splitter splitter = new Splitter(clip, 0.3, Long.MAX_VALUE)) {
            long origin = Splitter.originTicks(splitter.video().timeBase());
            for (Splitter.Piece p = splitter.next(); p != null; p = splitter.next()) {
                Path segment = Clips.write(at("piece.mp4"), p.data());
                firstFrames.add(joined.size());
                long start = p.startNanos();
                long end = p.endNanos();
                run(
                        segment,
                        picture -> picture,
                        picture -> {
                            if (picture.ptsNanos() >= start && picture.ptsNanos() < end) {
                                Clips.Shown shown = Clips.shown(picture);
                                joined.add(new Clips.Shown(shown.ptsTicks() - origin, shown.md5()));
                            }
                        });
            }
        }
        List<Clips.Shown> whole = Clips.decoded(clip, BWDIF).frames();
        assertEquals(times(whole), times(joined));
        List<Integer> different = new ArrayList<>();
        for (int i = 0; i < whole.size(); i++) {
            if (!whole.get(i).equals(joined.get(i))) {
                different.add(i);
            }
        }
        return new Edges(firstFrames.subList(1, firstFrames.size()), different);
    }

    private static String interlaced(String layout, String size, String first) {
        String order = first.charAt(0) + "ff";
        return "-f lavfi -i testsrc2=size=%s:rate=50:duration=1.2,format=%s,tinterlace=interleave_%s,setfield=%s "
                .formatted(size, layout, first, order);
    }

    private static Run deinterlaced(Path clip) {
        return deinterlaced(clip, picture -> picture);
    }

    private static Run deinterlaced(Path clip, Function<Picture, Picture> before) {
        List<Clips.Shown> out = new ArrayList<>();
        List<Long> durations = new ArrayList<>();
        List<Long> durationsIn = new ArrayList<>();
        int[] deinterlaced = {0};
        String note =
                run(
                        clip,
                        picture -> {
                            durationsIn.add(picture.raw().duration());
                            return before.apply(picture);
                        },
                        picture -> {
                            out.add(Clips.shown(picture));
                            durations.add(picture.raw().duration());
                            deinterlaced[0] += picture.isDeinterlaced() ? 1 : 0;
                            assertEquals(picture.ptsTicks(), picture.raw().pts());
                        });
        return new Run(out, durations, durationsIn, deinterlaced[0], note);
    }

    private static String run(
            Path clip, Function<Picture, Picture> before, Consumer<Picture> after) {
        try (Deinterlacer deinterlacer = new Deinterlacer(2)) {
            feed(deinterlacer, clip, before, after);
            deinterlacer.deinterlace(null, picture -> take(picture, after));
            return deinterlacer.note();
        }
    }

    private static void feed(
            Deinterlacer deinterlacer,
            Path clip,
            Function<Picture, Picture> before,
            Consumer<Picture> after) {
        try (Demuxer demuxer = Demuxer.open(clip);
                VideoDecoder decoder = new VideoDecoder(demuxer.mainVideo(), 1)) {
            Consumer<Picture> taker =
                    picture ->
                            deinterlacer.deinterlace(
                                    before.apply(picture), done -> take(done, after));
            for (Packet next = demuxer.read(); next != null; next = demuxer.read()) {
                try (Packet packet = next) {
                    decoder.decode(packet, taker);
                }
            }
            decoder.decode(null, taker);
        }
    }

    private static void take(Picture picture, Consumer<Picture> taker) {
        try (picture) {
            taker.accept(picture);
        }
    }

    private Path clip(String nameAndArguments) {
        String[] words = nameAndArguments.split(" ", 2);
        return Clips.make(at(words[0]), words[1]);
    }

    private Path at(String name) {
        return directory.resolve(name);
    }
}
