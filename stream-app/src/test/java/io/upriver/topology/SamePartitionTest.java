package io.upriver.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.SharedBroker;
import io.upriver.kafka.TopicSetup;
import io.upriver.observe.SegmentObserver;
import io.upriver.schemas.Container;
import io.upriver.schemas.Segment;
import io.upriver.schemas.SegmentRecords;
import io.upriver.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The topology on a real broker, with transactions: only there are partitions. */
@ExtendWith(SharedBroker.class)
class SamePartitionTest {

    private static final int PARTITIONS = 3;
    private static final int EACH = 4;

    @TempDir Path directory;

    @Test
    void keepsEveryResultInThePartitionItsSegmentCameFrom(KafkaAccess access) throws Exception {
        // Given: one stream all over the partitions, and records that are no segments
        Topics topics = new Topics("same");
        new TopicSetup(access, topics).createMissing(PARTITIONS);
        TreeSet<String> expected = new TreeSet<>();
        try (Producer<byte[], byte[]> producer = access.producer()) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                for (int i = 0; i < EACH; i++) {
                    long sequence = partition * 100L + i;
                    Segment segment =
                            Segment.of(
                                    "film",
                                    sequence,
                                    Container.MPEG_TS,
                                    FakeWork.transportStream());
                    producer.send(SegmentRecords.toRecord(topics.segments(), partition, segment))
                            .get();
                    expected.add("same.upscaled " + partition + " " + sequence);
                }
                byte[] key = ("bad" + partition).getBytes(UTF_8);
                producer.send(new ProducerRecord<>(topics.segments(), partition, key, null)).get();
                expected.add("same.rejected " + partition + " bad" + partition);
            }
        }

        // When
        List<ConsumerRecord<byte[], byte[]>> results;
        try (KafkaStreams streams =
                new KafkaStreams(
                        UpscaleTopology.build(
                                topics,
                                new FakeWork(),
                                new StreamDirectory(),
                                new WorkGate(1),
                                SegmentObserver.untold(),
                                access.maxMessageBytes()),
                        settings(access))) {
            streams.start();
            results = read(access, topics, expected.size() * 2);
        }

        // Then
        TreeSet<String> found = new TreeSet<>();
        int reports = 0;
        for (ConsumerRecord<byte[], byte[]> result : results) {
            if (result.topic().equals(topics.reports())) {
                reports++;
            } else {
                String key = new String(result.key(), UTF_8);
                String what = key.equals("film") ? Long.toString(sequenceOf(result)) : key;
                found.add(result.topic() + " " + result.partition() + " " + what);
            }
        }
        assertEquals(expected, found);
        assertEquals(expected.size(), reports);
    }

    private static long sequenceOf(ConsumerRecord<byte[], byte[]> record) {
        return SegmentRecords.fromRecord(
                        record.key(), record.value(), record.headers(), record.offset())
                .sequence();
    }

    private Properties settings(KafkaAccess access) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "same");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, access.bootstrapServers());
        settings.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put("consumer.auto.offset.reset", "earliest");
        return settings;
    }

    private static List<ConsumerRecord<byte[], byte[]>> read(
            KafkaAccess access, Topics topics, int count) {
        List<TopicPartition> all = new ArrayList<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            all.add(new TopicPartition(topics.upscaled(), partition));
            all.add(new TopicPartition(topics.rejected(), partition));
            all.add(new TopicPartition(topics.reports(), partition));
        }
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (Consumer<byte[], byte[]> reader = access.reader()) {
            reader.assign(all);
            long end = System.nanoTime() + Duration.ofSeconds(40).toNanos();
            while (records.size() < count && System.nanoTime() < end) {
                reader.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }
}
