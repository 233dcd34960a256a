package io.upriver.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedBroker.class)
class TopicSetupTest {

    @Test
    void createsEveryTopicWithWhatItNeeds(KafkaAccess access) throws Exception {
        // Given
        Topics topics = new Topics("created");

        // When
        new TopicSetup(access, topics).createMissing(3);

        // Then
        try (Admin admin = access.admin()) {
            List<String> names = new ArrayList<>();
            List<ConfigResource> resources = new ArrayList<>();
            for (Topics.Topic topic : topics.all()) {
                names.add(topic.name());
                resources.add(new ConfigResource(ConfigResource.Type.TOPIC, topic.name()));
            }
            Map<String, TopicDescription> made = admin.describeTopics(names).allTopicNames().get();
            Map<ConfigResource, Config> configs = admin.describeConfigs(resources).all().get();
            for (Topics.Topic topic : topics.all()) {
                int expected = topic.partitions() == Topics.Partitions.MANY ? 3 : 1;
                assertEquals(expected, made.get(topic.name()).partitions().size(), topic.name());
                Config config =
                        configs.get(new ConfigResource(ConfigResource.Type.TOPIC, topic.name()));
                topic.configs(SharedBroker.MAX_MESSAGE_BYTES + KafkaAccess.OVERHEAD_BYTES)
                        .forEach(
                                (key, value) ->
                                        assertEquals(
                                                value,
                                                config.get(key).value(),
                                                topic.name() + " " + key));
            }
        }
    }

    @Test
    void leavesTopicsAloneThatAreThere(KafkaAccess access) throws Exception {
        // Given
        Topics topics = new Topics("there");
        TopicSetup setup = new TopicSetup(access, topics);
        try (Admin admin = access.admin()) {
            admin.createTopics(List.of(new NewTopic(topics.segments(), 5, (short) 1))).all().get();
        }
        setup.createMissing(3);

        // When
        setup.createMissing(7);

        // Then
        assertEquals(5, setup.segmentPartitions());
    }

    @Test
    void countsTheWorkersOfAGroup(KafkaAccess access) {
        // Given
        Topics topics = new Topics("counted");
        TopicSetup setup = new TopicSetup(access, topics);
        setup.createMissing(1);
        Map<String, Object> config = new HashMap<>();
        config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, access.bootstrapServers());
        config.put(ConsumerConfig.GROUP_ID_CONFIG, "counted");
        int before = setup.workersIn("counted");
        try (KafkaConsumer<byte[], byte[]> member =
                new KafkaConsumer<>(
                        config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            // When
            member.subscribe(List.of(topics.segments()));
            Awaitility.await()
                    .until(
                            () -> {
                                member.poll(Duration.ofMillis(100));
                                return !member.assignment().isEmpty();
                            });

            // Then
            assertEquals(0, before);
            assertEquals(1, setup.workersIn("counted"));
        }
    }

    @Test
    void saysThatABrokerDoesNotAnswer() {
        // Given
        KafkaAccess nobody = new KafkaAccess("127.0.0.1:1", 1 << 20);
        TopicSetup setup = new TopicSetup(nobody, Topics.DEFAULT);
        long start = System.nanoTime();

        // When
        KafkaUnreachableException failure =
                assertThrows(KafkaUnreachableException.class, () -> setup.createMissing(1));

        // Then
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertTrue(took.compareTo(Duration.ofSeconds(25)) < 0, "took " + took);
        assertTrue(
                failure.getMessage().startsWith("expected a Kafka broker at 127.0.0.1:1, got: "),
                failure.getMessage());
        assertEquals(1, failure.getMessage().lines().count());
    }

    @Test
    void saysThatAnAddressIsNone() {
        for (String address : List.of("no-such-host.invalid:9092", "localhost", "localhost:one")) {
            // Given
            TopicSetup setup = new TopicSetup(new KafkaAccess(address, 1 << 20), Topics.DEFAULT);

            // When
            KafkaUnreachableException failure =
                    assertThrows(KafkaUnreachableException.class, () -> setup.createMissing(1));

            // Then
            String message = failure.getMessage();
            assertTrue(message.startsWith("expected a Kafka broker at " + address), message);
        }
    }
}
