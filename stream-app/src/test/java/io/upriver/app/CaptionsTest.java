package io.upriver.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.upriver.media.Clips;
import io.upriver.media.MessageClips;
import io.upriver.schemas.StreamSettings.Codec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Closed captions, which lie in the coded pictures, are those of the same pictures afterwards. */
class CaptionsTest {

    private static final String CAPTIONS = "ATSC A53 Part 4 Closed Captions";

    @TempDir static Path directory;

    private static FileUpscaling upscaling;
    private static Path film;

    @BeforeAll
    static void start() {
        upscaling = new FileUpscaling();
        film = MessageClips.captions(at("film.mp4"));
        assertEquals(MessageClips.PICTURES, picturesWithCaptions(film));
    }

    @AfterAll
    static void stop() {
        upscaling.close();
    }

    @Test
    void keepsTheCaptionsOfEachPictureInH264AndHevc() {
        List<String> expected = captions(film);
        assertTrue(expected.size() > 10, "got " + expected);
        for (Codec codec : List.of(Codec.H264, Codec.HEVC)) {
            for (String ending : List.of("mp4", "mkv", "ts")) {
                // When
                Path out = at("out." + codec.wireName() + "." + ending);
                List<String> notes = upscaling.run(film, out, codec);

                // Then
                assertEquals(MessageClips.PICTURES, picturesWithCaptions(out), out.toString());
                assertEquals(expected, captions(out), out.toString());
                assertEquals(List.of(), notes);
            }
        }
    }

    @Test
    void putsEachPicturesCaptionsIntoItsPacketOfAv1() {
        // When
        Path out = at("out.av1.mp4");
        List<String> notes = upscaling.run(film, out, Codec.AV1);

        // Then: no decoder of this FFmpeg reads them, but its filter for bit streams finds the
        // units
        Path units =
                Clips.make(
                        at("units.bin"),
                        out,
                        "-i FILE -map 0:v -c copy -bsf:v filter_units=pass_types=5 -f data");
        byte[] bytes = Clips.bytes(units);
        String inOrder = "";
        for (int at = next(bytes, 0); at >= 0; at = next(bytes, at + 1)) {
            inOrder += (char) bytes[at + "GA94".length() + 4];
        }
        assertEquals(letters(), inOrder);
        assertEquals(MessageClips.PICTURES, Clips.decoded(out).frames().size());
        assertEquals(List.of(), notes);
    }

    private static int next(byte[] bytes, int from) {
        return Clips.indexOf(bytes, "GA94", from);
    }

    private static String letters() {
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < MessageClips.PICTURES; i++) {
            letters.append((char) ('A' + i % 26));
        }
        return letters.toString();
    }

    private static int picturesWithCaptions(Path file) {
        int count = 0;
        for (JsonNode frame : Clips.probe(file, "-select_streams v -show_frames").path("frames")) {
            count += frame.path("side_data_list").toString().contains(CAPTIONS) ? 1 : 0;
        }
        return count;
    }

    /** What a filter of ffmpeg takes out of the pictures: bytes and times, from the first on. */
    private static List<String> captions(Path file) {
        String input = "-f lavfi -i movie=FILE[out0+subcc]".replace("FILE", file.toString());
        String arguments = input + " -select_streams s -show_packets -show_data_hash md5";
        List<String> captions = new ArrayList<>();
        for (JsonNode packet : Clips.probe(arguments).path("packets")) {
            captions.add(
                    "%s %.2f"
                            .formatted(
                                    packet.path("data_hash").asText(),
                                    packet.path("pts_time").asDouble()));
        }
        return captions;
    }

    private static Path at(String name) {
        return directory.resolve(name);
    }
}
