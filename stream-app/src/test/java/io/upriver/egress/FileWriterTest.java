package io.upriver.egress;

import static io.upriver.media.Clips.H264;
import static io.upriver.media.Clips.PICTURE;
import static io.upriver.media.Clips.TONE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.upriver.media.Clips;
import io.upriver.media.MediaException;
import io.upriver.media.Splitter;
import io.upriver.schemas.PictureSize;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A file that is cut and put together again is the file it was. The pieces go from the splitter to
 * the writer as they are, so that the picture too can be compared packet by packet.
 */
class FileWriterTest {

    private static final double SHORT = 0.3;

    @TempDir static Path directory;

    private static Path plain;
    private static Path rich;
    private static Path richMp4;

    @BeforeAll
    static void makeClips() {
        plain =
                Clips.make(
                        at("plain.mp4"), PICTURE + TONE + H264 + "-c:a aac -metadata title=A_day");
        Path words =
                Clips.write(
                        at("words.srt"),
                        """
                        1
                        00:00:00,200 --> 00:00:01,000
                        Hello

                        2
                        00:00:01,200 --> 00:00:01,900
                        World
                        """
                                .getBytes(StandardCharsets.UTF_8));
        Path font = Clips.write(at("font.ttf"), new byte[] {0, 1, 0, 0, 7, 8, 9});
        rich =
                Clips.make(
                        at("rich.mkv"),
                        plain,
                        "-i FILE -i "
                                + words
                                + " -map 0 -map 1 -c copy -c:s srt -metadata:s:a language=spa"
                                + " -attach "
                                + font
                                + " -metadata:s:t mimetype=application/x-truetype-font");
        richMp4 =
                Clips.make(
                        at("rich.mp4"),
                        plain,
                        "-i FILE -i "
                                + words
                                + " -map 0 -map 1 -c copy -c:s mov_text"
                                + " -metadata:s:a language=spa");
    }

    @Test
    void copiesEveryPacketOfEveryTrackFromMatroskaToMatroska() {
        // When
        Path written = write(rich, "written.mkv");

        // Then
        assertSamePackets(rich, written);
        assertSameTimes(rich, written);
        assertEquals(4, Clips.probe(written, "-show_streams").path("streams").size());
        assertEquals("spa", Clips.stream(written, "a:0").path("tags").path("language").asText());
        Path dumped = at("dumped.ttf");
        Clips.make(at("none.mkv"), written, "-dump_attachment:t:0 " + dumped + " -i FILE -c copy");
        assertEquals(7, Clips.bytes(dumped).length);
    }

    @Test
    void copiesEveryPacketOfEveryTrackFromMp4ToMp4() {
        // When
        Path written = write(richMp4, "written.mp4");

        // Then
        assertSamePackets(richMp4, written);
        assertSameTimes(richMp4, written);
        assertEquals(Clips.soundMd5(richMp4), Clips.soundMd5(written));
        assertEquals("spa", Clips.stream(written, "a:0").path("tags").path("language").asText());
        JsonNode format = Clips.probe(written, "-show_format").path("format");
        assertEquals("A_day", format.path("tags").path("title").asText());
    }

    @Test
    void keepsPictureAndSoundTogetherBehindAnEditList() {
        // Given
        Path cut = Clips.make(at("cut.mp4"), plain, "-ss 0.5 -i FILE -c copy");

        // When
        Path written = write(cut, "written.mp4");

        // Then
        assertSameTimes(cut, written);
        assertEquals(Clips.soundMd5(cut), Clips.soundMd5(written));
        assertEquals(Clips.packetHashes(cut).get(1), Clips.packetHashes(written).get(1));
    }

    @Test
    void goesFromEachContainerIntoTheOthers() {
        for (String[] names :
                new String[][] {
                    {"a.ts", "written.ts"},
                    {"a.ts", "written.mkv"},
                    {"a.ts", "written.mp4"},
                    {"a.mkv", "written.mp4"},
                    {"a.mp4", "written.mkv"},
                    {"a.mp4", "written.mov"}
                }) {
            // Given
            Path from = Clips.make(at(names[0]), plain, "-i FILE -c copy");

            // When
            Path written = write(from, names[1]);

            // Then
            assertSameTimes(from, written);
            int sounds = Clips.packets(from, "a:0", "size").size();
            assertEquals(sounds, Clips.packets(written, "a:0", "size").size(), names[1]);
        }
    }

    @Test
    void keepsTheTimesOfAnAviWithAFractionalFrameRate() {
        // Given
        Path avi =
                Clips.make(
                        at("a.avi"),
                        "-f lavfi -i testsrc2=size=64x48:rate=30000/1001:duration=2,format=yuv420p"
                                + " -f lavfi -i sine=duration=2 -c:v mpeg4 -g 10 -c:a libmp3lame");

        // When
        Path written = write(avi, "written.mp4");

        // Then
        List<Double> expected = Clips.frameSeconds(avi);
        List<Double> times = Clips.frameSeconds(written);
        assertEquals(expected.size(), times.size());
        for (int i = 0; i < times.size(); i++) {
            assertEquals(expected.get(i), times.get(i), 1e-5, "frame " + i);
        }
    }

    @Test
    void keepsAspectAndRotation() {
        // Given: the container's aspect, which is not that of the coded pictures
        Path turned =
                Clips.make(
                        at("turned.mp4"),
                        plain,
                        "-display_rotation 90 -i FILE -c copy -aspect 21:9");
        JsonNode given = Clips.stream(turned, "v:0");
        for (String name : List.of("written.mp4", "written.mkv")) {
            // When
            JsonNode stream = Clips.stream(write(turned, name), "v:0");

            // Then
            assertEquals(given.required("sample_aspect_ratio"), stream.path("sample_aspect_ratio"));
            assertEquals(90, stream.path("side_data_list").path(0).path("rotation").asInt());
        }
    }

    @Test
    void writesDecodingTimesThatGrowAndAreNeverLaterThanThePresentation() {
        // Given: uneven times and B-frames, cut into several pieces
        Path even = Clips.make(at("even.mkv"), PICTURE + "-c:v ffv1 -g 1");
        String uneven = "-i FILE -vf select=not(eq(mod(n\\,7)\\,3)) -fps_mode vfr ";
        Path file = Clips.make(at("uneven.mp4"), even, uneven + H264);

        // When
        Path written = write(file, "written.mp4");

        // Then
        List<Long> dts = Clips.packets(written, "v:0", "dts");
        List<Long> pts = Clips.packets(written, "v:0", "pts");
        for (int i = 0; i < dts.size(); i++) {
            assertTrue(dts.get(i) <= pts.get(i), "packet " + i);
            assertTrue(i == 0 || dts.get(i) > dts.get(i - 1), "packet " + i);
        }
        assertSameTimes(file, written);
    }

    @Test
    void copiesSoundWhoseTimesGoBack() {
        // Given: two recordings one after the other, whose sound overlaps
        Path first = Clips.make(at("first.ts"), plain, "-i FILE -c copy");
        Path second = Clips.make(at("second.ts"), plain, "-i FILE -c copy -output_ts_offset 2");
        byte[] one = Clips.bytes(first);
        byte[] two = Clips.bytes(second);
        byte[] both = Arrays.copyOf(one, one.length + two.length);
        System.arraycopy(two, 0, both, one.length, two.length);
        Path file = Clips.write(at("both.ts"), both);
        for (String name : List.of("written.ts", "written.mkv")) {
            // When
            Path written = write(file, name);

            // Then
            assertEquals(100, Clips.packets(written, "v:0", "size").size());
            assertEquals(
                    Clips.packets(file, "a:0", "size").size(),
                    Clips.packets(written, "a:0", "size").size());
        }
    }

    @Test
    void refusesSoundThatTheContainerCannotHold() {
        // Given
        Path opus = Clips.make(at("flac.mkv"), plain, "-i FILE -c copy -c:a flac");

        // When
        MediaException refusal = refusal(opus, "film.ts");

        // Then
        assertTrue(
                refusal.getMessage().startsWith("film.ts cannot hold track 1 (audio, flac)"),
                refusal.getMessage());
    }

    private static MediaException refusal(Path original, String name) {
        Path target = at("refused");
        MediaException refusal =
                assertThrows(MediaException.class, () -> new FileWriter(original, target, name));
        assertEquals(MediaException.Kind.UNSUPPORTED, refusal.kind());
        assertFalse(Files.exists(target));
        return refusal;
    }

    @Test
    void saysWhatItLeavesOut() {
        // Given: a clock track, which says nothing about sound or words
        Path clock = Clips.make(at("clock.mov"), plain, "-i FILE -c copy -timecode 01:00:00:00");

        // When
        List<String> notes;
        try (FileWriter writer = new FileWriter(clock, at("written.ts"), "film.ts")) {
            notes = writer.notes();
        }

        // Then
        assertEquals(List.of("track 2 (data, tmcd) left out: film.ts cannot hold it"), notes);
    }

    @Test
    void refusesAPictureThatChangesItsSize() {
        // Given
        Path first = Clips.make(at("first.ts"), plain, "-i FILE -c copy");
        Path second =
                Clips.make(
                        at("small.ts"),
                        plain,
                        "-i FILE -vf scale=64:36 " + H264 + "-c:a copy -output_ts_offset 2");
        try (FileWriter writer = new FileWriter(first, at("written.mp4"), "film.mp4")) {
            writer.append(pieceOf(first));

            // When
            MediaException refusal =
                    assertThrows(MediaException.class, () -> writer.append(pieceOf(second)));

            // Then
            assertEquals(
                    "expected 128x72 throughout, the picture changes to 64x36 after 50 frames; a name"
                            + " ending in .ts can hold that",
                    refusal.getMessage());
        }
    }

    @Test
    void refusesAPictureThatChangesItsLayout() {
        // Given pictures of the same size with more chroma
        Path second =
                Clips.make(
                        at("full.ts"),
                        plain,
                        "-i FILE -an " + H264 + "-pix_fmt yuv444p -output_ts_offset 2");
        try (FileWriter writer = new FileWriter(plain, at("written.mp4"), "film.mp4")) {
            writer.append(pieceOf(plain));

            // When
            MediaException refusal =
                    assertThrows(MediaException.class, () -> writer.append(pieceOf(second)));

            // Then
            assertEquals(
                    "expected 128x72 throughout, the picture changes to another layout of samples"
                            + " after 50 frames; a name ending in .ts can hold that",
                    refusal.getMessage());
        }
    }

    @Test
    void goesOnWithAPictureThatChangesItsLayoutInATransportStream() {
        // Given
        Path first = Clips.make(at("part.mp4"), plain, "-i FILE -an -c copy");
        Path second =
                Clips.make(
                        at("fuller.mp4"),
                        plain,
                        "-i FILE -an " + H264 + "-pix_fmt yuv444p -output_ts_offset 2");
        Path out = at("layouts.ts");

        // When
        try (FileWriter writer = new FileWriter(first, out, "film.ts")) {
            writer.append(pieceOf(first));
            writer.append(pieceOf(second));
            writer.finish();
        }

        // Then
        List<String> layouts = new ArrayList<>();
        for (JsonNode frame :
                Clips.probe(out, "-select_streams v:0 -show_entries frame=pix_fmt")
                        .path("frames")) {
            layouts.add(frame.path("pix_fmt").asText());
        }
        List<String> expected = new ArrayList<>(Collections.nCopies(50, "yuv420p"));
        expected.addAll(Collections.nCopies(50, "yuv444p"));
        assertEquals(expected, layouts);
    }

    @Test
    void saysWhereColoursChangeAndCarriesThatInATransportStream() {
        // Given a second part of full range
        Path first = Clips.make(at("limited.mp4"), plain, "-i FILE -an -c copy");
        Path second =
                Clips.make(
                        at("full.mp4"),
                        plain,
                        "-i FILE -an -vf scale=out_range=pc " + H264 + "-output_ts_offset 2");
        for (String name : List.of("colours.ts", "colours.mp4")) {
            // When
            List<String> notes;
            Path out = at("written-" + name);
            try (FileWriter writer = new FileWriter(first, out, name)) {
                writer.append(pieceOf(first));
                writer.append(pieceOf(second));
                writer.finish();
                notes = writer.notes();
            }

            // Then
            List<String> ranges = new ArrayList<>();
            for (JsonNode frame :
                    Clips.probe(out, "-select_streams v:0 -show_entries frame=color_range")
                            .path("frames")) {
                ranges.add(frame.path("color_range").asText());
            }
            assertEquals(100, ranges.size());
            if (name.endsWith(".ts")) {
                assertEquals(List.of(), notes);
                assertEquals(Collections.nCopies(50, "pc"), ranges.subList(50, 100));
            } else {
                assertEquals(
                        List.of(
                                "colours change from limited range, primaries 2, transfer 2, matrix 2 to full range,"
                                        + " primaries 2, transfer 2, matrix 2 after 50 frames; a name ending in .ts can"
                                        + " say that, colours.mp4 says the first throughout"),
                        notes);
            }
        }
    }

    @Test
    void hidesNothingOfAStreamWhoseClockIsAboutToBeginAnew() {
        // Given a recording that begins 1.2 s before the end of a transport stream's clock, which
        // is before 0 for FFmpeg
        Path file =
                Clips.make(
                        at("wraps.ts"),
                        plain,
                        "-i FILE -c copy -mpegts_copyts 1 -output_ts_offset 95442.5");
        double start = Clips.frameSeconds(file).get(0);
        double sound = firstSeconds(file);
        assertTrue(start < -1, "begins at " + start);
        for (String name : List.of("wraps.mp4", "wraps.mov", "wraps.mkv")) {
            // When
            List<String> notes;
            Path out = at("written." + name);
            try (FileWriter writer = new FileWriter(file, out, name)) {
                writer.append(pieceOf(file));
                writer.finish();
                notes = writer.notes();
            }

            // Then all is there, sound and picture as far apart as before, and it is told
            List<Double> given = Clips.frameSeconds(file);
            List<Double> made = Clips.frameSeconds(out);
            assertEquals(given.size(), made.size(), name);
            for (int i = 0; i < given.size(); i++) {
                assertEquals(given.get(i) - start, made.get(i), 0.0011, name + " frame " + i);
            }
            assertEquals(sound - start, firstSeconds(out) - made.get(0), 0.0021, name);
            assertEquals(
                    List.of(
                            "all times are %.3f s later: %s cannot hold pictures before 0"
                                    .formatted(-start, name)),
                    notes);
        }
    }

    private static double firstSeconds(Path file) {
        return Clips.probe(file, "-select_streams a:0 -show_entries packet=pts_time")
                .path("packets")
                .path(0)
                .path("pts_time")
                .asDouble();
    }

    @Test
    void refusesASegmentWhosePictureChangesItsSizeOrLayoutInside() {
        for (String[] inside :
                new String[][] {{"64x36", "64x36"}, {"128x72", "another layout of samples"}}) {
            // Given
            List<PictureSize> sizes =
                    List.of(new PictureSize(128, 72), PictureSize.parse(inside[0]));
            try (FileWriter writer = new FileWriter(plain, at("written.mp4"), "film.mp4")) {
                writer.append(pieceOf(plain));

                // When
                MediaException refusal =
                        assertThrows(
                                MediaException.class, () -> writer.append(pieceOf(plain), sizes));

                // Then
                assertEquals(
                        "expected 128x72 throughout, the picture changes to "
                                + inside[1]
                                + " after 50 frames or some more; a name ending in .ts can hold that",
                        refusal.getMessage());
            }
        }
    }

    @Test
    void goesOnAfterASegmentWhosePictureChangesItsSizeInside() {
        // Given: large and small in one segment, whose frames say it, and small in the next
        String small = "-i FILE -an -vf scale=64:36 " + H264;
        byte[] large = Clips.bytes(Clips.make(at("large.ts"), plain, "-i FILE -an -c copy"));
        byte[] rest = Clips.bytes(Clips.make(at("rest.ts"), plain, small + "-output_ts_offset 2"));
        byte[] both = Arrays.copyOf(large, large.length + rest.length);
        System.arraycopy(rest, 0, both, large.length, rest.length);
        Path changing =
                Clips.make(
                        at("changing.mp4"),
                        Clips.write(at("both.ts"), both),
                        "-copyts -i FILE -c copy -tag:v avc3 -output_ts_offset 1001"
                                + " -movflags empty_moov+default_base_moof+delay_moov"
                                + " -use_editlist 0");
        Path next = Clips.make(at("next.ts"), plain, small + "-output_ts_offset 4");
        Path out = at("written.ts");

        // When
        try (FileWriter writer = new FileWriter(plain, out, "film.ts")) {
            writer.append(
                    Clips.bytes(changing),
                    List.of(new PictureSize(128, 72), new PictureSize(64, 36)));
            writer.append(pieceOf(next));
            writer.finish();
        }

        // Then
        List<Integer> widths = new ArrayList<>();
        for (JsonNode frame :
                Clips.probe(out, "-select_streams v:0 -show_entries frame=width").path("frames")) {
            widths.add(frame.path("width").asInt());
        }
        List<Integer> expected = new ArrayList<>(Collections.nCopies(50, 128));
        expected.addAll(Collections.nCopies(100, 64));
        assertEquals(expected, widths);
    }

    private static byte[] pieceOf(Path file) {
        try (Splitter splitter = new Splitter(file, 1000, Long.MAX_VALUE)) {
            return splitter.next().data();
        }
    }

    @Test
    void refusesToEndWithoutASegment() {
        try (FileWriter writer = new FileWriter(plain, at("written.mp4"), "film.mp4")) {
            // When
            MediaException refusal = assertThrows(MediaException.class, writer::finish);

            // Then
            assertEquals("expected at least one segment, got none", refusal.getMessage());
        }
    }

    private static Path write(Path file, String name) {
        Path target = at(name);
        try (Splitter splitter = new Splitter(file, SHORT, Long.MAX_VALUE);
                FileWriter writer = new FileWriter(file, target, name)) {
            int pieces = 0;
            for (Splitter.Piece p = splitter.next(); p != null; p = splitter.next()) {
                writer.append(p.data());
                pieces++;
            }
            writer.finish();
            assertTrue(pieces > 2, "got " + pieces);
            assertEquals(splitter.packetsRead(), writer.frames());
        }
        return target;
    }

    private static void assertSamePackets(Path expected, Path actual) {
        Map<Integer, List<String>> hashes = Clips.packetHashes(expected);
        assertTrue(hashes.size() > 2, "expected several tracks");
        assertEquals(hashes, Clips.packetHashes(actual));
    }

    /** The presentation times of all frames, but for the milliseconds of Matroska. */
    private static void assertSameTimes(Path expected, Path actual) {
        List<Double> given = Clips.frameSeconds(expected);
        List<Double> made = Clips.frameSeconds(actual);
        assertEquals(given.size(), made.size());
        for (int i = 0; i < given.size(); i++) {
            assertEquals(given.get(i), made.get(i), 0.0011, "frame " + i + " of " + actual);
        }
    }

    private static Path at(String name) {
        return directory.resolve(name);
    }
}
