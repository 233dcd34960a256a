package io.upriver.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedBroker.class)
class TopicFollowerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<String> seen = new CopyOnWriteArrayList<>();

    @Test
    void readsFromTheBeginningAndStaysWithTheTopic(KafkaAccess access) throws Exception {
        // Given
        String topic = topic(access, "followed");
        try (Producer<byte[], byte[]> producer = access.producer()) {
            send(producer, topic, "a");
            send(producer, topic, "b");
            try (TopicFollower follower = follow(access, topic)) {
                assertTrue(follower.awaitCaughtUp(PATIENCE));
                List<String> first = List.copyOf(seen);

                // When
                send(producer, topic, "c");
                Awaitility.await().atMost(PATIENCE).until(() -> seen.size() == 3);

                // Then
                assertEquals(List.of("a", "b"), first);
                assertEquals(List.of("a", "b", "c"), seen);
            }
        }
    }

    @Test
    void readsTheLastRecordsOnlyWhereItIsToldTo(KafkaAccess access) throws Exception {
        // Given
        String topic = topic(access, "tail");
        try (Producer<byte[], byte[]> producer = access.producer()) {
            for (String word : List.of("a", "b", "c", "d")) {
                send(producer, topic, word);
            }
        }

        // When
        try (TopicFollower follower =
                new TopicFollower(
                                access,
                                topic,
                                2,
                                given -> seen.add(new String(given.value(), UTF_8)))
                        .start()) {
            TopicFollower.requireCaughtUp(List.of(follower), PATIENCE);
        }

        // Then
        assertEquals(List.of("c", "d"), seen);
    }

    @Test
    void hasSeenEverythingWheneverItSaysSo(KafkaAccess access) throws Exception {
        // Given
        String topic = topic(access, "exact");
        List<String> sent = new ArrayList<>();
        try (Producer<byte[], byte[]> producer = access.producer();
                TopicFollower follower = follow(access, topic)) {
            for (int i = 0; i < 20; i++) {
                sent.add("m" + i);
                send(producer, topic, "m" + i);

                // When
                boolean caughtUp = follower.awaitCaughtUp(PATIENCE);

                // Then
                assertTrue(caughtUp);
                assertEquals(sent, seen);
            }
        }
    }

    @Test
    void answersManyWhoWaitAtTheSameTime(KafkaAccess access) throws Exception {
        // Given
        String topic = topic(access, "many");
        try (Producer<byte[], byte[]> producer = access.producer();
                TopicFollower follower = follow(access, topic)) {
            send(producer, topic, "a");
            List<Boolean> answers = new CopyOnWriteArrayList<>();
            List<Thread> waiting = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                waiting.add(new Thread(() -> answers.add(follower.awaitCaughtUp(PATIENCE))));
            }

            // When
            long start = System.nanoTime();
            waiting.forEach(Thread::start);
            for (Thread thread : waiting) {
                thread.join();
            }

            // Then: one question to the broker for all, which may take half a second each
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            assertTrue(took.compareTo(Duration.ofSeconds(15)) < 0, "took " + took);
            assertEquals(Collections.nCopies(100, true), answers);
            assertEquals(List.of("a"), seen);
        }
    }

    @Test
    void seesCommittedRecordsOnly(KafkaAccess access) throws Exception {
        // Given
        String topic = topic(access, "committed");
        Map<String, Object> config = new HashMap<>();
        config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, access.bootstrapServers());
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "committed");
        ByteArraySerializer bytes = new ByteArraySerializer();
        try (Producer<byte[], byte[]> producer = new KafkaProducer<>(config, bytes, bytes);
                TopicFollower follower = follow(access, topic)) {
            producer.initTransactions();
            producer.beginTransaction();
            send(producer, topic, "aborted");
            producer.abortTransaction();
            producer.beginTransaction();
            send(producer, topic, "open");
            boolean caughtUp = follower.awaitCaughtUp(PATIENCE);
            List<String> whileOpen = List.copyOf(seen);

            // When
            producer.commitTransaction();

            // Then
            assertTrue(caughtUp);
            assertEquals(List.of(), whileOpen);
            assertTrue(follower.awaitCaughtUp(PATIENCE));
            assertEquals(List.of("open"), seen);
        }
    }

    @Test
    void goesOnAfterAListenerFailed(KafkaAccess access) throws Exception {
        // Given
        String topic = topic(access, "failing");
        TopicFollower.Listener failing =
                current -> {
                    note(current);
                    throw new IllegalStateException("not this one");
                };
        try (Producer<byte[], byte[]> producer = access.producer();
                TopicFollower follower = new TopicFollower(access, topic, failing).start()) {
            send(producer, topic, "a");

            // When
            send(producer, topic, "b");

            // Then
            assertTrue(follower.awaitCaughtUp(PATIENCE));
            assertEquals(List.of("a", "b"), seen);
        }
    }

    @Test
    void goesOnWhereItWasAfterAConsumerFailed() {
        // Given two consumers of the same topic, of which the first fails behind the second record
        TopicPartition partition = new TopicPartition("failed", 0);
        MockConsumer<byte[], byte[]> first = consumer(partition);
        MockConsumer<byte[], byte[]> second = consumer(partition);
        first.schedulePollTask(() -> add(first, partition, "a", "b"));
        first.schedulePollTask(() -> first.setPollException(new KafkaException("broken")));
        second.schedulePollTask(() -> add(second, partition, "a", "b", "c"));
        Iterator<MockConsumer<byte[], byte[]>> consumers = List.of(first, second).iterator();

        // When somebody waits since before that
        try (TopicFollower follower =
                new TopicFollower(consumers::next, "failed", Long.MAX_VALUE, this::note)) {
            CompletableFuture<Boolean> caughtUp =
                    CompletableFuture.supplyAsync(() -> follower.awaitCaughtUp(PATIENCE));
            Awaitility.await().pollDelay(Duration.ofMillis(300)).until(() -> true);
            follower.start();

            // Then
            assertTrue(caughtUp.join());
        }
        assertEquals(List.of("a", "b", "c"), seen);
    }

    private static MockConsumer<byte[], byte[]> consumer(TopicPartition partition) {
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
        consumer.updatePartitions(
                partition.topic(),
                List.of(new PartitionInfo(partition.topic(), 0, null, null, null)));
        consumer.updateBeginningOffsets(Map.of(partition, 0L));
        consumer.updateEndOffsets(Map.of(partition, 3L));
        return consumer;
    }

    private static void add(
            MockConsumer<byte[], byte[]> consumer, TopicPartition partition, String... texts) {
        for (int i = 0; i < texts.length; i++) {
            byte[] value = texts[i].getBytes(UTF_8);
            consumer.addRecord(new ConsumerRecord<>(partition.topic(), 0, i, value, value));
        }
    }

    @Test
    void findsATopicThatIsMadeLater(KafkaAccess access) throws Exception {
        // Given
        Topics topics = new Topics("later");
        try (TopicFollower follower = follow(access, topics.streams());
                Producer<byte[], byte[]> producer = access.producer()) {
            Awaitility.await().during(Duration.ofMillis(300)).until(seen::isEmpty);

            // When
            new TopicSetup(access, topics).createMissing(1);
            send(producer, topics.streams(), "a");

            // Then
            Awaitility.await().atMost(PATIENCE).until(() -> !seen.isEmpty());
            assertTrue(follower.awaitCaughtUp(PATIENCE));
            assertEquals(List.of("a"), seen);
        }
    }

    @Test
    void endsWhenItIsClosed(KafkaAccess access) {
        // Given
        TopicFollower follower = follow(access, topic(access, "closed"));
        assertTrue(follower.awaitCaughtUp(PATIENCE));
        assertTrue(isRunning("follow-closed.streams"));
        long start = System.nanoTime();

        // When
        follower.close();

        // Then
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertTrue(took.compareTo(Duration.ofSeconds(4)) < 0, "took " + took);
        assertFalse(isRunning("follow-closed.streams"));
    }

    @Test
    void saysWhenItCouldNotCatchUpInTime() {
        // Given
        KafkaAccess nobody = new KafkaAccess("127.0.0.1:1", 1 << 20);
        try (TopicFollower follower = follow(nobody, "any")) {
            // When
            boolean caughtUp = follower.awaitCaughtUp(Duration.ofMillis(300));

            // Then
            assertFalse(caughtUp);
        }
    }

    private TopicFollower follow(KafkaAccess access, String topic) {
        return new TopicFollower(access, topic, this::note).start();
    }

    private void note(ConsumerRecord<byte[], byte[]> current) {
        seen.add(new String(current.value(), UTF_8));
    }

    private static String topic(KafkaAccess access, String prefix) {
        Topics topics = new Topics(prefix);
        new TopicSetup(access, topics).createMissing(1);
        return topics.streams();
    }

    private static void send(Producer<byte[], byte[]> producer, String topic, String text)
            throws Exception {
        byte[] value = text.getBytes(UTF_8);
        producer.send(new ProducerRecord<>(topic, value, value)).get();
    }

    private static boolean isRunning(String thread) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(t -> t.getName().equals(thread) && t.isAlive());
    }
}
