package io.upriver.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.kafka.EmbeddedBroker;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.KafkaUnreachableException;
import io.upriver.kafka.SharedBroker;
import io.upriver.kafka.TopicReader;
import io.upriver.kafka.TopicSetup;
import io.upriver.kafka.TopicWriter;
import io.upriver.schemas.Container;
import io.upriver.schemas.Rejection;
import io.upriver.schemas.Segment;
import io.upriver.schemas.SegmentRecords;
import io.upriver.schemas.SegmentReport;
import io.upriver.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SharedBroker.class)
class LiveStreamWriterTest {

    private static final byte[] MEDIA = "media".getBytes(UTF_8);
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    @Test
    void numbersANewStreamFromZeroInOnePartition(KafkaAccess access) {
        // Given
        Topics topics = topics(access, "new");

        // When
        try (LiveStreamWriter writer = LiveStreamWriter.open("cam-7", topics, access)) {
            assertEquals(0, append(writer));
            assertEquals(1, writer.append(Container.MP4, MEDIA, 2000, true, true, TRACE));
        }

        // Then
        List<ConsumerRecord<byte[], byte[]>> records = records(access, topics);
        assertEquals(
                List.of(
                        new Segment(
                                "cam-7",
                                0,
                                Container.MPEG_TS,
                                MEDIA,
                                1000,
                                false,
                                false,
                                null,
                                null),
                        new Segment(
                                "cam-7", 1, Container.MP4, MEDIA, 2000, true, true, null, TRACE)),
                segments(records));
        assertEquals(1, partitions(records).size());
    }

    @Test
    void goesOnFromTheLastSegmentAndMarksTheChange(KafkaAccess access) {
        // Given
        Topics topics = topics(access, "on");
        for (String other : List.of("cam-1", "cam-2", "cam-3")) {
            try (LiveStreamWriter writer = LiveStreamWriter.open(other, topics, access)) {
                for (int i = 0; i < 30; i++) {
                    append(writer);
                }
            }
        }

        // When
        try (LiveStreamWriter writer = LiveStreamWriter.open("cam-1", topics, access)) {
            append(writer);
            append(writer);
        }

        // Then
        List<Segment> own =
                segments(records(access, topics)).stream()
                        .filter(segment -> segment.streamId().equals("cam-1"))
                        .toList();
        for (int i = 0; i < 32; i++) {
            assertEquals(i, own.get(i).sequence());
            assertEquals(i == 30, own.get(i).discontinuity(), "segment " + i);
        }
        assertEquals(32, own.size());
    }

    /** Whoever still knows it from then has to be told that it begins again. */
    @Test
    void marksAStreamThatMayHaveBeenThereLongerAgoThanIsLookedFor(KafkaAccess access) {
        Topics topics = new Topics("live.old");
        new TopicSetup(access, topics).createMissing(1);
        try (LiveStreamWriter writer = LiveStreamWriter.open("cam-1", topics, access)) {
            for (int i = 0; i < 210; i++) {
                append(writer);
            }
        }

        try (LiveStreamWriter writer = LiveStreamWriter.open("cam-2", topics, access)) {
            append(writer);
            append(writer);
        }

        List<Segment> own =
                segments(records(access, topics)).stream()
                        .filter(segment -> segment.streamId().equals("cam-2"))
                        .toList();
        assertEquals(List.of(0L, 1L), own.stream().map(Segment::sequence).toList());
        assertEquals(List.of(true, false), own.stream().map(Segment::discontinuity).toList());
    }

    @Test
    void goesOnFromTheLastReportWhereTheSegmentsAreGone(KafkaAccess access) {
        // Given
        Topics topics = topics(access, "reports");
        Rejection rejection = new Rejection(Rejection.Code.INTERNAL, "words", "cam-7", 41, "w");
        TopicWriter.write(
                access,
                List.of(
                        new ProducerRecord<>(
                                topics.reports(),
                                1,
                                "cam-7".getBytes(UTF_8),
                                SegmentReport.rejected(rejection, 5, null, 1).toJson()),
                        new ProducerRecord<>(topics.reports(), 1, "cam-7".getBytes(UTF_8), MEDIA)));

        // When
        try (LiveStreamWriter writer = LiveStreamWriter.open("cam-7", topics, access)) {
            // Then
            assertEquals(42, append(writer));
        }
        assertTrue(segments(records(access, topics)).get(0).discontinuity());
    }

    @Test
    void isNotMisledByASegmentThatWasPutBack(KafkaAccess access) {
        // Given
        Topics topics = topics(access, "replayed");
        try (LiveStreamWriter writer = LiveStreamWriter.open("cam-7", topics, access)) {
            for (int i = 0; i < 10; i++) {
                append(writer);
            }
        }
        List<ProducerRecord<byte[], byte[]>> back = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            ProducerRecord<byte[], byte[]> again =
                    SegmentRecords.toRecord(
                            topics.segments(),
                            null,
                            Segment.of("cam-7", 3, Container.MPEG_TS, MEDIA));
            again.headers().add("upriver-replays", "1".getBytes(UTF_8));
            back.add(again);
        }
        TopicWriter.write(access, back);

        // When
        try (LiveStreamWriter writer = LiveStreamWriter.open("cam-7", topics, access)) {
            // Then
            assertEquals(10, append(writer));
        }
    }

    @Test
    void theNewestWriterHasTheStream(KafkaAccess access) {
        // Given
        Topics topics = topics(access, "newest");
        try (LiveStreamWriter before = LiveStreamWriter.open("cam-7", topics, access)) {
            append(before);
            try (LiveStreamWriter after = LiveStreamWriter.open("cam-7", topics, access)) {

                // When
                var refusal = assertThrows(StreamTakenOverException.class, () -> append(before));

                // Then
                assertEquals(
                        "stream cam-7 segment 1: not sent, another writer has taken the stream over",
                        refusal.getMessage());
                assertFalse(before.isOpen());
                assertEquals(1, append(after));
            }
        }
        assertEquals(2, records(access, topics).size());
    }

    @Test
    void refusesASegmentThatNoRecordHoldsAndGoesOn(KafkaAccess access) {
        // Given
        Topics topics = topics(access, "large");
        try (LiveStreamWriter writer = LiveStreamWriter.open("cam-7", topics, access)) {

            // When
            var refusal =
                    assertThrows(
                            IllegalArgumentException.class,
                            () ->
                                    writer.append(
                                            Container.MPEG_TS,
                                            new byte[SharedBroker.MAX_MESSAGE_BYTES],
                                            0,
                                            false,
                                            false));

            // Then
            assertEquals(
                    "stream cam-7 segment 0: expected at most 2031616 bytes, got 2097152",
                    refusal.getMessage());
            assertEquals(0, append(writer));
        }
    }

    @Test
    void saysWhichSegmentABrokerThatIsGoneHasNotTaken(@TempDir Path directory) {
        // Given
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0, 1 << 20)) {
            KafkaAccess access = new KafkaAccess(broker.bootstrapServers(), 1 << 20);
            Topics topics = topics(access, "gone");
            Duration patience = Duration.ofSeconds(2);
            try (LiveStreamWriter writer =
                    LiveStreamWriter.open("cam-7", topics, access, patience)) {
                append(writer);
                broker.stop();

                // When
                var refusal = assertThrows(KafkaUnreachableException.class, () -> append(writer));

                // Then
                String message = refusal.getMessage();
                assertTrue(
                        message.startsWith("stream cam-7 segment 1: not acknowledged: "), message);
                assertFalse(writer.isOpen());
                assertThrows(IllegalStateException.class, () -> append(writer));
            }
            broker.resume();
            try (LiveStreamWriter writer = LiveStreamWriter.open("cam-7", topics, access)) {
                assertEquals(1, append(writer));
            }
        }
    }

    private static long append(LiveStreamWriter writer) {
        return writer.append(Container.MPEG_TS, MEDIA, 1000, false, false);
    }

    private static Topics topics(KafkaAccess access, String name) {
        Topics topics = new Topics("live." + name);
        new TopicSetup(access, topics).createMissing(3);
        return topics;
    }

    private static List<ConsumerRecord<byte[], byte[]>> records(KafkaAccess access, Topics topics) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        TopicReader.readAll(access, topics.segments(), records::add);
        return records;
    }

    private static List<Segment> segments(List<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream()
                .map(
                        given ->
                                SegmentRecords.fromRecord(
                                        given.key(), given.value(), given.headers(), 99))
                .toList();
    }

    private static Set<Integer> partitions(List<ConsumerRecord<byte[], byte[]>> records) {
        Set<Integer> partitions = new TreeSet<>();
        records.forEach(given -> partitions.add(given.partition()));
        return partitions;
    }
}
