package io.upriver.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.upriver.ingest.PushRefusedException.Reason;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.SharedBroker;
import io.upriver.media.Clips;
import io.upriver.media.SegmentWithSound;
import io.upriver.schemas.Container;
import io.upriver.schemas.Segment;
import io.upriver.schemas.Topics;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams whose tracks are pushed apart. The judge of what comes out is ffprobe. */
@ExtendWith(SharedBroker.class)
@Timeout(60)
class SeparateSoundTest {

    private static final int MOST = 1 << 20;
    private static final String VIDEO = Clips.PICTURE + Clips.H264;
    private static final String SOUND = Clips.TONE + "-c:a aac ";
    private static final String CMAF =
            "-f mp4 -movflags +cmaf+frag_keyframe+empty_moov+default_base_moof ";

    @TempDir static Path directory;

    /** Two seconds in three files for each track, as ffmpeg writes them for DASH. */
    private static Path dash;

    /** The same length, each track in one file. */
    private static byte[] video;

    private static byte[] sound;

    @BeforeAll
    static void makeTracks() throws IOException {
        dash = Files.createDirectories(directory.resolve("dash"));
        Clips.make(
                dash.resolve("out.mpd"),
                Clips.PICTURE + SOUND + Clips.H264 + "-f dash -seg_duration 0.8");
        video = Clips.bytes(Clips.make(directory.resolve("v.cmfv"), VIDEO + CMAF));
        sound = track("a.cmfa", "-frag_duration 300000 -metadata:s:a language=deu ");
    }

    private static byte[] track(String name, String arguments) {
        return Clips.bytes(Clips.make(directory.resolve(name), SOUND + arguments + CMAF));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "i0 i1 v1 a1 v2 a2 v3 a3",
                "i1 i0 a1 v1 a2 v2 a3 v3",
                "i0 v1 i1 a1 a2 a3 v2 v3",
                "i0 i1 v1 v2 a1 v3 a2 a3"
            })
    void putsFilesTogetherInWhateverOrderTheTracksCome(String order, KafkaAccess access) {
        Topics topics = IngestTopics.create(access, "sound.order." + order.replace(' ', '-'), 1);
        try (PushIngest ingest = new PushIngest(topics, access, limits(10_000))) {
            pushFiles(ingest, order);

            assertEquals(3, IngestTopics.segments(access, topics).size(), "before the end");
        }

        List<Segment> taken = IngestTopics.segments(access, topics);
        assertTogether(taken, List.of(dash(0)), List.of(dash(1)));
        assertEquals(
                List.of(800L, 800L, 400L), taken.stream().map(Segment::durationMillis).toList());
        assertTrue(taken.stream().noneMatch(Segment::discontinuity));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-frag_duration 1 ", "-frag_duration 300000 "})
    void putsBodiesWithoutAnEndTogether(String fragments, KafkaAccess access) throws Exception {
        byte[] other = track("other.cmfa", fragments);
        Topics topics =
                IngestTopics.create(
                        access, "sound.bodies." + fragments.replaceAll("[^0-9]", ""), 1);
        try (PushIngest ingest = new PushIngest(topics, access, limits(10_000))) {
            var pictures = pushing(ingest, "Streams(video.cmfv)", new ByteArrayInputStream(video));
            var heard = pushing(ingest, "Streams(audio.cmfa)", new ByteArrayInputStream(other));
            pictures.get();
            heard.get();

            assertEquals(3, IngestTopics.segments(access, topics).size(), "before the end");
        }

        List<Segment> taken = IngestTopics.segments(access, topics);
        assertTogether(taken, List.of(video), List.of(other));
        assertTrue(taken.get(2).endOfStream());
        assertTrue(taken.stream().noneMatch(Segment::discontinuity));
    }

    @Test
    void keepsTheLanguagesOfSeveralSounds(KafkaAccess access) throws Exception {
        Topics topics = IngestTopics.create(access, "sound.languages", 1);
        byte[] french = track("french.cmfa", "-frag_duration 200000 -metadata:s:a language=fra ");
        try (PushIngest ingest = new PushIngest(topics, access, limits(10_000))) {
            push(ingest, "Streams(audio-fr.cmfa)", french);
            push(ingest, "Streams(audio-de.cmfa)", sound);
            push(ingest, "Streams(video.cmfv)", video);
        }

        List<Segment> taken = IngestTopics.segments(access, topics);
        assertTogether(taken, List.of(video), List.of(sound), List.of(french));
        for (Segment segment : taken) {
            JsonNode tracks = Clips.probe(file(segment.data()), "-show_streams").path("streams");
            List<String> ids = new ArrayList<>();
            tracks.forEach(
                    track ->
                            ids.add(
                                    track.path("id").asText()
                                            + track.path("tags").path("language").asText()));
            assertEquals(List.of("0x1und", "0x2deu", "0x3fra"), ids);
        }
    }

    /** Another connection goes on where the first broke off, within the wait. */
    @Test
    void losesNothingWhereTheConnectionOfTheSoundComesAgain(KafkaAccess access) throws Exception {
        Topics topics = IngestTopics.create(access, "sound.again", 1);
        int middle = Clips.indexOf(sound, "moof", sound.length / 2) - 4;
        int head = Clips.indexOf(sound, "moof", 0) - 4;
        byte[] rest = Arrays.copyOf(sound, head + sound.length - middle);
        System.arraycopy(sound, middle, rest, head, sound.length - middle);
        try (PushIngest ingest = new PushIngest(topics, access, limits(10_000))) {
            var pictures = pushing(ingest, "Streams(video.cmfv)", new ByteArrayInputStream(video));
            assertThrows(
                    PushRefusedException.class,
                    () ->
                            ingest.push(
                                    "cam-7",
                                    "Streams(audio.cmfa)",
                                    false,
                                    brokenAt(sound, middle + 20),
                                    null));
            push(ingest, "Streams(audio.cmfa)", rest);
            pictures.get();
        }

        List<Segment> taken = IngestTopics.segments(access, topics);
        assertTogether(taken, List.of(video), List.of(sound));
        assertTrue(taken.stream().noneMatch(Segment::discontinuity));
    }

    /**
     * As connections of their own may have it; the fragments are before it in the order of files.
     */
    @Test
    void waitsForInitSectionsThatComeBehindTheirFragments(KafkaAccess access) throws Exception {
        Topics topics = IngestTopics.create(access, "sound.overtaken", 1);
        try (PushIngest ingest = new PushIngest(topics, access, limits(10_000))) {
            List<CompletableFuture<Boolean>> files = new ArrayList<>();
            for (String name : List.of("v1", "i0", "a1", "i1")) {
                files.add(CompletableFuture.supplyAsync(() -> pushFile(ingest, name)));
                Thread.sleep(200);
            }
            for (CompletableFuture<Boolean> file : files) {
                file.get();
            }
            pushFiles(ingest, "v2 a2 v3 a3");
        }

        List<Segment> taken = IngestTopics.segments(access, topics);
        assertTogether(taken, List.of(dash(0)), List.of(dash(1)));
        assertTrue(taken.stream().noneMatch(Segment::discontinuity));
    }

    /** The very same bytes again, as encoders of test pictures make them. */
    @Test
    void takesAnEncoderThatBeginsAgain(KafkaAccess access) {
        Topics topics = IngestTopics.create(access, "sound.restart", 1);
        try (PushIngest ingest = new PushIngest(topics, access, limits(10_000))) {
            pushFiles(ingest, "i0 i1 v1 a1 v2 a2 v3 a3");
            pushFiles(ingest, "i0 i1 a1 v1 a2 v2 a3 v3");
        }

        List<Segment> taken = IngestTopics.segments(access, topics);
        assertTogether(taken, List.of(dash(0), dash(0)), List.of(dash(1), dash(1)));
        for (int i = 0; i < 6; i++) {
            assertEquals(i == 3, taken.get(i).discontinuity(), "segment " + i);
        }
    }

    @Test
    void goesOnWithoutSoundThatDoesNotComeInTime(KafkaAccess access) throws Exception {
        Topics topics = IngestTopics.create(access, "sound.late", 1);
        try (PushIngest ingest = new PushIngest(topics, access, limits(2000))) {
            pushFiles(ingest, "i0 i1 v1 a1 v2");
            await(access, topics, 2);
            pushFiles(ingest, "a2 a3 v3");
        }

        List<Segment> taken = IngestTopics.segments(access, topics);
        assertEquals(
                List.of(2, 1, 2),
                taken.stream().map(s -> Clips.packetHashes(file(s.data())).size()).toList());
        assertEquals(
                List.of(false, true, true), taken.stream().map(Segment::discontinuity).toList());
        assertEquals(times(List.of(dash(0)), 0), times(data(taken), 0));
        List<String> heard = times(data(List.of(taken.get(0), taken.get(2))), 1);
        List<String> pushed = times(List.of(dash(1)), 0);
        assertTrue(pushed.containsAll(heard));
        assertTrue(
                heard.size() > pushed.size() / 2 && heard.size() < pushed.size(), heard::toString);
    }

    @Test
    void letsVideoAloneWaitOnceAndOneWithSoundOfItsOwnNotAtAll(KafkaAccess access)
            throws Exception {
        Topics topics = IngestTopics.create(access, "sound.alone", 1);
        byte[] both =
                Clips.bytes(
                        Clips.make(
                                directory.resolve("both.mp4"),
                                Clips.PICTURE + SOUND + Clips.H264 + CMAF));
        try (PushIngest ingest = new PushIngest(topics, access, limits(10_000))) {
            pushFile(ingest, "i0");
            assertFalse(pushFile(ingest, "v1"), "there may be sound");
            await(access, topics, 1);
            assertTrue(pushFile(ingest, "v2"));
            assertTrue(pushFile(ingest, "v3"));
            assertTrue(ingest.push("cam-8", "both1.mp4", true, stream(both), null));
        }
        assertEquals(4, IngestTopics.segments(access, topics).size());
    }

    @Test
    void keepsTwoMinutesOfSoundThatNoPicturesTake(KafkaAccess access) throws Exception {
        Topics topics = IngestTopics.create(access, "sound.long", 1);
        String tone =
                "-f lavfi -i sine=440:r=48000:d=130 -c:a aac -b:a 16k -frag_duration 5000000 ";
        byte[] heard = Clips.bytes(Clips.make(directory.resolve("long.cmfa"), tone + CMAF));
        assertTrue(heard.length < MOST, "all of it is small enough");
        try (PushIngest ingest = new PushIngest(topics, access, limits(500))) {
            push(ingest, "Streams(audio.cmfa)", heard);
            push(ingest, "Streams(video.cmfv)", video);
        }

        List<Segment> taken = IngestTopics.segments(access, topics);
        assertEquals(3, taken.size());
        for (Segment segment : taken) {
            assertFalse(SegmentWithSound.hasSound(segment.data()), segment::label);
        }
    }

    @Test
    void waitsForNothingWhereThereIsNoRoom(KafkaAccess access) {
        Topics topics = IngestTopics.create(access, "sound.room", 1);
        int most = dash(0).length;
        PushLimits narrow =
                new PushLimits(most, MOST, 10, 100, most, 800, 10_000, Duration.ofMinutes(1));
        try (PushIngest ingest = new PushIngest(topics, access, narrow)) {
            pushFiles(ingest, "i0 i1 v1 v2 v3");

            assertNotEquals(0, IngestTopics.segments(access, topics).size());
        }
        assertEquals(
                times(List.of(dash(0)), 0), times(data(IngestTopics.segments(access, topics)), 0));
    }

    @Test
    void takesOneVideoAndNoText(KafkaAccess access) throws IOException {
        Topics topics = IngestTopics.create(access, "sound.others", 1);
        Path words = directory.resolve("words.srt");
        Files.writeString(words, "1\n00:00:00,000 --> 00:00:01,000\nwords\n\n");
        byte[] text =
                Clips.bytes(
                        Clips.make(
                                directory.resolve("text.cmft"),
                                words,
                                "-i FILE -c:s mov_text -f mp4 -movflags frag_keyframe+empty_moov"));
        int head = Clips.indexOf(text, "moof", 0) - 4;
        try (PushIngest ingest = new PushIngest(topics, access, limits(10_000))) {
            pushFiles(ingest, "i0 i1 v1 a1");
            ingest.push("cam-7", "init-stream2.m4s", true, stream(Clips.bytes(dash("i0"))), null);

            assertEquals(
                    "stream cam-7: expected segments of one rendition, that of chunk-stream0-.m4s, got chunk-stream2-00001.m4s; push others as streams of their own",
                    refused(
                            Reason.OTHER_RENDITION,
                            ingest,
                            "chunk-stream2-00001.m4s",
                            Clips.bytes(dash("v1"))));
            String said =
                    refused(
                            Reason.UNSUPPORTED,
                            ingest,
                            "init-stream3.m4s",
                            Arrays.copyOf(text, head));
            assertTrue(said.contains("a track of sound alone, got an init section of"), said);
            assertEquals(
                    "stream cam-7: chunk-stream3-00001.m4s belongs to a track that is not taken, as its init section said",
                    refused(
                            Reason.UNSUPPORTED,
                            ingest,
                            "chunk-stream3-00001.m4s",
                            Arrays.copyOfRange(text, head, text.length)));
            pushFiles(ingest, "v2 a2 v3 a3");
        }

        assertTogether(IngestTopics.segments(access, topics), List.of(dash(0)), List.of(dash(1)));
    }

    /** All packets are there, once, with their times, and ffmpeg says nothing of any segment. */
    @SafeVarargs
    private static void assertTogether(List<Segment> taken, List<byte[]>... tracks) {
        for (Segment segment : taken) {
            assertEquals(Container.MP4, segment.container());
            assertEquals(List.of(), Clips.warnings(file(segment.data()), "-i FILE -f null -"));
            assertEquals(tracks.length, Clips.packetHashes(file(segment.data())).size());
        }
        for (int i = 0; i < tracks.length; i++) {
            List<String> pushed = times(tracks[i], 0);
            assertTrue(pushed.size() >= 50, () -> "few packets: " + pushed);
            assertEquals(pushed, times(data(taken), i), "track " + i);
        }
    }

    /** Time and hash of each packet of a track, file by file. */
    private static List<String> times(List<byte[]> files, int track) {
        List<String> all = new ArrayList<>();
        for (byte[] data : files) {
            String arguments =
                    "-select_streams %d -show_packets -show_data_hash md5 -show_entries packet=pts,dts,data_hash"
                            .formatted(track);
            for (JsonNode packet : Clips.probe(file(data), arguments).path("packets")) {
                all.add(
                        "%s %s %s"
                                .formatted(
                                        packet.path("pts").asText(),
                                        packet.path("dts").asText(),
                                        packet.required("data_hash").asText()));
            }
        }
        return all;
    }

    private static List<byte[]> data(List<Segment> segments) {
        return segments.stream().map(Segment::data).toList();
    }

    private static Path file(byte[] data) {
        return Clips.write(directory.resolve("looked-at.mp4"), data);
    }

    /** A track of the files as one file. */
    private static byte[] dash(int track) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        String letter = track == 0 ? "v" : "a";
        for (String name : List.of("i" + track, letter + 1, letter + 2, letter + 3)) {
            all.writeBytes(Clips.bytes(dash(name)));
        }
        return all.toByteArray();
    }

    /** {@code i0} and {@code i1} are init sections, {@code v1} is the first file of video. */
    private static Path dash(String name) {
        char number = name.charAt(1);
        return dash.resolve(
                switch (name.charAt(0)) {
                    case 'i' -> "init-stream%s.m4s".formatted(number);
                    case 'v' -> "chunk-stream0-0000%s.m4s".formatted(number);
                    default -> "chunk-stream1-0000%s.m4s".formatted(number);
                });
    }

    private static void pushFiles(PushIngest ingest, String names) {
        Arrays.stream(names.split(" ", -1)).forEach(name -> pushFile(ingest, name));
    }

    private static boolean pushFile(PushIngest ingest, String name) {
        Path file = dash(name);
        return push(ingest, file.getFileName().toString(), Clips.bytes(file));
    }

    private static boolean push(PushIngest ingest, String path, byte[] body) {
        return ingest.push("cam-7", path, false, stream(body), null);
    }

    private static CompletableFuture<Boolean> pushing(
            PushIngest ingest, String path, InputStream body) {
        return CompletableFuture.supplyAsync(() -> ingest.push("cam-7", path, false, body, null));
    }

    private static String refused(Reason reason, PushIngest ingest, String path, byte[] body) {
        PushRefusedException refusal =
                assertThrows(PushRefusedException.class, () -> push(ingest, path, body));
        assertEquals(reason, refusal.reason(), refusal.getMessage());
        return refusal.getMessage();
    }

    private static InputStream stream(byte[] body) {
        return new ByteArrayInputStream(body);
    }

    private static InputStream brokenAt(byte[] media, int bytes) {
        InputStream line =
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("the line is cut");
                    }

                    @Override
                    public int read(byte[] target, int offset, int length) throws IOException {
                        return read();
                    }
                };
        return new SequenceInputStream(new ByteArrayInputStream(media, 0, bytes), line);
    }

    private static void await(KafkaAccess access, Topics topics, int count) throws Exception {
        while (IngestTopics.segments(access, topics).size() < count) {
            Thread.sleep(50);
        }
    }

    private static PushLimits limits(long waitMillis) {
        return new PushLimits(
                MOST, MOST, 10, 100, 2 * MOST, 800, waitMillis, Duration.ofMinutes(1));
    }
}
