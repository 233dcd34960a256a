package io.upriver.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The rights of the KafkaUsers on a real broker: what each user's program does with Kafka is
 * allowed, by the same clients, and what it has no business with is not.
 */
class RightsTest {

    private static final String STREAM = "cam-7";
    private static final List<String> TOPICS =
            List.of(
                    "segments",
                    "upscaled",
                    "rejected",
                    "models",
                    "model-status",
                    "streams",
                    "reports");

    @TempDir static Path directory;
    private static GuardedBroker broker;

    @BeforeAll
    static void start() throws Exception {
        broker = GuardedBroker.start(directory, "overlays/cpu");
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static Producer<byte[], byte[]> producer(String user, Map<String, String> more) {
        Map<String, Object> config = broker.client(user);
        config.putAll(more);
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static Consumer<byte[], byte[]> reader(String user, Map<String, String> more) {
        Map<String, Object> config = broker.client(user);
        config.put("isolation.level", "read_committed");
        config.put("auto.offset.reset", "earliest");
        config.putAll(more);
        return new KafkaConsumer<>(
                config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static ProducerRecord<byte[], byte[]> made(String topic) {
        return new ProducerRecord<>("upriver." + topic, bytes(STREAM), bytes("value"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** As {@code ingest/LiveStreamWriter}: the only writer of a stream, in a transaction. */
    private static void push(String user) {
        try (Producer<byte[], byte[]> producer =
                producer(user, Map.of("transactional.id", "upriver.segments-" + STREAM))) {
            producer.initTransactions();
            producer.beginTransaction();
            var unused = producer.send(made("segments"));
            producer.commitTransaction();
        }
    }

    private static void require(String user, String topic) {
        try (Producer<byte[], byte[]> producer = producer(user, Map.of())) {
            producer.send(made(topic)).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(user + " writes to " + topic, e);
        }
    }

    private static void requireRefused(String user, String topic) {
        try (Producer<byte[], byte[]> producer = producer(user, Map.of("max.block.ms", "3000"))) {
            Throwable refused =
                    assertThrows(
                            Exception.class, () -> producer.send(made(topic)).get(), user + topic);
            while (refused.getCause() != null) {
                refused = refused.getCause();
            }
            assertInstanceOf(AuthorizationException.class, refused);
        }
    }

    private static int read(String user, String topic) {
        try (Consumer<byte[], byte[]> reader = reader(user, Map.of())) {
            List<TopicPartition> partitions = new ArrayList<>();
            reader.partitionsFor("upriver." + topic)
                    .forEach(p -> partitions.add(new TopicPartition(p.topic(), p.partition())));
            reader.assign(partitions);
            reader.endOffsets(partitions);
            return reader.poll(Duration.ofSeconds(2)).count();
        }
    }

    /**
     * Kafka Streams itself, with exactly-once and static members: groups, offsets, transactions.
     */
    @Test
    void aWorkersTopologyRuns() throws Exception {
        push("upriver-producer");
        StreamsBuilder topology = new StreamsBuilder();
        topology.stream("upriver.segments").to("upriver.upscaled");
        Properties config = new Properties();
        config.putAll(broker.client("upriver-worker"));
        config.put("application.id", "upriver");
        config.put("processing.guarantee", "exactly_once_v2");
        config.put("main.consumer.group.instance.id", "upriver-0");
        config.put("consumer.auto.offset.reset", "earliest");
        config.put("default.key.serde", Serdes.ByteArray().getClass().getName());
        config.put("default.value.serde", Serdes.ByteArray().getClass().getName());
        config.put("state.dir", directory.resolve("state").toString());

        try (KafkaStreams streams = new KafkaStreams(topology.build(), config);
                Admin worker = Admin.create(broker.client("upriver-worker"));
                Admin admin = Admin.create(broker.client("upriver-scaler"))) {
            streams.start();

            int seen = 0;
            for (int i = 0; i < 20 && seen == 0; i++) {
                seen = read("upriver-worker", "upscaled");
            }
            assertTrue(seen > 0, streams.state().toString());
            worker.describeConsumerGroups(List.of("upriver")).all().get();
            // whoever scales asks for the lag as KEDA does
            assertTrue(
                    admin
                            .listConsumerGroupOffsets("upriver")
                            .partitionsToOffsetAndMetadata()
                            .get()
                            .values()
                            .stream()
                            .anyMatch(offset -> offset.offset() > 0));
        }
    }

    @Test
    void aWorkerReadsAndWritesAllTopicsAndKeepsTheHistory() throws Exception {
        for (String topic : TOPICS) {
            require("upriver-worker", topic);
            assertTrue(read("upriver-worker", topic) > 0, topic);
        }
        push("upriver-worker");
        try (Consumer<byte[], byte[]> keeper =
                        reader("upriver-worker", Map.of("group.id", "upriver-history"));
                Admin admin = Admin.create(broker.client("upriver-worker"))) {
            keeper.subscribe(List.of("upriver.models"));
            int kept = 0;
            for (int i = 0; i < 20 && kept == 0; i++) {
                kept = keeper.poll(Duration.ofMillis(500)).count();
            }
            assertTrue(kept > 0);
            assertTrue(
                    admin.listTopics()
                            .names()
                            .get()
                            .containsAll(TOPICS.stream().map(t -> "upriver." + t).toList()));
        }
    }

    @Test
    void aTrainerReadsSegmentsAndGivesModelsToStreams() throws Exception {
        push("upriver-producer");
        require("upriver-trainer", "models");
        require("upriver-trainer", "streams");
        for (String topic : List.of("segments", "models", "streams")) {
            assertTrue(read("upriver-trainer", topic) > 0, topic);
        }
        read("upriver-trainer", "model-status");
        try (Admin admin = Admin.create(broker.client("upriver-trainer"))) {
            ConfigResource models = new ConfigResource(ConfigResource.Type.TOPIC, "upriver.models");
            admin.describeConfigs(List.of(models)).all().get();
        }

        requireRefused("upriver-trainer", "segments");
        requireRefused("upriver-trainer", "upscaled");
    }

    @Test
    void aProducerPushesSegmentsAndNothingElse() throws Exception {
        push("upriver-producer");
        try (Admin admin = Admin.create(broker.client("upriver-producer"))) {
            assertEquals(TOPICS.size(), admin.listTopics().names().get().size());
        }

        for (String topic : List.of("upscaled", "models", "streams")) {
            requireRefused("upriver-producer", topic);
        }
        assertThrows(AuthorizationException.class, () -> read("upriver-producer", "models"));
    }

    @Test
    void whoAsksForTheLagSeesOffsetsAndNoRecord() throws Exception {
        TopicPartition place = new TopicPartition("upriver.segments", 0);
        try (Admin admin = Admin.create(broker.client("upriver-scaler"))) {
            admin.listOffsets(Map.of(place, OffsetSpec.latest())).all().get();
        }

        assertThrows(AuthorizationException.class, () -> read("upriver-scaler", "segments"));
    }

    @Test
    void nobodyMakesATopic() {
        for (String user : List.of("upriver-worker", "upriver-producer", "upriver-trainer")) {
            try (Admin admin = Admin.create(broker.client(user))) {
                ExecutionException refused =
                        assertThrows(
                                ExecutionException.class,
                                () ->
                                        admin.createTopics(
                                                        List.of(
                                                                new NewTopic(
                                                                        "upriver.other",
                                                                        1,
                                                                        (short) 1)))
                                                .all()
                                                .get());
                assertInstanceOf(AuthorizationException.class, refused.getCause());
            }
        }
    }
}
