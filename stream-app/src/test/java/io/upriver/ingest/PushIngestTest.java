package io.upriver.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.ingest.PushRefusedException.Reason;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.SharedBroker;
import io.upriver.media.Clips;
import io.upriver.schemas.Segment;
import io.upriver.schemas.Topics;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of bodies, without HTTP. */
@ExtendWith(SharedBroker.class)
class PushIngestTest {

    private static final int MOST = 1 << 20;

    @TempDir static Path directory;

    /** Five in a row, of 0.4 s each. */
    private static final List<byte[]> SEGMENTS = new ArrayList<>();

    private static byte[] whole;

    @BeforeAll
    static void makeSegments() {
        Path clip = Clips.make(directory.resolve("clip.ts"), Clips.PICTURE + Clips.H264);
        whole = Clips.bytes(clip);
        Clips.make(
                directory.resolve("part%d.ts"),
                clip,
                "-copyts -i FILE -c copy -f segment -segment_time 0.4");
        for (int i = 0; i < 5; i++) {
            SEGMENTS.add(Clips.bytes(directory.resolve("part" + i + ".ts")));
        }
    }

    @Test
    void takesEachFileOnceAndMarksWhatDoesNotGoOn(KafkaAccess access) {
        Topics topics = IngestTopics.create(access, "push.files", 1);
        try (PushIngest ingest = new PushIngest(topics, access, limits())) {
            assertTrue(push(ingest, "index0.ts", SEGMENTS.get(0)));
            assertTrue(push(ingest, "index1.ts", SEGMENTS.get(1)));
            assertFalse(push(ingest, "index1.ts", SEGMENTS.get(1)), "sent again");
            assertFalse(push(ingest, "index0.ts", SEGMENTS.get(0)), "sent again, late");
            assertFalse(playlist(ingest, "index2.ts", 0.5, false), "before the segment");
            assertTrue(push(ingest, "index2.ts", SEGMENTS.get(2)));
            assertTrue(push(ingest, "index4.ts", SEGMENTS.get(4)), "behind a gap");
        }

        List<Segment> taken = IngestTopics.segments(access, topics);
        assertEquals(List.of(0L, 1L, 2L, 3L), taken.stream().map(Segment::sequence).toList());
        assertEquals(
                List.of(400L, 400L, 500L, 400L),
                taken.stream().map(Segment::durationMillis).toList());
        assertEquals(
                List.of(false, false, false, true),
                taken.stream().map(Segment::discontinuity).toList());
    }

    /** An encoder that makes the same bytes again, as those of test pictures do. */
    @Test
    void losesNothingOfAnEncoderThatBeginsAgain(KafkaAccess access) {
        Topics topics = IngestTopics.create(access, "push.again", 1);
        try (PushIngest ingest = new PushIngest(topics, access, limits())) {
            for (int run = 0; run < 2; run++) {
                for (int i = 0; i < 3; i++) {
                    push(ingest, "index" + i + ".ts", SEGMENTS.get(i));
                    playlist(ingest, "index" + i + ".ts", 0.4, false);
                }
            }
        }

        List<Segment> taken = IngestTopics.segments(access, topics);
        assertEquals(6, taken.size());
        for (int i = 0; i < 6; i++) {
            assertEquals(i == 3, taken.get(i).discontinuity(), "segment " + i);
        }
    }

    @Test
    void beginsAnewAfterTheEndOfAPlaylist(KafkaAccess access) {
        Topics topics = IngestTopics.create(access, "push.ended", 1);
        try (PushIngest ingest = new PushIngest(topics, access, limits())) {
            push(ingest, "index0.ts", SEGMENTS.get(0));
            playlist(ingest, "index0.ts", 0.4, true);
            push(ingest, "index1.ts", SEGMENTS.get(1));
        }

        assertEquals(
                List.of(false, true),
                IngestTopics.segments(access, topics).stream()
                        .map(Segment::discontinuity)
                        .toList());
    }

    @Test
    void forgetsWhatAPlaylistSaidOfSegmentsBeforeItsEnd(KafkaAccess access) {
        Topics topics = IngestTopics.create(access, "push.forgets", 1);
        try (PushIngest ingest = new PushIngest(topics, access, limits())) {
            playlist(ingest, "index0.ts", 0.5, false);
            push(ingest, "index0.ts", SEGMENTS.get(0));
            playlist(ingest, "index0.ts", 0.5, true);
            push(ingest, "index0.ts", SEGMENTS.get(1));
        }

        assertEquals(
                List.of(500L, 400L),
                IngestTopics.segments(access, topics).stream()
                        .map(Segment::durationMillis)
                        .toList());
    }

    @Test
    void cutsABodyWithoutAnEndAndTellsItsEnd(KafkaAccess access) {
        Topics topics = IngestTopics.create(access, "push.endless", 1);
        try (PushIngest ingest = new PushIngest(topics, access, limits())) {
            assertTrue(
                    ingest.push("cam-7", "live.ts", false, new ByteArrayInputStream(whole), null));
        }

        List<Segment> taken = IngestTopics.segments(access, topics);
        assertEquals(
                List.of(800L, 800L, 400L), taken.stream().map(Segment::durationMillis).toList());
        assertEquals(
                List.of(false, false, true), taken.stream().map(Segment::endOfStream).toList());
        assertTrue(taken.stream().noneMatch(Segment::discontinuity));
    }

    @Test
    void takesNoFileThatBreaksOffAndOnlyWholeSegmentsOfABody(KafkaAccess access) {
        Topics topics = IngestTopics.create(access, "push.broken", 1);
        try (PushIngest ingest = new PushIngest(topics, access, limits())) {
            refused(
                    Reason.INVALID,
                    "stream cam-7: expected all of index0.ts, it broke off: the line is cut",
                    () -> ingest.push("cam-7", "index0.ts", false, cut(SEGMENTS.get(0)), null));
            assertEquals(List.of(), IngestTopics.segments(access, topics));

            refused(
                    Reason.INVALID,
                    "stream cam-7: expected all of live.ts, it broke off: the line is cut",
                    () -> ingest.push("cam-7", "live.ts", false, cut(whole), null));
        }

        assertEquals(
                List.of(800L, 800L),
                IngestTopics.segments(access, topics).stream()
                        .map(Segment::durationMillis)
                        .toList());
    }

    @Test
    void keepsToItsLimits(KafkaAccess access) {
        Topics topics = IngestTopics.create(access, "push.limits", 1);
        PushLimits narrow =
                new PushLimits(60_000, 1_000, 1, 10, 200_000, 800, 3000, Duration.ofMinutes(1));
        try (PushIngest ingest = new PushIngest(topics, access, narrow)) {
            refused(
                    Reason.UNKNOWN_CONTAINER,
                    "expected MPEG-TS, fragmented MP4 or Matroska, got a body that begins otherwise",
                    () -> push(ingest, "index0.ts", new byte[400]));
            refused(
                    Reason.TOO_LARGE,
                    "expected a file of at most 60000 bytes, got more; a body without an end needs a name without a number, such as live.ts",
                    () -> push(ingest, "index0.ts", endlessPackets(70_000)));
        }
        try (PushIngest ingest = new PushIngest(topics, access, narrow)) {
            push(ingest, "index0.ts", SEGMENTS.get(0));
            refused(
                    Reason.TOO_MANY_STREAMS,
                    "stream cam-8: expected at most 1 streams at the same time, there are as many",
                    () ->
                            ingest.push(
                                    "cam-8",
                                    "index0.ts",
                                    true,
                                    new ByteArrayInputStream(SEGMENTS.get(0)),
                                    null));
            PushRefusedException fast =
                    assertThrows(
                            PushRefusedException.class,
                            () -> {
                                for (int i = 1; i < 5; i++) {
                                    push(ingest, "index" + i + ".ts", endlessPackets(40_000));
                                }
                            });
            assertEquals(Reason.TOO_FAST, fast.reason(), fast.getMessage());
        }
    }

    @Test
    void waitsForTheWorkersWhereTheyAreBehind(KafkaAccess access) {
        Topics topics = IngestTopics.create(access, "push.behind", 1);
        PushLimits narrow =
                new PushLimits(MOST, MOST, 5, 2, MOST, 800, 3000, Duration.ofMinutes(1));
        try (PushIngest ingest = new PushIngest(topics, access, narrow)) {
            push(ingest, "index0.ts", SEGMENTS.get(0));
            push(ingest, "index1.ts", SEGMENTS.get(1));

            refused(
                    Reason.BEHIND,
                    "stream cam-7: expected fewer than 2 segments that wait to be upscaled, there are 2",
                    () -> push(ingest, "index2.ts", SEGMENTS.get(2)));
        }
    }

    @Test
    void takesOneRenditionOfAStream(KafkaAccess access) {
        Topics topics = IngestTopics.create(access, "push.renditions", 1);
        try (PushIngest ingest = new PushIngest(topics, access, limits())) {
            push(ingest, "large/index0.ts", SEGMENTS.get(0));
            push(ingest, "large/index1.ts", SEGMENTS.get(1));

            refused(
                    Reason.OTHER_RENDITION,
                    "stream cam-7: expected segments of one rendition, that of large/index.ts, got small/index2.ts; push others as streams of their own",
                    () -> push(ingest, "small/index2.ts", SEGMENTS.get(2)));
        }
    }

    @Test
    void keepsNothingOfStreamsOfWhichNothingWasTaken(KafkaAccess access) {
        Topics topics = IngestTopics.create(access, "push.names", 1);
        PushLimits narrow =
                new PushLimits(MOST, MOST, 2, 2, MOST, 800, 3000, Duration.ofMinutes(1));
        try (PushIngest ingest = new PushIngest(topics, access, narrow)) {
            for (int i = 0; i < 5; i++) {
                String name = "made-up-" + i;
                assertThrows(
                        PushRefusedException.class,
                        () ->
                                ingest.push(
                                        name,
                                        "index0.ts",
                                        true,
                                        new ByteArrayInputStream(new byte[9]),
                                        null));
            }

            assertTrue(push(ingest, "index0.ts", SEGMENTS.get(0)));
        }
    }

    @Test
    void slowsDownByTheClock() {
        long[] now = {0};
        Rate rate = new Rate(1000, 500, () -> now[0]);

        assertEquals(0, rate.waitMillis());
        rate.spend(1500);
        assertEquals(1001, rate.waitMillis());
        now[0] = 500_000_000L;
        assertEquals(501, rate.waitMillis());
        now[0] = 1_100_000_000L;
        assertEquals(0, rate.waitMillis());
    }

    private static byte[] endlessPackets(int bytes) {
        byte[] packets = new byte[bytes];
        for (int i = 0; i < bytes; i += 188) {
            packets[i] = 0x47;
        }
        packets[5] = (byte) bytes;
        return packets;
    }

    private static InputStream cut(byte[] media) {
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
        return new SequenceInputStream(new ByteArrayInputStream(media), line);
    }

    private static boolean push(PushIngest ingest, String path, byte[] body) {
        return ingest.push("cam-7", path, false, new ByteArrayInputStream(body), null);
    }

    private static boolean playlist(
            PushIngest ingest, String name, double seconds, boolean isEnded) {
        String text =
                "#EXTM3U\n#EXTINF:%s,\n%s\n%s"
                        .formatted(seconds, name, isEnded ? "#EXT-X-ENDLIST" : "");
        return push(ingest, "index.m3u8", text.getBytes(StandardCharsets.UTF_8));
    }

    private static void refused(
            Reason reason, String message, org.junit.jupiter.api.function.Executable push) {
        PushRefusedException refusal = assertThrows(PushRefusedException.class, push);
        assertEquals(message, refusal.getMessage());
        assertEquals(reason, refusal.reason());
    }

    private static PushLimits limits() {
        return new PushLimits(MOST, MOST, 10, 100, 2 * MOST, 800, 3000, Duration.ofMinutes(1));
    }
}
