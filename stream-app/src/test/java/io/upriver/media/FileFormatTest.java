package io.upriver.media;

import static io.upriver.media.Clips.H264;
import static io.upriver.media.Clips.PICTURE;
import static io.upriver.media.Clips.TONE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileFormatTest {

    @TempDir static Path directory;

    @Test
    void knowsTheFormatsByTheirEndings() {
        assertEquals("mp4", FileFormat.ofName("a.mp4").name());
        assertEquals("mov", FileFormat.ofName("a.mov").name());
        assertEquals("matroska", FileFormat.ofName("a.mkv").name());
        assertEquals("webm", FileFormat.ofName("a.webm").name());
        assertEquals("mpegts", FileFormat.ofName("a.ts").name());
        assertTrue(FileFormat.isKnown("A.MP4"));
    }

    @Test
    void knowsNoFormatThatIsNoVideoFileOrLosesTimes() {
        for (String name :
                List.of("a.xyz", "mp4", "a.m3u8", "a.mpd", "a.png", "a.wav", "a.flv", "a.avi")) {
            assertFalse(FileFormat.isKnown(name), name);
        }
    }

    @Test
    void refusesAnUnknownEnding() {
        // When
        MediaException refusal =
                assertThrows(MediaException.class, () -> FileFormat.ofName("film.xyz"));

        // Then
        assertEquals(MediaException.Kind.UNSUPPORTED, refusal.kind());
        assertEquals(
                "expected an output name with the ending of a video container, such as .mp4 or"
                        + " .mkv, got film.xyz",
                refusal.getMessage());
    }

    @Test
    void choosesH264WhereItCanBeAndAv1InWebm() {
        assertEquals("h264", FileFormat.ofName("a.mp4").usualCodec());
        assertEquals("h264", FileFormat.ofName("a.ts").usualCodec());
        assertEquals("av1", FileFormat.ofName("a.webm").usualCodec());
    }

    @Test
    void saysWhatToDoWhereAnEncoderAndAContainerDoNotGoTogether() {
        // Then
        assertRefused(
                "film.webm",
                "libx264",
                "film.webm cannot hold h264, which the encoder libx264 makes; expected --codec av1"
                        + " or an output name ending in .mkv");
        assertRefused(
                "film.ts",
                "libsvtav1",
                "film.ts cannot hold av1, which the encoder libsvtav1 makes; expected --codec h264"
                        + " or an output name ending in .mkv");
        FileFormat.ofName("film.webm").checkHolds("libvpx-vp9");
        FileFormat.ofName("film.mkv").checkHolds("libsvtav1");
        FileFormat.ofName("film.mp4").checkHolds("libx265");
        FileFormat.ofName("film.mov").checkHolds("libsvtav1");
    }

    private static void assertRefused(String name, String encoder, String message) {
        FileFormat format = FileFormat.ofName(name);

        // When
        MediaException refusal =
                assertThrows(MediaException.class, () -> format.checkHolds(encoder));

        // Then
        assertEquals(MediaException.Kind.UNSUPPORTED, refusal.kind());
        assertEquals(message, refusal.getMessage());
    }

    /** What the muxers' own documentation says, by codec; MPEG-TS does not tell when asked. */
    @Test
    void knowsWhatContainersHold() {
        // Given
        Path subtitles = Clips.write(at("s.srt"), SRT.getBytes(StandardCharsets.UTF_8));
        Path h264Aac = Clips.make(at("a.mp4"), PICTURE + TONE + H264 + "-c:a aac");
        Path hevcAc3 =
                Clips.make(
                        at("b.mkv"),
                        subtitles,
                        PICTURE
                                + TONE
                                + "-i FILE -c:v libx265 -preset ultrafast -x265-params"
                                + " log-level=none -c:a ac3 -c:s srt");
        Path vp9Opus = Clips.make(at("c.webm"), PICTURE + TONE + "-c:v libvpx-vp9 -cpu-used 8");
        Path mpeg2 = Clips.make(at("d.ts"), PICTURE + TONE + "-c:v mpeg2video -c:a mp2");

        // Then
        assertEquals("mp4 mkv ts mov", holders(h264Aac, 0));
        assertEquals("mp4 mkv ts mov", holders(h264Aac, 1));
        assertEquals("mp4 mkv ts mov", holders(hevcAc3, 0));
        assertEquals("mp4 mkv ts mov", holders(hevcAc3, 1));
        assertEquals("mkv", holders(hevcAc3, 2));
        assertEquals("mp4 mkv webm", holders(vp9Opus, 0).replace(" mov", ""));
        assertEquals("mp4 mkv ts webm", holders(vp9Opus, 1).replace(" mov", ""));
        assertEquals("mp4 mkv ts mov", holders(mpeg2, 0));
        assertEquals("mp4 mkv ts mov", holders(mpeg2, 1));
    }

    private static final String SRT = "1\n00:00:00,200 --> 00:00:01,000\nHello\n";

    private static String holders(Path file, int track) {
        try (Demuxer demuxer = Demuxer.open(file)) {
            StringBuilder names = new StringBuilder();
            for (String ending : List.of("mp4", "mkv", "ts", "mov", "webm")) {
                if (FileFormat.ofName("a." + ending).holds(demuxer.tracks().get(track))) {
                    names.append(' ').append(ending);
                }
            }
            return names.toString().strip();
        }
    }

    private static Path at(String name) {
        return directory.resolve(name);
    }
}
