package io.upriver.kafka;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker in the process, and the plain clients on it. */
class EmbeddedBrokerTest {

    private static final int MAX_BYTES = 8 << 20;
    private static final int PARTITIONS = 3;

    @TempDir static Path directory;

    private static EmbeddedBroker broker;
    private static KafkaAccess access;

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start(directory, 0, MAX_BYTES);
        access = new KafkaAccess(broker.bootstrapServers(), MAX_BYTES);
        new TopicSetup(access, Topics.DEFAULT).createMissing(PARTITIONS);
    }

    @AfterAll
    static void stopAndLeaveNothing() throws Exception {
        broker.close();
        try (Stream<Path> left = Files.list(directory)) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    void createsTheTopicsAsTheirContractSays() throws Exception {
        try (Admin admin = access.admin()) {
            for (Topics.Topic topic : Topics.DEFAULT.all()) {
                // When
                int partitions =
                        admin.describeTopics(List.of(topic.name()))
                                .allTopicNames()
                                .get()
                                .get(topic.name())
                                .partitions()
                                .size();
                ConfigResource resource =
                        new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
                Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);

                // Then
                boolean many = topic.partitions() == Topics.Partitions.MANY;
                assertEquals(many ? PARTITIONS : 1, partitions, topic.name());
                topic.configs(MAX_BYTES + KafkaAccess.OVERHEAD_BYTES)
                        .forEach((key, value) -> assertEquals(value, config.get(key).value()));
            }
        }
    }

    @Test
    void doesNotMindTopicsThatAreThere() {
        TopicSetup setup = new TopicSetup(access, Topics.DEFAULT);

        setup.createMissing(PARTITIONS + 2);

        assertEquals(PARTITIONS, setup.segmentPartitions());
    }

    @Test
    void carriesARecordAsLargeAsPromised() throws Exception {
        // Given
        byte[] large = new byte[MAX_BYTES - KafkaAccess.OVERHEAD_BYTES];
        large[large.length - 1] = 42;
        TopicPartition partition = new TopicPartition(Topics.DEFAULT.rejected(), 0);

        // When
        try (Producer<byte[], byte[]> producer = access.producer()) {
            producer.send(new ProducerRecord<>(partition.topic(), 0, new byte[0], large)).get();
        }

        // Then
        try (Consumer<byte[], byte[]> reader = access.reader()) {
            reader.assign(List.of(partition));
            reader.seekToBeginning(List.of(partition));
            List<ConsumerRecord<byte[], byte[]>> got = new ArrayList<>();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (got.isEmpty() && System.nanoTime() < end) {
                reader.poll(Duration.ofMillis(200)).forEach(got::add);
            }
            assertArrayEquals(large, got.get(0).value());
        }
    }

    @Test
    void countsNoWorkersWhereThereIsNoGroup() {
        assertEquals(0, new TopicSetup(access, Topics.DEFAULT).workersIn("nobody"));
    }

    @Test
    void followsATopicFromItsBeginningAndKnowsWhenItHasReadAll() throws Exception {
        // Given
        String topic = Topics.DEFAULT.streams();
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        TopicFollower.Listener listener =
                current -> {
                    String value = new String(current.value(), StandardCharsets.UTF_8);
                    if (value.equals("bad")) {
                        throw new IllegalStateException("a listener that fails");
                    }
                    seen.add(value);
                };
        send(topic, "first", "bad", "second");

        // When
        try (TopicFollower follower = new TopicFollower(access, topic, listener).start()) {
            assertTrue(follower.awaitCaughtUp(Duration.ofSeconds(30)));
            assertEquals(List.of("first", "second"), List.copyOf(seen));
            for (int i = 0; i < 20; i++) {
                send(topic, "more " + i);

                // Then
                assertTrue(follower.awaitCaughtUp(Duration.ofSeconds(30)));
                assertEquals("more " + i, seen.get(seen.size() - 1));
            }
            assertEquals(22, seen.size());
        }
    }

    @Test
    void takesAFreePortWhereThePreferredOneIsTaken() {
        int taken = Integer.parseInt(broker.bootstrapServers().replaceFirst(".*:", ""));

        try (EmbeddedBroker other = EmbeddedBroker.start(directory, taken, MAX_BYTES)) {
            assertFalse(other.bootstrapServers().equals(broker.bootstrapServers()));
        }
    }

    @Test
    void namesTheBrokerThatDoesNotAnswer() {
        KafkaAccess nobody = new KafkaAccess("127.0.0.1:1", MAX_BYTES);
        TopicSetup setup = new TopicSetup(nobody, Topics.DEFAULT);

        var failure = assertThrows(KafkaUnreachableException.class, () -> setup.createMissing(1));

        assertTrue(
                failure.getMessage().startsWith("expected a Kafka broker at 127.0.0.1:1, got: "),
                failure.getMessage());
    }

    private static void send(String topic, String... values) throws Exception {
        try (Producer<byte[], byte[]> producer = access.producer()) {
            for (String value : values) {
                producer.send(
                                new ProducerRecord<>(
                                        topic,
                                        new byte[] {1},
                                        value.getBytes(StandardCharsets.UTF_8)))
                        .get();
            }
        }
    }
}
