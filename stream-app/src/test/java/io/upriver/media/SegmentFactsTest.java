package io.upriver.media;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.upriver.schemas.Container;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a playlist says of segments, beside what ffmpeg's own playlists and ffprobe say. */
class SegmentFactsTest {

    private static final String HEVC =
            "-c:v libx265 -preset ultrafast -x265-params log-level=none:pools=none:frame-threads=1:keyint=25 -c:a aac";
    private static final String SPEED = "-preset ultrafast -threads 1 -g 25";

    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "MPEG_TS | -c:v libx264 -profile:v baseline -preset ultrafast -threads 1 -g 25 -c:a aac",
                "MPEG_TS | -c:v libx264 -preset veryfast -threads 1 -g 25 -c:a mp3",
                "MP4     | -c:v libx264 -preset veryfast -threads 1 -g 25 -c:a aac",
                "MP4     | -pix_fmt yuv420p10le -c:v libx264 -preset veryfast -threads 1 -g 25 -an"
            })
    void callsCodecsAsFfmpegDoes(Container container, String coding) throws Exception {
        Path master = directory.resolve("master.m3u8");
        byte[] segment =
                LiveClip.segments(
                                directory,
                                container,
                                LiveClip.input(192, 108, 2)
                                        + coding
                                        + " -master_pl_name master.m3u8")
                        .get(1);

        SegmentFacts facts = SegmentFacts.of(segment, LargestPicture.ANY);

        assertEquals(value("CODECS=\"([^\"]+)\"", Files.readString(master)), facts.codecs());
        assertEquals(
                value("RESOLUTION=([0-9x]+)", Files.readString(master)),
                facts.width() + "x" + facts.height());
        assertEquals(LiveClip.RATE, facts.framesPerSecond(), 0.001);
        assertEquals(1_000, facts.durationMillis());
    }

    /** ffmpeg's own playlists say the same of all of HEVC but profile and level. */
    @ParameterizedTest
    @CsvSource({
        "MPEG_TS, yuv420p, hvc1.1.6.L%d.90",
        "MP4, yuv420p, hvc1.1.6.L%d.90",
        "MPEG_TS, yuv420p10le, hvc1.2.4.L%d.90",
        "MP4, yuv420p10le, hvc1.2.4.L%d.90"
    })
    void callsHevcByProfileLevelAndConstraints(Container container, String layout, String name) {
        byte[] segment =
                LiveClip.segments(
                                directory,
                                container,
                                LiveClip.input(192, 108, 1)
                                        + "-pix_fmt "
                                        + layout
                                        + " "
                                        + HEVC
                                        + (container == Container.MP4 ? " -tag:v hvc1" : ""))
                        .get(0);
        JsonNode seen = Clips.stream(Clips.write(directory.resolve("segment"), segment), "v:0");

        SegmentFacts facts = SegmentFacts.of(segment, LargestPicture.ANY);

        assertEquals(name.formatted(seen.required("level").asInt()) + ",mp4a.40.2", facts.codecs());
    }

    @ParameterizedTest
    @CsvSource({"yuv420p, av01.0.%02dM.08", "yuv420p10le, av01.0.%02dM.10"})
    void callsAv1ByProfileLevelAndBits(String layout, String name) {
        byte[] segment =
                LiveClip.segments(
                                directory,
                                Container.MP4,
                                LiveClip.input(192, 108, 1)
                                        + "-pix_fmt "
                                        + layout
                                        + " -c:v libsvtav1 -preset 12 -an")
                        .get(0);
        JsonNode seen = Clips.stream(Clips.write(directory.resolve("segment"), segment), "v:0");

        SegmentFacts facts = SegmentFacts.of(segment, LargestPicture.ANY);

        assertEquals(name.formatted(seen.required("level").asInt()), facts.codecs());
    }

    @Test
    void refusesWhatHasNoPicture() {
        byte[] sound =
                Clips.bytes(Clips.make(directory.resolve("sound.ts"), Clips.TONE + "-c:a aac"));

        assertThrows(MediaException.class, () -> SegmentFacts.of(sound, LargestPicture.ANY));
        assertThrows(
                MediaException.class, () -> SegmentFacts.of(new byte[400], LargestPicture.ANY));
    }

    @Test
    void findsOneInitSectionInSegmentsThatDifferInTheirBitRates() {
        // Given what FFmpeg writes into each segment of its own
        List<byte[]> segments = new ArrayList<>();
        for (int crf : new int[] {20, 40}) {
            segments.add(
                    Clips.bytes(
                            Clips.make(
                                    directory.resolve(crf + ".mp4"),
                                    LiveClip.input(192, 108, 1)
                                            + "-c:v libx264 -qp "
                                            + crf
                                            + " "
                                            + SPEED
                                            + " -c:a aac -movflags empty_moov+delay_moov+default_base_moof")));
        }
        byte[] one = segments.get(0);
        byte[] other = segments.get(1);
        int length = Clips.indexOf(one, "moof", 0) - 4;

        // When
        InitSection init = InitSection.of(one);

        // Then
        assertNotEquals(
                -1, Arrays.mismatch(Arrays.copyOf(one, length), Arrays.copyOf(other, length)));
        assertEquals(length, init.bytes().length);
        assertTrue(init.name().matches("[0-9a-f]{16}"), init.name());
        int parameters = Clips.indexOf(one, "avcC", 0);
        int from = Clips.indexOf(init.bytes(), "avcC", 0);
        assertEquals(parameters, from);
        assertArrayEquals(Arrays.copyOfRange(one, 0, from), Arrays.copyOf(init.bytes(), from));

        // and a player needs none of what was taken out
        byte[] joined = init.bytes().clone();
        joined = Arrays.copyOf(joined, one.length);
        System.arraycopy(one, length, joined, length, one.length - length);
        Path whole = Clips.write(directory.resolve("joined.mp4"), joined);
        assertEquals(List.of(), Clips.warnings(whole, "-i FILE -f null -"));
        assertEquals(Clips.packetHashes(directory.resolve("20.mp4")), Clips.packetHashes(whole));
    }

    @Test
    void findsNoInitSectionInFilesWithoutFragments() {
        byte[] file =
                Clips.bytes(
                        Clips.make(
                                directory.resolve("file.mp4"),
                                Clips.PICTURE + "-c:v libx264 " + SPEED));

        assertNull(InitSection.of(file));
        assertNull(InitSection.of(Arrays.copyOf(file, 40)));
        assertNull(InitSection.of(new byte[0]));
    }

    private static String value(String pattern, String text) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        assertTrue(found.find(), text);
        return found.group(1).toLowerCase(Locale.ROOT);
    }
}
