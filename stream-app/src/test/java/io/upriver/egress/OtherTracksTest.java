package io.upriver.egress;

import static io.upriver.media.Clips.H264;
import static io.upriver.media.Clips.PICTURE;
import static io.upriver.media.Clips.TONE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.upriver.media.Clips;
import io.upriver.media.MediaException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lies beside the main picture, from one file into another. */
class OtherTracksTest {

    /** Two sound tracks and two of subtitles, by language and title. */
    private static final String NAMES =
            " -metadata:s:a:0 language=spa -metadata:s:a:0 title=Original"
                    + " -metadata:s:a:1 language=eng -metadata:s:a:1 title=Comments"
                    + " -metadata:s:s:0 language=deu -metadata:s:s:1 language=fra";

    private static final String WORDS =
            """
            1
            00:00:00,200 --> 00:00:01,003
            Hello <i>there</i>

            2
            00:00:01,217 --> 00:00:01,900
            World
            """;

    @TempDir static Path directory;

    private static Path plain;
    private static Path words;
    private static Path cover;

    @BeforeAll
    static void makeClips() {
        plain = Clips.make(at("plain.mp4"), PICTURE + TONE + H264 + "-c:a aac");
        words = Clips.write(at("words.srt"), WORDS.getBytes(StandardCharsets.UTF_8));
        cover = Clips.make(at("cover.jpg"), "-f lavfi -i testsrc2=size=600x600 -frames:v 1 -q:v 3");
    }

    @Test
    void keepsTracksWithTheirLanguagesTitlesAndFlags() {
        // Given: two sounds and two subtitles, each with another flag
        Path rich =
                Clips.make(
                        at("rich.mkv"),
                        plain,
                        "-i FILE -f lavfi -i sine=frequency=880:duration=2 -i "
                                + words
                                + " -map 0 -map 1 -map 2 -map 2 -c copy -c:a:1 ac3 -c:s srt"
                                + NAMES
                                + " -disposition:a:0 original -disposition:a:1 default+comment"
                                + " -disposition:s:0 default+forced"
                                + " -disposition:s:1 hearing_impaired");
        List<String> expected = descriptions(rich, "language", "title");
        assertEquals(5, expected.size());
        assertEquals(5, expected.stream().distinct().count(), expected.toString());

        // When
        List<String> notes = Rejoined.write(rich, at("out.mkv"));

        // Then
        assertEquals(expected, descriptions(at("out.mkv"), "language", "title"));
        assertEquals(Clips.packetHashes(rich), Clips.packetHashes(at("out.mkv")));
        assertEquals(List.of(), notes);
    }

    @Test
    void keepsLanguagesAndFlagsInMp4() {
        // Given
        Path rich =
                Clips.make(
                        at("rich.mp4"),
                        plain,
                        "-i FILE -f lavfi -i sine=frequency=880:duration=2 -i "
                                + words
                                + " -map 0 -map 1 -map 2 -map 2 -c copy -c:a:1 ac3 -c:s mov_text"
                                + NAMES
                                + " -disposition:a:0 default -disposition:a:1 comment"
                                + " -disposition:s:0 default+forced"
                                + " -disposition:s:1 hearing_impaired");
        List<String> expected = descriptions(rich, "language", "handler_name");
        assertEquals(5, expected.stream().distinct().count(), expected.toString());

        // When
        List<String> notes = Rejoined.write(rich, at("out.mp4"));

        // Then
        assertEquals(expected, descriptions(at("out.mp4"), "language", "handler_name"));
        assertEquals(Clips.packetHashes(rich), Clips.packetHashes(at("out.mp4")));
        assertEquals(List.of(), notes);
    }

    /** What a person reads, by the program's own conversion, and when, to the millisecond. */
    @Test
    void turnsWordsIntoTheKindOfTextThatTheContainerHas() {
        Path vp9 = Clips.make(at("vp9.webm"), PICTURE + "-c:v libvpx-vp9 -cpu-used 8 -g 10");
        String settings = " -map 0 -map 1 -c copy -metadata:s:s language=spa -c:s ";
        Path mp4 = Clips.make(at("w.mp4"), plain, "-i FILE -i " + words + settings + "mov_text");
        Path mkv = Clips.make(at("w.mkv"), plain, "-i FILE -i " + words + settings + "srt");
        Path ass = Clips.make(at("a.mkv"), plain, "-i FILE -i " + words + settings + "ass");
        Path web = Clips.make(at("w.webm"), vp9, "-i FILE -i " + words + settings + "webvtt");
        Path vp9Srt = Clips.make(at("v.mkv"), vp9, "-i FILE -i " + words + settings + "srt");
        List<String> expected = List.of("Hello <i>there</i>", "World");
        Object[][] ways = {
            {mp4, "mov_text", "out.mkv", "subrip"},
            {mkv, "subrip", "out.mp4", "mov_text"},
            {ass, "ass", "out.mov", "mov_text"},
            {web, "webvtt", "out.mp4", "mov_text"},
            {vp9Srt, "subrip", "out.webm", "webvtt"},
        };
        for (Object[] way : ways) {
            Path in = (Path) way[0];
            Path out = at((String) way[2]);

            // When
            List<String> notes = Rejoined.write(in, out);

            // Then
            JsonNode stream = Clips.stream(out, "s:0");
            String name = way[1] + " into " + out.getFileName();
            assertEquals(way[3], stream.path("codec_name").asText(), name);
            assertEquals("spa", stream.path("tags").path("language").asText(), name);
            assertEquals(2, subtitleTimes(in).size(), name);
            assertEquals(subtitleTimes(in), subtitleTimes(out), name);
            assertEquals(expected, readWords(out), name);
            int track = Clips.stream(in, "s:0").path("index").asInt();
            assertEquals(
                    List.of(
                            "track %d (subtitle, %s) converted to %s"
                                    .formatted(track, way[1], way[3])),
                    notes);
        }
    }

    @Test
    void countsWordsThatAreTooLongForTheOtherKindOfText() {
        // Given one subtitle of 70 000 letters and one of usual length
        String film =
                "1\n00:00:00,200 --> 00:00:01,000\n%s\n\n2\n00:00:01,200 --> 00:00:01,900\nWorld\n"
                        .formatted("a".repeat(70_000));
        Path endless = Clips.write(at("endless.srt"), film.getBytes(StandardCharsets.UTF_8));
        Path mkv =
                Clips.make(
                        at("endless.mkv"),
                        plain,
                        "-i FILE -i " + endless + " -map 0 -map 1 -c copy");

        // When
        List<String> notes = Rejoined.write(mkv, at("endless.mp4"));

        // Then
        assertEquals(
                List.of(
                        "track 2 (subtitle, subrip) converted to mov_text",
                        "track 2 (subtitle, subrip): 1 subtitles could not be converted and are"
                                + " missing"),
                notes);
        assertEquals(1, wordsIn(at("endless.mp4")));
    }

    /** How many subtitles have words in them. */
    private static int wordsIn(Path file) {
        return (int) Clips.packets(file, "s:0", "size").stream().filter(size -> size > 2).count();
    }

    @Test
    void refusesWordsThatTheContainerCannotHoldInAnyForm() {
        // Given: a transport stream has subtitles as pictures only; MP4 has none such
        Path text = Clips.make(at("w.mkv"), plain, "-i FILE -i " + words + " -c copy -c:s srt");
        Path film =
                Clips.make(
                        at("pgs.mkv"),
                        plain,
                        "-i FILE -i " + pictureSubtitles() + " -map 0 -map 1 -c copy");

        // Then
        assertRefused(
                text,
                "film.ts",
                "film.ts cannot hold track 2 (subtitle, subrip) of the input; an output name"
                        + " ending in .mkv can");
        assertRefused(
                film,
                "film.mp4",
                "film.mp4 cannot hold track 2 (subtitle, hdmv_pgs_subtitle) of the input; an"
                        + " output name ending in .mkv can");
    }

    /**
     * The beginning of a subtitle picture of a Blu-ray disc: a presentation segment that is empty.
     */
    private static Path pictureSubtitles() {
        byte[] sup = {
            'P',
            'G',
            0,
            0,
            0,
            90,
            0,
            0,
            0,
            0,
            0x16,
            0,
            11,
            0,
            (byte) 128,
            0,
            72,
            0x10,
            0,
            0,
            (byte) 0x80,
            0,
            0,
            0,
            'P',
            'G',
            0,
            0,
            0,
            90,
            0,
            0,
            0,
            0,
            (byte) 0x80,
            0,
            0
        };
        return Clips.write(at("empty.sup"), sup);
    }

    private static void assertRefused(Path film, String name, String message) {
        // When
        MediaException refusal =
                assertThrows(MediaException.class, () -> new FileWriter(film, at("refused"), name));

        // Then
        assertEquals(MediaException.Kind.UNSUPPORTED, refusal.kind());
        assertEquals(message, refusal.getMessage());
    }

    @Test
    void keepsTheCoverAsEachContainerHasIt() {
        // Given
        Path mp4 =
                Clips.make(
                        at("cover.mp4"),
                        plain,
                        "-i FILE -i "
                                + cover
                                + " -map 0 -map 1 -c copy -disposition:v:1 attached_pic");
        Path mkv =
                Clips.make(
                        at("cover.mkv"),
                        plain,
                        "-i FILE -c copy -attach "
                                + cover
                                + " -metadata:s:t mimetype=image/jpeg"
                                + " -metadata:s:t filename=front.jpg");
        for (Path in : List.of(mp4, mkv)) {
            for (String name : List.of("out.mp4", "out.m4v", "out.mkv")) {
                // When
                List<String> notes = Rejoined.write(in, at(name));

                // Then
                JsonNode made = Clips.stream(at(name), "v:1");
                String way = in.getFileName() + " to " + name;
                assertEquals("mjpeg", made.path("codec_name").asText(), way);
                assertEquals(600, made.path("width").asInt(), way);
                assertEquals(1, made.path("disposition").path("attached_pic").asInt(), way);
                assertEquals(3, Clips.probe(at(name), "-show_streams").path("streams").size(), way);
                Path picture = Clips.make(at("taken.jpg"), at(name), "-i FILE -map 0:v:1 -c copy");
                assertTrue(java.util.Arrays.equals(Clips.bytes(cover), Clips.bytes(picture)), way);
                assertEquals(List.of(), notes, way);
            }
        }
        assertEquals(
                "front.jpg",
                Clips.stream(rejoined(mkv, "out.mkv"), "v:1")
                        .path("tags")
                        .path("filename")
                        .asText());
    }

    @Test
    void saysThatItLeavesTheCoverOutWhereThereIsNoPlaceForIt() {
        // Given
        Path mp4 =
                Clips.make(
                        at("cover.mp4"),
                        plain,
                        "-i FILE -i "
                                + cover
                                + " -map 0 -map 1 -c copy -disposition:v:1 attached_pic");
        for (String name : List.of("out.ts", "out.mov")) {
            // When
            List<String> notes = Rejoined.write(mp4, at(name));

            // Then
            assertEquals(
                    List.of("track 2 (cover picture, mjpeg) left out: " + name + " cannot hold it"),
                    notes);
            assertEquals(2, Clips.probe(at(name), "-show_streams").path("streams").size());
        }
    }

    @Test
    void copiesMovingPicturesBesideTheMainOne() {
        // Given: the smaller picture comes first
        String two =
                "-i FILE -f lavfi -i testsrc2=size=64x48:rate=24:duration=2 -map 1:v -map 0 "
                        + H264
                        + "-metadata:s:v:0 title=Sign -c:a copy ";
        for (String ending : List.of("mkv", "mp4", "ts")) {
            Path film = Clips.make(at("two." + ending), plain, two);

            // When
            List<String> notes = Rejoined.write(film, at("out." + ending));

            // Then
            Map<Integer, List<String>> expected = Clips.packetHashes(film);
            assertEquals(3, expected.size());
            assertEquals(expected.get(0), Clips.packetHashes(at("out." + ending)).get(0), ending);
            assertEquals(64, Clips.stream(at("out." + ending), "v:0").path("width").asInt());
            for (String picture : List.of("v:0", "v:1")) {
                List<String> times = times(film, picture);
                assertTrue(times.size() > 40, times.toString());
                assertEquals(times, times(at("out." + ending), picture), ending);
            }
            assertEquals(List.of(), notes, ending);
        }
    }

    @Test
    void takesThePictureThatHasPicturesAndLeavesTheEmptyTrackOut() {
        // Given: an MP4 whose first track has a header and nothing else
        Path two =
                Clips.make(
                        at("two.mkv"),
                        plain,
                        "-i FILE -f lavfi -i testsrc2=size=256x144:duration=2 -map 1:v -map 0 "
                                + H264
                                + "-c:a copy");
        byte[] bytes = Clips.bytes(Clips.make(at("two.mp4"), two, "-i FILE -map 0 -c copy"));
        ByteBuffer boxes = ByteBuffer.wrap(bytes);
        for (String table : List.of("stts", "stsc", "stco", "ctts", "stss", "elst")) {
            boxes.putInt(Clips.indexOf(bytes, table, 0) + 8, 0);
        }
        boxes.putInt(Clips.indexOf(bytes, "stsz", 0) + 12, 0);
        boxes.putInt(Clips.indexOf(bytes, "mdhd", 0) + 20, 0);
        Path film = Clips.write(at("empty.mp4"), bytes);

        // When
        List<String> notes = Rejoined.write(film, at("out.mkv"));

        // Then
        assertEquals(128, Clips.stream(at("out.mkv"), "v:0").path("width").asInt());
        assertEquals(2, Clips.probe(at("out.mkv"), "-show_streams").path("streams").size());
        assertEquals(List.of("track 0 (video, h264) left out: it has no pictures"), notes);
    }

    @Test
    void keepsWhatACameraSaysOfPlaceAndTime() {
        // Given
        Path film =
                Clips.make(
                        at("phone.mov"),
                        plain,
                        "-i FILE -c copy -movflags use_metadata_tags -metadata"
                                + " com.apple.quicktime.location.ISO6709=+48.85+002.29/"
                                + " -metadata com.apple.quicktime.make=Camera"
                                + " -metadata creation_time=2024-05-06T07:08:09Z");
        for (String name : List.of("out.mov", "out.mp4", "out.mkv")) {
            // When
            Rejoined.write(film, at(name));

            // Then
            String tags =
                    Clips.probe(at(name), "-show_format").path("format").path("tags").toString();
            for (String value : List.of("+48.85+002.29/", "Camera", "2024-05-06T07:08:09")) {
                assertTrue(tags.contains(value), value + " in " + name + ": " + tags);
            }
        }
    }

    @Test
    void keepsTheTimecode() {
        // Given
        Path film = Clips.make(at("clock.mov"), plain, "-i FILE -c copy -timecode 01:02:03:04");
        for (String name : List.of("out.mov", "out.mp4", "out.mkv")) {
            // When
            List<String> notes = Rejoined.write(film, at(name));

            // Then
            JsonNode tags = Clips.stream(at(name), "v:0").path("tags");
            String code = tags.path("timecode").asText(tags.path("TIMECODE").asText());
            assertEquals("01:02:03:04", code, name);
            assertEquals(List.of(), notes, name);
        }
    }

    @Test
    void saysThatItLeavesOutATrackOfWhichTheFileDoesNotSayWhatItIs() {
        // Given: the sound's sample description is gone
        byte[] bytes = Clips.bytes(plain);
        int sound = Clips.indexOf(bytes, "soun", 0);
        int description = Clips.indexOf(bytes, "stsd", sound);
        System.arraycopy("free".getBytes(StandardCharsets.US_ASCII), 0, bytes, description, 4);
        Path film = Clips.write(at("undescribed.mp4"), bytes);

        // When
        List<String> notes = Rejoined.write(film, at("out.mp4"));

        // Then
        assertEquals(
                List.of("track 1 (audio, none) left out: the input does not say how it is coded"),
                notes);
    }

    private static Path rejoined(Path in, String name) {
        Rejoined.write(in, at(name));
        return at(name);
    }

    private static List<String> descriptions(Path file, String... tags) {
        List<String> found = new ArrayList<>();
        for (JsonNode stream : Clips.probe(file, "-show_streams").path("streams")) {
            StringBuilder words = new StringBuilder(stream.path("codec_name").asText());
            for (String tag : tags) {
                words.append(' ').append(stream.path("tags").path(tag).asText());
            }
            found.add(words + " " + stream.path("disposition"));
        }
        return found;
    }

    private static List<String> times(Path file, String selector) {
        List<String> times = new ArrayList<>();
        String arguments = "-select_streams " + selector + " -show_entries packet=pts_time";
        for (JsonNode packet : Clips.probe(file, arguments).path("packets")) {
            times.add(packet.path("pts_time").asText());
        }
        return times;
    }

    private static List<String> subtitleTimes(Path file) {
        List<String> times = new ArrayList<>();
        String arguments = "-select_streams s:0 -show_entries packet=pts_time,duration_time,size";
        for (JsonNode packet : Clips.probe(file, arguments).path("packets")) {
            // MP4 has an empty packet where there are no words.
            if (packet.path("size").asInt() > 2) {
                times.add(
                        "%.3f+%.3f"
                                .formatted(
                                        packet.path("pts_time").asDouble(),
                                        packet.path("duration_time").asDouble()));
            }
        }
        return times;
    }

    private static List<String> readWords(Path file) {
        Path text = Clips.make(at("read.srt"), file, "-i FILE -map 0:s:0");
        return new String(Clips.bytes(text), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank() && !line.contains("-->") && !line.matches("\\d+"))
                .toList();
    }

    private static Path at(String name) {
        return directory.resolve(name);
    }
}
