package io.upriver.media;

import static io.upriver.media.Clips.H264;
import static io.upriver.media.Clips.PICTURE;
import static io.upriver.media.Clips.TONE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with an input is said by its name, for files and for segments alike. */
class InputCheckTest {

    private static final String KEY =
            "-encryption_scheme cenc-aes-ctr -encryption_key 00112233445566778899aabbccddeeff"
                    + " -encryption_kid 00112233445566778899aabbccddeeff ";

    @TempDir static Path directory;

    private static Path mp4;
    private static Path transportStream;

    @BeforeAll
    static void makeClips() {
        mp4 = Clips.make(at("clip.mp4"), PICTURE + TONE + H264 + "-c:a aac");
        transportStream = Clips.make(at("clip.ts"), mp4, "-i FILE -c copy");
    }

    @Test
    void saysThatAFileIsEmpty() {
        assertRefused(MediaException.Kind.UNREADABLE, "it is empty (0 bytes)", new byte[0]);
    }

    @Test
    void saysThatAnMp4WasNotClosed() {
        // Given: its index would be at the end
        byte[] whole = Clips.bytes(mp4);
        int data = Clips.indexOf(whole, "mdat", 0);
        int size = ByteBuffer.wrap(whole).getInt(data - 4);
        byte[] half = Arrays.copyOf(whole, data + 1000);

        // Then
        assertRefused(
                MediaException.Kind.UNREADABLE,
                "it is an MP4 that was not closed: it has no index (moov), which is often written"
                        + " last; its last box 'mdat' should go on for another "
                        + (size - 4 - 1000)
                        + " bytes",
                half);
    }

    @Test
    void saysWhereTheBoxesOfAnMp4End() {
        // Given: a box that is shorter than its own header
        byte[] bytes = Clips.bytes(mp4);
        int free = Clips.indexOf(bytes, "free", 0) - 4;
        ByteBuffer.wrap(bytes).putInt(free, 3);

        // Then
        assertRefused(
                MediaException.Kind.UNREADABLE,
                "it is a damaged MP4: the box 'free' at byte "
                        + free
                        + " has a length of 3 bytes, expected at least 8",
                bytes);
    }

    @Test
    void takesABoxThatClaimsMoreThanCanBeCounted() {
        // Given a second box whose end is beyond the largest number
        ByteBuffer bytes = ByteBuffer.allocate(100);
        bytes.putInt(16).put("ftypisom".getBytes(StandardCharsets.US_ASCII)).putInt(0);
        bytes.putInt(1).put("free".getBytes(StandardCharsets.US_ASCII)).putLong(Long.MAX_VALUE);

        // Then
        assertRefused(
                MediaException.Kind.UNREADABLE,
                "it is an MP4 that was not closed: it has no index (moov), which is often written"
                        + " last; its last box 'free' should go on for another "
                        + (Long.MAX_VALUE - 100)
                        + " bytes",
                bytes.array());
    }

    @Test
    void showsBytesThatAreNoLettersAsNumbers() {
        // Given a second box of which the name would begin a new line
        ByteBuffer bytes = ByteBuffer.allocate(40);
        bytes.putInt(16).put("ftypisom".getBytes(StandardCharsets.US_ASCII)).putInt(0);
        bytes.putInt(100).put("a\n\u00e4b".getBytes(StandardCharsets.ISO_8859_1));

        // Then
        assertRefused(
                MediaException.Kind.UNREADABLE,
                "it is an MP4 that was not closed: it has no index (moov), which is often written"
                        + " last; its last box 'a\\x0a\\xe4b' should go on for another 76 bytes",
                bytes.array());
    }

    @Test
    void saysThatAnInputIsCutOffInItsHeader() {
        // Given: FFmpeg calls this an end or trouble with input and output, not invalid data
        byte[] whole = Clips.bytes(mp4);
        int index = Clips.indexOf(whole, "moov", 0) - 4;
        int size = ByteBuffer.wrap(whole).getInt(index);
        int kept = Clips.indexOf(whole, "stts", index) + 10 - index;
        byte[] reordered = Arrays.copyOfRange(whole, index, index + kept);
        byte[] first = Arrays.copyOf(whole, 32);
        byte[] cut = Arrays.copyOf(first, first.length + reordered.length);
        System.arraycopy(reordered, 0, cut, first.length, reordered.length);
        byte[] matroska =
                Arrays.copyOf(Clips.bytes(Clips.make(at("clip.mkv"), mp4, "-i FILE -c copy")), 400);

        // Then
        assertRefused(
                MediaException.Kind.UNREADABLE,
                "it is a damaged MP4: its index (moov) cannot be read; its last box 'moov' should"
                        + " go on for another "
                        + (size - kept)
                        + " bytes: End of file (-541478725)",
                cut);
        assertRefused(
                MediaException.Kind.UNREADABLE,
                "it is Matroska / WebM, damaged or cut off before its first frame: Input/output"
                        + " error (-5)",
                matroska);
    }

    @Test
    void saysWithWhichBytesBeginsWhatIsNoMedia() {
        assertRefused(
                MediaException.Kind.UNREADABLE,
                "it is no media that FFmpeg knows; it begins with 61 20 6c 65 74 74 65 72",
                "a letter".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void saysThatAPictureDoesNotMove() {
        Map<String, String> pictures =
                Map.of("a.png", "PNG", "a.jpg", "JPEG", "a.bmp", "BMP", "a.webp", "WEBP");
        pictures.forEach(
                (name, format) -> {
                    // Given
                    Path picture =
                            Clips.make(at(name), "-f lavfi -i testsrc2=size=64x64 -frames:v 1");

                    // Then
                    assertRefused(
                            MediaException.Kind.NO_VIDEO,
                            "expected a video, found a still picture (" + format + ")",
                            Clips.bytes(picture));
                });
    }

    @Test
    void saysThatAPictureInMp4sClothesDoesNotMove() {
        // Given
        Path avif =
                Clips.make(
                        at("a.avif"),
                        "-f lavfi -i testsrc2=size=64x64 -frames:v 1 -c:v libaom-av1 -cpu-used 8");

        // Then
        assertRefused(
                MediaException.Kind.NO_VIDEO,
                "expected a video, found a still picture (AVIF)",
                Clips.bytes(avif));
    }

    @Test
    void saysThatThereIsSoundOnly() {
        Map<String, String> sounds =
                Map.of(
                        "a.mp3", "MP2/3 (MPEG audio layer 2/3)",
                        "a.flac", "raw FLAC",
                        "a.wav", "WAV / WAVE (Waveform Audio)");
        sounds.forEach(
                (name, format) ->
                        assertRefused(
                                MediaException.Kind.NO_VIDEO,
                                "expected a video, found sound only: " + format,
                                Clips.bytes(Clips.make(at(name), TONE))));
    }

    @Test
    void saysThatAPlaylistIsNotFollowed() {
        Map<String, String> lists =
                Map.of(
                        "HLS",
                        "#EXTM3U\n#EXTINF:2,\nclip.ts\n#EXT-X-ENDLIST\n",
                        "Virtual concatenation script",
                        "ffconcat version 1.0\nfile clip.ts\n",
                        "DASH",
                        "<?xml version='1.0'?>\n<MPD xmlns='urn:mpeg:dash:schema:mpd:2011'/>\n");
        lists.forEach(
                (kind, text) ->
                        assertRefused(
                                MediaException.Kind.UNREADABLE,
                                "expected a video file, found a playlist ("
                                        + kind
                                        + "), which only names others; they are not followed",
                                text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void saysThatMediaAreProtected() {
        // Given: by Common Encryption, in one piece and in fragments
        Path whole = Clips.make(at("drm.mp4"), mp4, "-i FILE -c copy " + KEY);
        Path sound = Clips.make(at("sound.mp4"), mp4, "-i FILE -map 0:a -c copy " + KEY);
        Path fragments =
                Clips.make(
                        at("fragments.mp4"),
                        mp4,
                        "-i FILE -c copy -movflags frag_keyframe+empty_moov " + KEY);
        for (Path file : List.of(whole, fragments)) {
            assertRefused(MediaException.Kind.UNSUPPORTED, protectedAs("encv"), Clips.bytes(file));
        }
        assertRefused(MediaException.Kind.UNSUPPORTED, protectedAs("enca"), Clips.bytes(sound));
    }

    private static String protectedAs(String coding) {
        return "it is protected by DRM: a track has the sample description '"
                + coding
                + "'; expected media that can be decoded without a key";
    }

    @Test
    void saysThatATransportStreamIsScrambled() {
        // Given: all but the tables, as broadcasters do
        byte[] packets = Clips.bytes(transportStream);
        for (int at = 0; at < packets.length; at += 188) {
            int number = ((packets[at + 1] & 0x1F) << 8) | (packets[at + 2] & 0xFF);
            if (number >= 0x100 && number < 0x1000) {
                packets[at + 3] |= (byte) 0x80;
            }
        }

        // Then
        assertRefused(
                MediaException.Kind.UNSUPPORTED,
                "it is protected by DRM: its transport stream packets are scrambled; expected media"
                        + " that can be decoded without a key",
                packets);
    }

    @Test
    void saysThatAFileDoesNotSayHowItsPicturesAreCoded() {
        // Given
        byte[] bytes = Clips.bytes(mp4);
        int description = Clips.indexOf(bytes, "stsd", Clips.indexOf(bytes, "vide", 0));
        System.arraycopy("free".getBytes(StandardCharsets.US_ASCII), 0, bytes, description, 4);
        try (Demuxer demuxer = Demuxer.open(bytes)) {
            // When
            MediaException refusal = assertThrows(MediaException.class, demuxer::mainVideo);

            // Then
            assertEquals(MediaException.Kind.NO_VIDEO, refusal.kind());
            assertEquals(
                    "expected a video track, found only video of which the file does not say how it"
                            + " is coded, audio (aac)",
                    refusal.getMessage());
        }
    }

    @Test
    void opensWhatIsInOrder() {
        for (Path file : List.of(mp4, transportStream)) {
            try (Demuxer demuxer = Demuxer.open(file)) {
                assertTrue(demuxer.mainVideo().width() > 0, file.toString());
            }
        }
    }

    private static void assertRefused(MediaException.Kind kind, String message, byte[] bytes) {
        Path file = Clips.write(at("input"), bytes);

        // When
        List<MediaException> refusals =
                List.of(
                        assertThrows(MediaException.class, () -> Demuxer.open(file)),
                        assertThrows(MediaException.class, () -> Demuxer.open(bytes)));

        // Then
        for (MediaException refusal : refusals) {
            assertEquals(message, refusal.getMessage());
            assertEquals(kind, refusal.kind());
        }
    }

    private static Path at(String name) {
        return directory.resolve(name);
    }
}
