package io.upriver.media;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.upriver.media.LiveCutter.Piece;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both cutters, with clips of two seconds that have a key frame every 0.4 s. */
class LiveCutterTest {

    private static final int LARGE = 1 << 24;
    private static final String SOUND = "-c:a aac ";
    private static final String FRAGMENTS = "-movflags frag_keyframe+empty_moov";

    @TempDir static Path directory;

    private static byte[] fragments;
    private static byte[] transport;

    @BeforeAll
    static void makeClips() {
        fragments =
                Clips.bytes(
                        Clips.make(
                                directory.resolve("fragments.mp4"),
                                Clips.PICTURE
                                        + Clips.TONE
                                        + Clips.H264
                                        + SOUND
                                        + FRAGMENTS
                                        + "+default_base_moof"));
        transport =
                Clips.bytes(
                        Clips.make(
                                directory.resolve("transport.ts"),
                                Clips.PICTURE + Clips.TONE + Clips.H264 + SOUND));
    }

    @Test
    void cutsFragmentsAtKeyFramesAndLosesNothing() throws IOException {
        List<Piece> pieces = cut(fragmentCutter(fragments, 800));

        assertEquals(3, pieces.size());
        assertEquals(packets(List.of(fragments), ".mp4"), packets(data(pieces), ".mp4"));
        assertEquals(
                List.of(800L, 800L, 400L), pieces.stream().map(LiveCutterTest::millis).toList());
    }

    @Test
    void makesAPieceOfEachFragmentOfSound() throws IOException {
        byte[] sound =
                Clips.bytes(
                        Clips.make(
                                directory.resolve("sound.mp4"),
                                Clips.TONE + SOUND + FRAGMENTS + " -frag_duration 500000"));

        FragmentCutter cutter = fragmentCutter(sound, 800);
        assertTrue(cutter.isSound());
        List<Piece> pieces = cut(cutter);

        assertEquals(4, pieces.size());
        assertEquals(packets(List.of(sound), ".mp4"), packets(data(pieces), ".mp4"));
        int samples = pieces.stream().mapToInt(p -> SoundSamples.of(p.data()).count()).sum();
        assertEquals(Clips.packets(directory.resolve("sound.mp4"), "a:0", "pts").size(), samples);
    }

    @Test
    void leavesOffsetsFromTheBeginningOfTheFileRight() throws IOException {
        byte[] absolute =
                Clips.bytes(
                        Clips.make(
                                directory.resolve("absolute.mp4"),
                                Clips.PICTURE + Clips.TONE + Clips.H264 + SOUND + FRAGMENTS));

        List<Piece> pieces = cut(fragmentCutter(absolute, 400));

        assertEquals(5, pieces.size());
        assertEquals(packets(List.of(absolute), ".mp4"), packets(data(pieces), ".mp4"));
    }

    @Test
    void cutsATransportStreamAtKeyFramesAndLosesNothing() throws IOException {
        List<Piece> pieces = cut(transportCutter(transport, 800));

        assertEquals(3, pieces.size());
        assertEquals(packets(List.of(transport), ".ts"), packets(data(pieces), ".ts"));
        assertEquals(
                List.of(800L, 800L, 400L), pieces.stream().map(LiveCutterTest::millis).toList());
        assertEquals(List.of(false, false, true), pieces.stream().map(Piece::last).toList());
    }

    @Test
    void makesSegmentsThatFfmpegDecodesWithoutAWord() throws IOException {
        List<Piece> pieces = new ArrayList<>(cut(fragmentCutter(fragments, 800)));
        pieces.addAll(cut(transportCutter(transport, 800)));

        for (Piece piece : pieces) {
            Path file = Clips.write(directory.resolve("piece"), piece.data());
            assertEquals(List.of(), Clips.warnings(file, "-i FILE -f null -"));
        }
        assertEquals(6, pieces.size());
    }

    @Test
    void goesOnWithTheInitSectionOfAnEarlierBody() throws IOException {
        FragmentCutter first = fragmentCutter(fragments, Long.MAX_VALUE);
        byte[] whole = cut(first).get(0).data();
        byte[] init = first.init();
        byte[] rest = Arrays.copyOfRange(whole, init.length, whole.length);

        List<Piece> again =
                cut(
                        new FragmentCutter(
                                new ByteArrayInputStream(rest), init, LARGE, Long.MAX_VALUE));

        assertEquals(1, again.size());
        assertArrayEquals(whole, again.get(0).data());
        refused(
                CutException.Kind.NO_INIT_SECTION,
                "expected an init section (ftyp, moov) before the first fragment, got none",
                fragmentCutter(rest, 800));
    }

    @Test
    void endsASegmentAtAnotherInitSection() throws IOException {
        ByteArrayOutputStream twice = new ByteArrayOutputStream();
        twice.writeBytes(fragments);
        twice.writeBytes(fragments);

        List<Piece> pieces = cut(fragmentCutter(twice.toByteArray(), Long.MAX_VALUE));

        assertEquals(2, pieces.size());
        assertArrayEquals(pieces.get(0).data(), pieces.get(1).data());
    }

    @Test
    void refusesWhatItCannotCut() {
        byte[] plain =
                Clips.bytes(
                        Clips.make(
                                directory.resolve("plain.mp4"),
                                Clips.PICTURE + Clips.H264 + "-movflags faststart"));
        byte[] twice =
                Clips.bytes(
                        Clips.make(
                                directory.resolve("twice.mp4"),
                                Clips.PICTURE + "-map 0 -map 0 " + Clips.H264 + FRAGMENTS));
        byte[] soundOnly =
                Clips.bytes(Clips.make(directory.resolve("sound.ts"), Clips.TONE + SOUND));

        refused(
                CutException.Kind.UNSUPPORTED,
                "expected fragments (moof, mdat), got media without them, as in MP4 files that are not fragmented",
                fragmentCutter(plain, 800));
        refused(
                CutException.Kind.UNSUPPORTED,
                "expected one video track, with its sound beside it, or a track of sound alone, got an init section of tracks [vide, vide]",
                fragmentCutter(twice, 800));
        refused(
                CutException.Kind.UNSUPPORTED,
                "expected a transport stream with video whose key frames are marked as random access points, got none in 5000 bytes",
                new TransportCutter(new ByteArrayInputStream(soundOnly), 5000, 800));
        refused(
                CutException.Kind.TOO_LARGE,
                "expected a key frame at least every 3000 bytes, got more",
                new TransportCutter(new ByteArrayInputStream(transport), 3000, 800));
        refused(
                CutException.Kind.TOO_LARGE,
                "expected segments of at most 3000 bytes, with a key frame at the beginning of a fragment in time, got more",
                new FragmentCutter(new ByteArrayInputStream(fragments), null, 3000, 800));
        refused(
                CutException.Kind.BROKEN,
                "expected packets of 188 bytes that begin with 0x47, got 0x00",
                transportCutter(new byte[400], 800));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 7, 0x7FFFFFFF, 0xFFFFFFFFL, 1L << 40, Long.MAX_VALUE, -1})
    void isNotLedAstrayByTheLengthOfABox(long length) {
        ByteBuffer box = ByteBuffer.allocate(64);
        boolean isLong = length > 0xFFFFFFFFL || length < 0;
        box.putInt(isLong ? 1 : (int) length)
                .put("moov".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        if (isLong) {
            box.putLong(length);
        }

        Exception refusal =
                assertThrows(Exception.class, () -> cut(fragmentCutter(box.array(), 800)));

        assertTrue(
                refusal instanceof CutException || refusal instanceof EOFException,
                refusal.toString());
    }

    @Test
    void takesNothingThatHasNotComeWhole() throws IOException {
        for (int part = 1; part < 20; part++) {
            byte[] begun = Arrays.copyOf(fragments, fragments.length * part / 20 - 3);
            List<Piece> pieces = new ArrayList<>();
            assertThrows(EOFException.class, () -> cut(fragmentCutter(begun, 400), pieces));
            assertTrue(pieces.size() <= part / 4 + 1, part + ": " + pieces.size());
            for (Piece piece : pieces) {
                assertEquals(400, millis(piece));
            }
        }
    }

    @Test
    @Timeout(60)
    void bearsDamage() {
        bearsDamage(fragments, bytes -> fragmentCutter(bytes, 400));
        bearsDamage(transport, bytes -> transportCutter(bytes, 400));
    }

    private static void bearsDamage(byte[] clip, Function<byte[], LiveCutter> opener) {
        Random random = new Random(1);
        int cut = 0;
        for (int i = 0; i < 1500; i++) {
            byte[] damaged = Arrays.copyOf(clip, random.nextInt(clip.length) + 1);
            for (int n = random.nextInt(30); n > 0; n--) {
                // most of what is read is at the beginning of things
                int most = n % 2 == 0 ? damaged.length : Math.min(damaged.length, 2000);
                damaged[random.nextInt(most)] = (byte) random.nextInt();
            }
            List<Piece> pieces = new ArrayList<>();
            try {
                cut(opener.apply(damaged), pieces);
            } catch (CutException | IOException e) {
                assertNotEquals(null, e.getMessage());
            }
            int bytes = pieces.stream().mapToInt(piece -> piece.data().length).sum();
            assertTrue(bytes <= 2 * damaged.length, bytes + " of " + damaged.length);
            cut += pieces.size();
        }
        assertTrue(cut > 100, "pieces: " + cut);
    }

    private static void refused(CutException.Kind kind, String message, LiveCutter cutter) {
        CutException refusal = assertThrows(CutException.class, () -> cut(cutter));
        assertEquals(message, refusal.getMessage());
        assertEquals(kind, refusal.kind());
    }

    private static FragmentCutter fragmentCutter(byte[] media, long millis) {
        return new FragmentCutter(new ByteArrayInputStream(media), null, LARGE, millis);
    }

    private static LiveCutter transportCutter(byte[] media, long millis) {
        return new TransportCutter(new ByteArrayInputStream(media), LARGE, millis);
    }

    private static List<Piece> cut(LiveCutter cutter) throws IOException {
        return cut(cutter, new ArrayList<>());
    }

    private static List<Piece> cut(LiveCutter cutter, List<Piece> pieces) throws IOException {
        for (Piece piece = cutter.next(); piece != null; piece = cutter.next()) {
            pieces.add(piece);
        }
        return pieces;
    }

    private static List<byte[]> data(List<Piece> pieces) {
        return pieces.stream().map(Piece::data).toList();
    }

    private static long millis(Piece piece) {
        return SegmentSurvey.of(piece.data()).durationMillis();
    }

    /** What ffprobe reads: time and bytes of every packet, by track, one file after the other. */
    private static Map<Integer, List<String>> packets(List<byte[]> files, String extension) {
        Map<Integer, List<String>> packets = new TreeMap<>();
        for (byte[] bytes : files) {
            Path file = Clips.write(directory.resolve("read" + extension), bytes);
            for (JsonNode packet :
                    Clips.probe(
                                    file,
                                    "-show_packets -show_data_hash md5 -show_entries packet=stream_index,pts,dts,data_hash")
                            .path("packets")) {
                packets.computeIfAbsent(packet.get("stream_index").asInt(), i -> new ArrayList<>())
                        .add(
                                "%s %s %s"
                                        .formatted(
                                                packet.path("pts").asText(),
                                                packet.path("dts").asText(),
                                                packet.get("data_hash").asText()));
            }
        }
        return packets;
    }
}
