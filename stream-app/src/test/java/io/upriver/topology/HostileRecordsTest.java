package io.upriver.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.SharedBroker;
import io.upriver.kafka.TopicSetup;
import io.upriver.observe.SegmentObserver;
import io.upriver.schemas.Container;
import io.upriver.schemas.Rejection;
import io.upriver.schemas.Segment;
import io.upriver.schemas.SegmentHeaders;
import io.upriver.schemas.SegmentRecords;
import io.upriver.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Records that no producer should write, on a real broker: each becomes a result or a rejection, no
 * stream thread ends, and what comes behind them is done.
 */
@ExtendWith(SharedBroker.class)
class HostileRecordsTest {

    private static final byte[] KEY = "cam-7".getBytes(UTF_8);

    private static final long YEAR_3000 = 32_503_680_000_000L;

    @TempDir Path directory;

    /**
     * What a producer in another language can write, and Kafka's own refuses: -1 for no time. It
     * writes no other negative ones: {@link SegmentTimeTest}.
     */
    private static final class Untimely extends ProducerRecord<byte[], byte[]> {

        private final long time;

        Untimely(String topic, byte[] key, byte[] value, Headers headers, long time) {
            super(topic, 0, key, value, headers);
            this.time = time;
        }

        @Override
        public Long timestamp() {
            return time;
        }
    }

    @Test
    void withTimesThatAreNoneGetTheOnesBeforeThemOrThePresent(KafkaAccess access) throws Exception {
        // Given: the first record of its partition has no time, and there is nothing before it
        Topics topics = new Topics("untimely");
        long before = System.currentTimeMillis();
        long[] times = {-1, 1_700_000_000_000L, -1, YEAR_3000, Long.MAX_VALUE};
        List<ProducerRecord<byte[], byte[]>> sent = new ArrayList<>();
        for (long time : times) {
            sent.add(
                    new Untimely(
                            topics.segments(),
                            KEY,
                            FakeWork.transportStream(),
                            new RecordHeaders(),
                            time));
        }

        // When
        List<ConsumerRecord<byte[], byte[]>> results =
                of(resultsOf(sent, access, topics), topics.upscaled());

        // Then
        assertEquals(times.length, results.size());
        long first = results.get(0).timestamp();
        assertTrue(first >= before && first <= System.currentTimeMillis(), "time " + first);
        assertEquals(1_700_000_000_000L, results.get(1).timestamp());
        for (ConsumerRecord<byte[], byte[]> later : results.subList(2, times.length)) {
            assertEquals(first, later.timestamp(), "the latest time before it");
        }
    }

    @Test
    void largerThanARecordTogetherWithTheReasonKeepTheReason(KafkaAccess access) throws Exception {
        // Given: records that only just fit, of which nothing can be made
        Topics topics = new Topics("oversized");
        int most = access.maxMessageBytes() - 200;
        Headers large = new RecordHeaders().add("x-large", new byte[most]);
        List<ProducerRecord<byte[], byte[]>> sent =
                List.of(
                        new ProducerRecord<>(topics.segments(), 0, KEY, new byte[most]),
                        new ProducerRecord<>(topics.segments(), 0, KEY, new byte[1], large),
                        new ProducerRecord<>(topics.segments(), 0, new byte[most], new byte[1]));

        // When
        List<ConsumerRecord<byte[], byte[]>> results =
                of(resultsOf(sent, access, topics), topics.rejected());

        // Then
        assertEquals(3, results.size());
        for (ConsumerRecord<byte[], byte[]> result : results.subList(0, 2)) {
            Rejection rejection = Rejection.readFrom(result.headers());
            assertEquals(Rejection.Code.MALFORMED_RECORD, rejection.code());
            assertTrue(
                    rejection
                            .message()
                            .matches(
                                    "stream cam-7 segment [01]: expected a value that begins like.*;"
                                            + " value and headers are left out here: with the"
                                            + " reason expected at most 2097152 bytes, got"
                                            + " 2097[0-9]{3}"),
                    rejection.message());
            assertEquals("cam-7", new String(result.key(), UTF_8));
            assertNull(result.value());
        }
        assertNull(results.get(2).key(), "too long for a stream's id");
        assertEquals(1, results.get(2).value().length);
    }

    @Test
    void ofEveryKindBecomeAResultOrARejection(KafkaAccess access) throws Exception {
        // Given
        Topics topics = new Topics("hostile");
        Random random = new Random(11);
        List<ProducerRecord<byte[], byte[]>> sent = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            sent.add(hostile(topics.segments(), random));
        }

        // When
        List<ConsumerRecord<byte[], byte[]>> results = resultsOf(sent, access, topics);

        // Then
        int rejected = of(results, topics.rejected()).size();
        int upscaled = of(results, topics.upscaled()).size();
        assertEquals(sent.size(), upscaled + rejected);
        assertEquals(sent.size(), of(results, topics.reports()).size());
        assertTrue(rejected > 50 && upscaled > 50, "rejected %d".formatted(rejected));
    }

    private static ProducerRecord<byte[], byte[]> hostile(String topic, Random random) {
        Segment segment =
                new Segment(
                        "cam-7",
                        random.nextInt(1000),
                        Container.MPEG_TS,
                        FakeWork.transportStream(),
                        2000,
                        true,
                        true,
                        null,
                        null);
        ProducerRecord<byte[], byte[]> good = SegmentRecords.toRecord(topic, 0, segment);
        List<String> names =
                List.of(
                        SegmentHeaders.SEQUENCE,
                        SegmentHeaders.DURATION_MILLIS,
                        SegmentHeaders.PRESENTATION_START,
                        SegmentHeaders.PRESENTATION_END,
                        SegmentHeaders.SUBJECT,
                        SegmentHeaders.CONTENT_TYPE,
                        SegmentHeaders.DISCONTINUITY,
                        SegmentHeaders.TRACEPARENT,
                        "ce_rejection",
                        "ce_framesout",
                        "");
        for (int i = random.nextInt(3); i >= 0; i--) {
            good.headers().add(names.get(random.nextInt(names.size())), hostileBytes(random));
        }
        return new Untimely(
                topic,
                random.nextInt(4) == 0 ? hostileBytes(random) : good.key(),
                random.nextInt(4) == 0 ? hostileBytes(random) : good.value(),
                good.headers(),
                random.nextInt(3) == 0 ? -1 : random.nextLong(1L << 40));
    }

    private static byte[] hostileBytes(Random random) {
        byte[] noise = new byte[random.nextInt(40)];
        random.nextBytes(noise);
        String[] texts = {
            "",
            " ",
            "-1",
            "0",
            "true",
            "9223372036854775807",
            "-9223372036854775808",
            "1e400",
            "\0",
            "\u202e\u0007\n",
            "x".repeat(100_000),
            "\uD83D\uDE00".repeat(124),
            "a/b:c?d=%00#é"
        };
        int which = random.nextInt(texts.length + 2);
        if (which < texts.length) {
            return texts[which].getBytes(UTF_8);
        }
        return which == texts.length ? null : noise;
    }

    /** The broker takes away what is from 1970 as soon as it looks, which it does now and then. */
    private static void keepForEver(KafkaAccess access, Topics topics) throws Exception {
        AlterConfigOp always =
                new AlterConfigOp(new ConfigEntry("retention.ms", "-1"), AlterConfigOp.OpType.SET);
        Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
        for (String topic :
                List.of(
                        topics.segments(),
                        topics.upscaled(),
                        topics.rejected(),
                        topics.reports())) {
            changes.put(new ConfigResource(ConfigResource.Type.TOPIC, topic), List.of(always));
        }
        try (Admin admin = access.admin()) {
            admin.incrementalAlterConfigs(changes).all().get();
        }
    }

    /**
     * What the topology writes about these records and a good one behind them, until that is done.
     */
    private List<ConsumerRecord<byte[], byte[]>> resultsOf(
            List<ProducerRecord<byte[], byte[]>> sent, KafkaAccess access, Topics topics)
            throws Exception {
        try (Admin admin = access.admin()) {
            // Not every cluster refuses what is far ahead: brokers before 4.0 do not.
            NewTopic anyTime = new NewTopic(topics.segments(), 1, (short) 1);
            Map<String, String> takesAll =
                    Map.of(
                            "message.timestamp.after.max.ms",
                            Long.toString(Long.MAX_VALUE),
                            "max.message.bytes",
                            Integer.toString(
                                    access.maxMessageBytes() + KafkaAccess.OVERHEAD_BYTES));
            admin.createTopics(List.of(anyTime.configs(takesAll))).all().get();
        }
        new TopicSetup(access, topics).createMissing(1);
        keepForEver(access, topics);
        Segment last = Segment.of("last", 7, Container.MPEG_TS, FakeWork.transportStream());
        try (Producer<byte[], byte[]> producer = access.producer()) {
            for (ProducerRecord<byte[], byte[]> each : sent) {
                producer.send(each).get();
            }
            producer.send(SegmentRecords.toRecord(topics.segments(), 0, last)).get();
        }
        AtomicReference<Throwable> failure = new AtomicReference<>();
        try (KafkaStreams streams =
                new KafkaStreams(
                        UpscaleTopology.build(
                                topics,
                                new FakeWork(),
                                new StreamDirectory(),
                                new WorkGate(1),
                                SegmentObserver.untold(),
                                access.maxMessageBytes()),
                        settings(access, topics))) {
            streams.setUncaughtExceptionHandler(
                    e -> {
                        failure.set(e);
                        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
                    });
            streams.start();
            return read(access, topics, failure);
        }
    }

    private static List<ConsumerRecord<byte[], byte[]>> read(
            KafkaAccess access, Topics topics, AtomicReference<Throwable> failure) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        List<TopicPartition> all =
                List.of(
                        new TopicPartition(topics.upscaled(), 0),
                        new TopicPartition(topics.rejected(), 0),
                        new TopicPartition(topics.reports(), 0));
        try (Consumer<byte[], byte[]> reader = access.reader()) {
            reader.assign(all);
            long end = System.nanoTime() + Duration.ofSeconds(40).toNanos();
            int lasts = 0;
            while ((lasts < 2 || isBehind(reader, all))
                    && System.nanoTime() < end
                    && failure.get() == null) {
                for (ConsumerRecord<byte[], byte[]> each : reader.poll(Duration.ofMillis(100))) {
                    if (each.key() != null && new String(each.key(), UTF_8).equals("last")) {
                        lasts++; // its result and its report
                    } else {
                        records.add(each);
                    }
                }
            }
            assertNull(failure.get(), () -> "a stream thread ended: " + failure.get());
            assertEquals(2, lasts, "the good segment behind them is not done");
        }
        return records;
    }

    /** The topics are read one after the other: the last of one says nothing of another. */
    private static boolean isBehind(Consumer<byte[], byte[]> reader, List<TopicPartition> all) {
        return reader.endOffsets(all).entrySet().stream()
                .anyMatch(end -> reader.position(end.getKey()) < end.getValue());
    }

    private Properties settings(KafkaAccess access, Topics topics) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, topics.segments());
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, access.bootstrapServers());
        settings.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(
                StreamsConfig.producerPrefix("max.request.size"),
                Integer.toString(access.maxMessageBytes()));
        return settings;
    }

    private static List<ConsumerRecord<byte[], byte[]>> of(
            List<ConsumerRecord<byte[], byte[]>> records, String topic) {
        return records.stream().filter(each -> each.topic().equals(topic)).toList();
    }
}
