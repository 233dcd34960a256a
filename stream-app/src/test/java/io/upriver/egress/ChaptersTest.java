package io.upriver.egress;

import static io.upriver.media.Clips.H264;
import static io.upriver.media.Clips.PICTURE;
import static io.upriver.media.Clips.TONE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.upriver.media.Clips;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chapters of the input are those of the output, by what ffprobe sees in both. */
class ChaptersTest {

    /** Times in whole milliseconds, so that every container can say them exactly. */
    private static final String CHAPTERS =
            """
            ;FFMETADATA1
            [CHAPTER]
            TIMEBASE=1/1000
            START=0
            END=501
            title=Erste Szene
            [CHAPTER]
            TIMEBASE=1/1000
            START=501
            END=1333
            title=Двете – äöü
            [CHAPTER]
            TIMEBASE=1/1000
            START=1333
            END=2000
            title=Ende
            """;

    private static final List<String> EXPECTED =
            List.of(
                    "0.000000 to 0.501000 Erste Szene",
                    "0.501000 to 1.333000 Двете – äöü",
                    "1.333000 to 2.000000 Ende");

    @TempDir static Path directory;

    private static Path mp4;
    private static Path matroska;

    @BeforeAll
    static void makeClips() {
        Path list = Clips.write(at("list.txt"), CHAPTERS.getBytes(StandardCharsets.UTF_8));
        String settings = "-map 0 -map 1 -map_chapters 2 " + H264 + "-c:a aac -t 2";
        mp4 = Clips.make(at("in.mp4"), list, PICTURE + TONE + "-i FILE " + settings);
        matroska = Clips.make(at("in.mkv"), list, PICTURE + TONE + "-i FILE " + settings);
    }

    @Test
    void keepsTitlesAndTimesInEveryContainerThatHasChapters() {
        assertEquals(EXPECTED, chapters(mp4));
        for (Path in : List.of(mp4, matroska)) {
            for (String name : List.of("out.mp4", "out.mov", "out.m4v", "out.mkv")) {
                // When
                List<String> notes = Rejoined.write(in, at(name));

                // Then
                assertEquals(EXPECTED, chapters(at(name)), name);
                assertEquals(List.of(), notes, name);
            }
        }
    }

    @Test
    void keepsTitlesAndTimesInWebm() {
        // Given
        Path vp9 = Clips.make(at("vp9.mkv"), matroska, "-i FILE -c:v libvpx-vp9 -g 10 -an");

        // When
        List<String> notes = Rejoined.write(vp9, at("out.webm"));

        // Then
        assertEquals(3, chapters(vp9).size());
        assertEquals(chapters(vp9), chapters(at("out.webm")));
        assertEquals(List.of(), notes);
    }

    @Test
    void makesNoSecondTrackOfTheTitlesThatMp4KeepsInATrack() {
        // Given: a track of titles is all that ffprobe sees beside picture and sound
        assertEquals("video audio data", kinds(mp4));

        // When
        Rejoined.write(mp4, at("out.mp4"));
        Rejoined.write(mp4, at("out.mkv"));

        // Then
        assertEquals("video audio data", kinds(at("out.mp4")));
        assertEquals("video audio", kinds(at("out.mkv")));
    }

    @Test
    void keepsAChapterThatBeginsLate() {
        // Given
        String late = CHAPTERS.replace("START=0", "START=200");
        Path list = Clips.write(at("late.txt"), late.getBytes(StandardCharsets.UTF_8));
        Path in =
                Clips.make(
                        at("late.mkv"), list, PICTURE + "-i FILE -map 0 -map_chapters 1 " + H264);

        // When
        Rejoined.write(in, at("out.mkv"));
        Rejoined.write(in, at("out.mp4"));

        // Then: in MP4's list of chapters, in units of 100 ns, as ffprobe reads the text track of
        // titles without its edit list
        assertEquals("0.200000 to 0.501000 Erste Szene", chapters(at("out.mkv")).get(0));
        byte[] bytes = Clips.bytes(at("out.mp4"));
        int list100ns = Clips.indexOf(bytes, "chpl", 0) + 13;
        assertEquals(2_000_000, ByteBuffer.wrap(bytes).getLong(list100ns));
    }

    @Test
    void saysThatATransportStreamHasNoChapters() {
        // When
        List<String> notes = Rejoined.write(mp4, at("out.ts"));

        // Then
        assertEquals(List.of("3 chapters left out: out.ts cannot hold them"), notes);
        assertEquals("video audio", kinds(at("out.ts")));
    }

    private static List<String> chapters(Path file) {
        List<String> chapters = new ArrayList<>();
        for (JsonNode chapter : Clips.probe(file, "-show_chapters").path("chapters")) {
            chapters.add(
                    "%s to %s %s"
                            .formatted(
                                    chapter.path("start_time").asText(),
                                    chapter.path("end_time").asText(),
                                    chapter.path("tags").path("title").asText()));
        }
        return chapters;
    }

    private static String kinds(Path file) {
        List<String> kinds = new ArrayList<>();
        for (JsonNode stream : Clips.probe(file, "-show_streams").path("streams")) {
            kinds.add(stream.path("codec_type").asText());
        }
        return String.join(" ", kinds);
    }

    private static Path at(String name) {
        return directory.resolve(name);
    }
}
