package io.upriver.ingest;

import static io.upriver.media.Clips.H264;
import static io.upriver.media.Clips.PICTURE;
import static io.upriver.media.Clips.TONE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.SharedBroker;
import io.upriver.media.Clips;
import io.upriver.media.LiveLimits;
import io.upriver.media.LiveSource;
import io.upriver.media.MediaException;
import io.upriver.media.Sender;
import io.upriver.schemas.Segment;
import io.upriver.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is on the topic of a live input, over breaks and to its end. */
@ExtendWith(SharedBroker.class)
@Timeout(90)
@SuppressWarnings("try") // senders are only there to send
class LiveIngestTest {

    private static final double SEGMENT_SECONDS = 0.3;

    @TempDir static Path directory;

    private static Path clip;

    /** What is told, for tests to wait for. */
    private static final class Told implements LiveIngest.Listener {

        private final List<SentSegment> sent = Collections.synchronizedList(new ArrayList<>());
        private final List<String> notes = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void sent(SentSegment segment) {
            sent.add(segment);
        }

        @Override
        public void note(String sentence) {
            notes.add(sentence);
        }

        void awaitSent(int segments) throws InterruptedException {
            while (sent.size() < segments) {
                Thread.sleep(20);
            }
        }
    }

    @BeforeAll
    static void makeAClip() {
        clip = Clips.make(directory.resolve("a.ts"), PICTURE + TONE + H264 + "-c:a aac");
    }

    @Test
    void sendsAFileAndEndsTheStreamWithItsLastSegment(KafkaAccess access) {
        Topics topics = IngestTopics.create(access, "live-ingest-file", 2);
        Told told = new Told();
        try (LiveStreamWriter writer = LiveStreamWriter.open("cam", topics, access)) {
            LiveIngest ingest = ingest(clip.toString(), Duration.ZERO, writer, told);

            assertTrue(ingest.run());

            assertEquals(5, ingest.segments());
            assertEquals(2000.0, (double) ingest.sentMillis(), 45.0);
        }
        List<Segment> segments = IngestTopics.segments(access, topics);
        assertEquals(
                List.of(0L, 1L, 2L, 3L, 4L), segments.stream().map(Segment::sequence).toList());
        assertEquals(1, segments.stream().filter(Segment::endOfStream).count());
        assertTrue(segments.get(4).endOfStream());
        assertEquals(0, segments.stream().filter(Segment::discontinuity).count());
        assertEquals(List.of(), told.notes);
    }

    @Test
    void goesOnWithAMarkWhenASenderIsKilledAndComesBack(KafkaAccess access) throws Exception {
        Topics topics = IngestTopics.create(access, "live-ingest-back", 2);
        int port = Sender.freePort();
        Told told = new Told();
        try (LiveStreamWriter writer = LiveStreamWriter.open("cam", topics, access)) {
            LiveIngest ingest =
                    ingest("tcp://127.0.0.1:" + port, Duration.ofSeconds(20), writer, told);
            CompletableFuture<Boolean> running;
            try (Sender first = serving(port)) {
                Thread.sleep(300);
                running = CompletableFuture.supplyAsync(ingest::run);
                told.awaitSent(2);
            }
            try (Sender second = serving(port)) {
                told.awaitSent(6);
                ingest.cancel();
                assertTrue(running.get(10, TimeUnit.SECONDS));
            }
            assertTrue(ingest.breaks() > 0);
        }

        List<Segment> segments = IngestTopics.segments(access, topics);
        List<Long> marked =
                segments.stream().filter(Segment::discontinuity).map(Segment::sequence).toList();
        assertEquals(1, marked.size(), "marked: " + marked);
        assertTrue(marked.get(0) >= 2);
        assertTrue(segments.get(segments.size() - 1).endOfStream());
        assertEquals(1, segments.stream().filter(Segment::endOfStream).count());
        assertTrue(
                told.notes.get(0).startsWith("tcp://127.0.0.1:%d has broken off: ".formatted(port)),
                told.notes.toString());
    }

    @Test
    void endsTheStreamOfASenderThatDoesNotComeBack(KafkaAccess access) throws Exception {
        Topics topics = IngestTopics.create(access, "live-ingest-gone", 2);
        int port = Sender.freePort();
        Told told = new Told();
        try (LiveStreamWriter writer = LiveStreamWriter.open("cam", topics, access);
                Sender sender = Sender.of(clip, arguments("", port))) {
            Thread.sleep(300);
            LiveIngest ingest =
                    ingest("tcp://127.0.0.1:" + port, Duration.ofSeconds(1), writer, told);

            assertFalse(ingest.run());
        }
        List<Segment> segments = IngestTopics.segments(access, topics);
        assertEquals(5, segments.size());
        assertTrue(segments.get(4).endOfStream());
        assertTrue(
                told.notes.get(told.notes.size() - 1).contains(" was given up: "),
                told.notes.toString());
    }

    @Test
    void saysAtOnceThatAnInputCannotBeOpened(KafkaAccess access) {
        Topics topics = IngestTopics.create(access, "live-ingest-never", 2);
        try (LiveStreamWriter writer = LiveStreamWriter.open("cam", topics, access)) {
            LiveIngest ingest =
                    ingest(
                            "tcp://127.0.0.1:" + Sender.freePort(),
                            Duration.ofMinutes(1),
                            writer,
                            new Told());
            assertThrows(MediaException.class, ingest::run);
        }
        assertEquals(List.of(), IngestTopics.segments(access, topics));
    }

    private static Sender serving(int port) {
        return Sender.of(clip, arguments("-re -stream_loop 5 ", port));
    }

    private static String arguments(String before, int port) {
        return before
                + "-i FILE -map 0 -c copy -f mpegts tcp://127.0.0.1:%d?listen=1".formatted(port);
    }

    private static LiveIngest ingest(
            String url, Duration patience, LiveStreamWriter writer, Told told) {
        return new LiveIngest(
                LiveInput.of(new LiveSource(url, false), LiveLimits.of(SEGMENT_SECONDS, 1 << 20)),
                patience,
                false,
                writer,
                told);
    }
}
