package io.upriver.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.upriver.media.Clips;
import io.upriver.media.Demuxer;
import io.upriver.media.MediaException;
import io.upriver.media.MessageClips;
import io.upriver.schemas.Container;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.StreamSettings.Codec;
import io.upriver.schemas.VideoEncoding;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a film says of its light and of its pictures' words goes with it, or the user is told. */
class HdrTest {

    private static final String TEN_BITS =
            "-f lavfi -i testsrc2=size=128x72:rate=25:duration=1,format=yuv420p10le,";
    private static final String PQ =
            "setparams=color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc ";
    private static final String HLG =
            "setparams=color_primaries=bt2020:color_trc=arib-std-b67:colorspace=bt2020nc ";
    private static final String X265 =
            "-c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=10";
    private static final String MASTERED =
            ":master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1)"
                    + ":max-cll=1000,400";

    private static final String MASTERING = "Mastering display metadata";
    private static final String LIGHT = "Content light level metadata";
    private static final String HDR10_PLUS = "HDR Dynamic Metadata SMPTE2094-40 (HDR10+)";

    @TempDir static Path directory;

    private static FileUpscaling upscaling;

    @BeforeAll
    static void start() {
        upscaling = new FileUpscaling();
    }

    @AfterAll
    static void stop() {
        upscaling.close();
    }

    @Test
    void keepsWhatTheFirstPictureSaysOfTheMasteringDisplayAndTheLight() {
        // Given: the coded pictures say it, the container does not
        Path film = Clips.make(at("film.mp4"), TEN_BITS + PQ + X265 + MASTERED);
        assertEquals(Map.of(), sideData(Clips.stream(film, "v:0"), MASTERING, LIGHT));
        Map<String, Map<String, Double>> expected = sideData(firstFrame(film), MASTERING, LIGHT);
        assertEquals(2, expected.size());

        // Then
        assertKept(expected, film, "smpte2084");
    }

    @Test
    void keepsWhatTheContainerSaysOfTheMasteringDisplayAndTheLight() {
        // Given: the container says it, the coded pictures do not
        Path coded = Clips.make(at("coded.mp4"), TEN_BITS + PQ + X265 + MASTERED);
        Path film = Clips.make(at("film.mkv"), coded, "-i FILE -c:v libvpx-vp9 -cpu-used 8 -g 10");
        Map<String, Map<String, Double>> expected =
                sideData(Clips.stream(film, "v:0"), MASTERING, LIGHT);
        assertEquals(2, expected.size());

        // Then
        assertKept(expected, film, "smpte2084");
    }

    private static void assertKept(
            Map<String, Map<String, Double>> expected, Path film, String transfer) {
        for (Codec codec : List.of(Codec.HEVC, Codec.AV1)) {
            for (String ending : List.of("mp4", "mkv")) {
                // When
                Path out = at("out." + codec.wireName() + "." + ending);
                List<String> notes = upscaling.run(film, out, codec);

                // Then
                JsonNode stream = Clips.stream(out, "v:0");
                String name = out.getFileName().toString();
                assertEquals(codec.wireName(), stream.path("codec_name").asText(), name);
                assertEquals(expected, sideData(stream, MASTERING, LIGHT), name);
                assertEquals(expected, sideData(firstFrame(out), MASTERING, LIGHT), name);
                assertEquals(transfer, stream.path("color_transfer").asText(), name);
                assertEquals("bt2020", stream.path("color_primaries").asText(), name);
                assertEquals("bt2020nc", stream.path("color_space").asText(), name);
                assertEquals(List.of(), notes, name);
            }
        }
        Path raw = Clips.make(at("raw.hevc"), at("out.hevc.mp4"), "-i FILE -c copy");
        assertEquals(expected, sideData(firstFrame(raw), MASTERING, LIGHT), "in the pictures");
    }

    @Test
    void keepsWhatTheFirstPictureSaysInALiveTransportStream() {
        // Given
        Path live = Clips.make(at("live.ts"), TEN_BITS + PQ + X265 + MASTERED);
        Map<String, Map<String, Double>> expected = sideData(firstFrame(live), MASTERING, LIGHT);
        assertEquals(2, expected.size());

        // When
        byte[] segment = upscaling.segment(Container.MPEG_TS, Clips.bytes(live), Codec.HEVC);

        // Then
        Path out = Clips.write(at("live.out.ts"), segment);
        assertEquals(expected, sideData(firstFrame(out), MASTERING, LIGHT));
        assertEquals("smpte2084", Clips.stream(out, "v:0").path("color_transfer").asText());
    }

    @Test
    void keepsTheTransferOfHlg() {
        // Given
        Path film = Clips.make(at("film.mp4"), TEN_BITS + HLG + X265);
        for (Codec codec : List.of(Codec.HEVC, Codec.AV1)) {
            // When
            upscaling.run(film, at("hlg.mp4"), codec);

            // Then
            JsonNode stream = Clips.stream(at("hlg.mp4"), "v:0");
            assertEquals("arib-std-b67", stream.path("color_transfer").asText());
            assertEquals("bt2020nc", stream.path("color_space").asText());
        }
    }

    @Test
    void keepsHdr10PlusFrameByFrame() {
        // Given
        Path film = MessageClips.hdr10Plus(at("plus.mp4"));
        List<Map<String, Double>> expected = eachFrame(film, HDR10_PLUS);
        assertEquals(MessageClips.PICTURES, expected.size());
        assertEquals(MessageClips.PICTURES, expected.stream().distinct().count());
        for (String name : List.of("plus.hevc.mp4", "plus.hevc.mkv")) {
            // When
            List<String> notes = upscaling.run(film, at(name), Codec.HEVC);

            // Then
            assertEquals(expected, eachFrame(at(name), HDR10_PLUS), name);
            assertEquals(List.of(), notes, name);
        }
    }

    @Test
    void saysThatVp9HasNoPlaceForHdr10PlusAndCaptions() {
        // Given
        Path plus = MessageClips.hdr10Plus(at("plus.mp4"));
        Path words = MessageClips.captions(at("words.mp4"));
        StreamSettings vp9 =
                StreamSettings.DEFAULT
                        .withModel("none")
                        .withEncoding(VideoEncoding.of(Codec.AV1).withEncoder("libvpx-vp9"));

        // Then
        assertEquals(
                List.of("HDR10+ left out: vp9 has no place for it"),
                upscaling.run(plus, at("plus.webm"), vp9));
        assertEquals(
                List.of("closed captions left out: vp9 has no place for them"),
                upscaling.run(words, at("words.webm"), vp9));
    }

    @Test
    void keepsHowTwoViewsLieInThePicture() {
        // Given
        Path film =
                Clips.make(
                        at("views.mkv"),
                        Clips.PICTURE + Clips.H264 + "-metadata:s:v stereo_mode=left_right");
        Path mp4 = Clips.make(at("views.mp4"), film, "-i FILE -c copy -strict unofficial");

        // When
        upscaling.run(film, at("views.out.mkv"), Codec.HEVC);
        upscaling.run(film, at("views.out.mp4"), Codec.HEVC);

        // Then: ffprobe reads less out of MP4 than there is
        String said = Clips.stream(at("views.out.mkv"), "v:0").path("side_data_list").toString();
        assertTrue(said.contains("\"type\":\"side by side\""), said);
        assertEquals(stereoMode(Clips.bytes(mp4)), stereoMode(Clips.bytes(at("views.out.mp4"))));
    }

    private static int stereoMode(byte[] mp4) {
        int box = Clips.indexOf(mp4, "st3d", 0);
        assertTrue(box > 0, "expected a box of stereoscopic video");
        return mp4[box + 8];
    }

    @Test
    void doesNotClaimDolbyVision() {
        // Given: profile 8.4, an HLG picture and data beside it
        Path film = dolbyVision(8, 4);
        assertTrue(Clips.stream(film, "v:0").toString().contains("DOVI configuration"), "no DOVI");
        for (String name : List.of("dolby.mp4", "dolby.mov", "dolby.mkv")) {
            // When
            List<String> notes = upscaling.run(film, at(name), Codec.HEVC);

            // Then
            assertFalse(Clips.stream(at(name), "v:0").toString().contains("DOVI"), name);
            for (String box : List.of("dvcC", "dvvC", "dvh1", "dvhe")) {
                assertEquals(-1, Clips.indexOf(Clips.bytes(at(name)), box, 0), box + " " + name);
            }
            assertEquals(1, notes.size());
            assertTrue(notes.get(0).startsWith("Dolby Vision left out: "), notes.get(0));
        }
    }

    @Test
    void refusesDolbyVisionWhosePicturesHaveWrongColoursWithoutIt() {
        // Given: profile 5
        Path film = dolbyVision(5, 0);
        try (Demuxer demuxer = Demuxer.open(film)) {
            // When
            MediaException refusal = assertThrows(MediaException.class, demuxer::mainVideo);

            // Then
            assertEquals(MediaException.Kind.UNSUPPORTED, refusal.kind());
            assertTrue(
                    refusal.getMessage().contains("found Dolby Vision profile 5, whose colours"),
                    refusal.getMessage());
        }
    }

    /** A film whose header says Dolby Vision, where ffmpeg had written something unimportant. */
    private static Path dolbyVision(int profile, int compatibility) {
        Path film = Clips.make(at("dolby.in.mp4"), TEN_BITS + HLG + X265 + " -tag:v hvc1");
        byte[] bytes = Clips.bytes(film);
        int at = Clips.indexOf(bytes, "btrt", 0);
        byte[] box = "dvcC".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(box, 0, bytes, at, box.length);
        byte[] record = {1, 0, (byte) (profile << 1), 0x0D, (byte) (compatibility << 4), 0, 0, 0};
        System.arraycopy(record, 0, bytes, at + box.length, record.length);
        return Clips.write(film, bytes);
    }

    private static JsonNode firstFrame(Path film) {
        return Clips.probe(film, "-select_streams v:0 -show_frames -read_intervals %+#1")
                .path("frames")
                .path(0);
    }

    /** The numbers of the side data of these kinds, which a stream and a frame list alike. */
    private static Map<String, Map<String, Double>> sideData(JsonNode node, String... kinds) {
        Map<String, Map<String, Double>> found = new TreeMap<>();
        for (JsonNode data : node.path("side_data_list")) {
            String kind = data.path("side_data_type").asText();
            if (List.of(kinds).contains(kind)) {
                Map<String, Double> numbers = new TreeMap<>();
                data.properties().stream()
                        .filter(field -> !field.getKey().equals("side_data_type"))
                        .forEach(field -> numbers.put(field.getKey(), number(field.getValue())));
                found.put(kind, numbers);
            }
        }
        return found;
    }

    /** A number that may be written as a fraction, reduced or not. */
    private static double number(JsonNode value) {
        String[] parts = value.asText().split("/", -1);
        double top = Double.parseDouble(parts[0]);
        return parts.length == 1 ? top : top / Double.parseDouble(parts[1]);
    }

    private static List<Map<String, Double>> eachFrame(Path film, String kind) {
        List<Map<String, Double>> found = new ArrayList<>();
        JsonNode frames = Clips.probe(film, "-select_streams v:0 -show_frames").path("frames");
        frames.forEach(frame -> found.addAll(sideData(frame, kind).values()));
        return found;
    }

    private static Path at(String name) {
        return directory.resolve(name);
    }
}
