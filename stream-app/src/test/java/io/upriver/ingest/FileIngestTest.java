package io.upriver.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.SharedBroker;
import io.upriver.kafka.TopicSetup;
import io.upriver.media.Clips;
import io.upriver.media.Splitter;
import io.upriver.schemas.Container;
import io.upriver.schemas.Segment;
import io.upriver.schemas.SegmentRecords;
import io.upriver.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SharedBroker.class)
class FileIngestTest {

    private static final int PARTITIONS = 3;
    private static final double SHORT = 0.3;

    @TempDir static Path directory;

    private static Path clip;

    @BeforeAll
    static void makeClip() {
        clip = Clips.make(directory.resolve("clip.mp4"), Clips.PICTURE + Clips.H264);
    }

    @Test
    void spreadsTheSegmentsOfAFileOverThePartitions(KafkaAccess access) {
        // Given
        Topics topics = topics(access, "spread");
        try (Splitter splitter = new Splitter(clip, SHORT, Long.MAX_VALUE)) {
            FileIngest ingest = ingest(access, topics, splitter, 100);

            // When
            ingest.run();

            // Then
            assertNull(ingest.failure());
            assertTrue(ingest.isComplete());
            assertEquals(5, ingest.segments());
            assertEquals(50, ingest.frames());
        }
        List<ConsumerRecord<byte[], byte[]>> records = read(access, topics, 5);
        for (ConsumerRecord<byte[], byte[]> record : records) {
            Segment segment =
                    SegmentRecords.fromRecord(record.key(), record.value(), record.headers(), 99);
            assertEquals("film", segment.streamId());
            assertEquals(record.partition(), segment.sequence() % PARTITIONS);
            assertEquals(Container.MP4, segment.container());
            assertEquals(400, segment.durationMillis());
            assertEquals(segment.sequence() == 4, segment.endOfStream());
            long start = segment.presentation().startNanos();
            double expected = Splitter.ORIGIN_SECONDS + segment.sequence() * 0.4;
            assertEquals(expected, start / 1e9, 0.001);
        }
        assertEquals(5, records.size());
    }

    @Test
    void doesNotRunFurtherAheadThanAgreed(KafkaAccess access) throws Exception {
        // Given
        Topics topics = topics(access, "ahead");
        try (Splitter splitter = new Splitter(clip, SHORT, Long.MAX_VALUE)) {
            FileIngest ingest = ingest(access, topics, splitter, 2);
            Thread sending = new Thread(ingest::run);
            sending.start();
            Awaitility.await().until(() -> ingest.segments() == 2);
            Awaitility.await().during(Duration.ofMillis(300)).until(() -> ingest.segments() == 2);

            // When
            ingest.segmentDone();

            // Then
            Awaitility.await().until(() -> ingest.segments() == 3);
            assertFalse(ingest.isComplete());
            ingest.segmentDone();
            ingest.segmentDone();
            sending.join();
            assertTrue(ingest.isComplete());
        }
    }

    @Test
    void endsWhenItIsCancelled(KafkaAccess access) throws Exception {
        // Given
        Topics topics = topics(access, "cancelled");
        try (Splitter splitter = new Splitter(clip, SHORT, Long.MAX_VALUE)) {
            FileIngest ingest = ingest(access, topics, splitter, 1);
            Thread sending = new Thread(ingest::run);
            sending.start();
            Awaitility.await().until(() -> ingest.segments() == 1);

            // When
            ingest.cancel();

            // Then
            sending.join(10_000);
            assertFalse(sending.isAlive());
            assertFalse(ingest.isComplete());
            assertEquals(1, ingest.segments());
        }
    }

    @Test
    void saysWhichSegmentCouldNotBeSent(KafkaAccess access) {
        // Given
        Topics topics = topics(access, "large");
        KafkaAccess narrow = new KafkaAccess(access.bootstrapServers(), 5000);
        try (Splitter splitter = new Splitter(clip, SHORT, Long.MAX_VALUE)) {
            FileIngest ingest = ingest(narrow, topics, splitter, 100);

            // When
            ingest.run();

            // Then
            String message = ingest.failure().getMessage();
            assertTrue(message.startsWith("stream film segment 0: not sent: "), message);
        }
    }

    @Test
    void tellsWhyTheFileCannotBeCut(KafkaAccess access) {
        // Given
        Topics topics = topics(access, "uncut");
        try (Splitter splitter = new Splitter(clip, SHORT, 3000)) {
            FileIngest ingest = ingest(access, topics, splitter, 100);

            // When
            ingest.run();

            // Then
            assertFalse(ingest.isComplete());
            String message = ingest.failure().getMessage();
            assertTrue(message.startsWith("expected a key frame at least every 3000"), message);
        }
    }

    private static Topics topics(KafkaAccess access, String name) {
        Topics topics = new Topics("ingest." + name);
        new TopicSetup(access, topics).createMissing(PARTITIONS);
        return topics;
    }

    private static FileIngest ingest(
            KafkaAccess access, Topics topics, Splitter splitter, int ahead) {
        return new FileIngest("film", topics.segments(), PARTITIONS, splitter, access, ahead);
    }

    private static List<ConsumerRecord<byte[], byte[]>> read(
            KafkaAccess access, Topics topics, int count) {
        List<TopicPartition> all = new ArrayList<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            all.add(new TopicPartition(topics.segments(), partition));
        }
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (Consumer<byte[], byte[]> reader = access.reader()) {
            reader.assign(all);
            long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (records.size() < count && System.nanoTime() < end) {
                reader.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }
}
