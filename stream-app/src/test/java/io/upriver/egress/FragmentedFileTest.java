package io.upriver.egress;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.upriver.media.Clips;
import io.upriver.media.FileFormat;
import io.upriver.media.Splitter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files in fragments beside those with an index in front: the same film. */
class FragmentedFileTest {

    @TempDir static Path directory;

    private static Path film;

    @BeforeAll
    static void makeAFilmWithEverything() {
        Path chapters =
                Clips.write(
                        at("chapters.txt"),
                        """
                        ;FFMETADATA1
                        title=Film
                        [CHAPTER]
                        TIMEBASE=1/1000
                        START=0
                        END=1200
                        title=One
                        [CHAPTER]
                        TIMEBASE=1/1000
                        START=1200
                        END=2000
                        title=Two
                        """
                                .getBytes(StandardCharsets.UTF_8));
        Path words =
                Clips.write(
                        at("words.srt"),
                        "1\n00:00:01,300 --> 00:00:01,900\nHello\n"
                                .getBytes(StandardCharsets.UTF_8));
        Path cover =
                Clips.make(
                        at("cover.jpg"), "-f lavfi -i testsrc2=size=32x32 -frames:v 1 -update 1");
        Path plain =
                Clips.make(at("plain.mkv"), Clips.PICTURE + Clips.TONE + Clips.H264 + "-c:a aac");
        film =
                Clips.make(
                        at("film.mp4"),
                        plain,
                        "-i FILE -i %s -i %s -i %s -map 0 -map 1 -map 2 -map_metadata 3 -c copy"
                                        .formatted(words, cover, chapters)
                                + " -c:s mov_text -disposition:v:1 attached_pic");
    }

    @Test
    void haveTheSamePacketsTimesTitlesAndChapters() {
        for (String name : List.of("out.mp4", "out.m4v", "out.mov")) {
            // When
            Path whole = at("whole-" + name);
            List<String> notesOfWhole = write(film, whole, FileFormat.ofName(name));
            Path out = at(name);
            List<String> notes = write(film, out, FileFormat.ofName(name).inFragments());

            // Then
            for (String track : List.of("v:0", "a:0", "s:0")) {
                assertEquals(times(whole, track), times(out, track), name + " " + track);
            }
            assertEquals(Clips.packetHashes(whole).get(0), Clips.packetHashes(out).get(0), name);
            assertEquals(Clips.soundMd5(film), Clips.soundMd5(out), name);
            assertEquals(
                    Clips.probe(whole, "-show_chapters").path("chapters"),
                    Clips.probe(out, "-show_chapters").path("chapters"),
                    name);
            assertEquals(
                    "Film",
                    Clips.probe(out, "-show_format").at("/format/tags/title").asText(),
                    name);
            // QuickTime has no place for a cover either way
            List<String> expected = new ArrayList<>(notesOfWhole);
            expected.removeIf(note -> note.contains("cover picture"));
            expected.add(
                    "track 4 (cover picture, mjpeg) left out: %s in fragments cannot hold it"
                            .formatted(name));
            assertEquals(expected, notes);
        }
    }

    @Test
    void bearTheBrandOfCmafWhereThatCostsNoTimes() {
        // Given
        String picture = Clips.PICTURE + "-c:v libx264 -preset veryfast -g 10 ";
        Path inOrder = Clips.make(at("in-order.mp4"), picture + "-bf 0");
        Path outOfOrder = Clips.make(at("out-of-order.mp4"), picture + "-bf 2");
        Path withSound = Clips.make(at("sound.mp4"), Clips.TONE + picture + "-bf 0 -c:a aac");

        // Then
        for (Path given : List.of(inOrder, outOfOrder, withSound)) {
            Path out = at("brand.mp4");
            write(given, out, FileFormat.ofName("brand.mp4").inFragments());
            String brands =
                    Clips.probe(out, "-show_format").at("/format/tags/compatible_brands").asText();
            assertEquals(given.equals(inOrder), brands.contains("cmfc"), given + ": " + brands);
            assertEquals(Clips.frameSeconds(given), Clips.frameSeconds(out));
        }
    }

    /** Each packet of words and pictures with its times; not the empty word that ends a track. */
    private static List<String> times(Path file, String track) {
        List<String> times = new ArrayList<>();
        String arguments =
                "-select_streams %s -show_entries packet=pts_time,dts_time,size".formatted(track);
        for (JsonNode packet : Clips.probe(file, arguments).path("packets")) {
            if (packet.path("size").asInt() > 2) {
                times.add(
                        packet.path("pts_time").asText() + " " + packet.path("dts_time").asText());
            }
        }
        return times;
    }

    private static List<String> write(Path given, Path out, FileFormat format) {
        try (Splitter splitter = new Splitter(given, 0.3, Long.MAX_VALUE);
                FileWriter writer = new FileWriter(given, out, format)) {
            for (Splitter.Piece p = splitter.next(); p != null; p = splitter.next()) {
                writer.append(p.data());
            }
            writer.finish();
            return writer.notes();
        }
    }

    private static Path at(String name) {
        return directory.resolve(name);
    }
}
