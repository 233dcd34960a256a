package io.upriver.kafka;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.schemas.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {

    private static final int MAX_MESSAGE_BYTES = 3 << 20;

    @TempDir Path directory;

    @Test
    void servesTheLargestRecordOnAFreePortAndLeavesNothingBehind() throws Exception {
        // Given: somebody else has the port that would be preferred
        Path parent = directory.resolve("not there yet");
        byte[] value = new byte[MAX_MESSAGE_BYTES - KafkaAccess.OVERHEAD_BYTES];
        new Random(6).nextBytes(value);
        int port;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            EmbeddedBroker broker =
                    EmbeddedBroker.start(parent, taken.getLocalPort(), MAX_MESSAGE_BYTES);
            String server = broker.bootstrapServers();
            port = Integer.parseInt(server.substring(server.indexOf(':') + 1));
            KafkaAccess access = new KafkaAccess(server, MAX_MESSAGE_BYTES);
            Topics topics = new Topics("test");
            new TopicSetup(access, topics).createMissing(1);

            // When
            sendAndAwait(access, topics.segments(), value);
            byte[] read = readFirst(access, topics.segments());
            List<Path> whileOpen = list(parent);
            broker.close();
            broker.close();

            // Then
            assertTrue(server.startsWith("127.0.0.1:"), server);
            assertFalse(port == taken.getLocalPort());
            assertArrayEquals(value, read);
            assertEquals(1, whileOpen.size());
        }
        assertEquals(List.of(), list(parent));
        assertThrows(
                IOException.class,
                () -> new Socket(InetAddress.getLoopbackAddress(), port).close());
    }

    @Test
    void hasItsDataAndItsPortAgainAfterAStop() throws Exception {
        // Given
        byte[] before = {1, 2, 3};
        byte[] meanwhile = {4};
        Topics topics = new Topics("test");
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0, MAX_MESSAGE_BYTES)) {
            String server = broker.bootstrapServers();
            KafkaAccess access = new KafkaAccess(server, MAX_MESSAGE_BYTES);
            new TopicSetup(access, topics).createMissing(1);
            sendAndAwait(access, topics.segments(), before);

            // When
            broker.stop();
            try (Producer<byte[], byte[]> producer = access.producer()) {
                CompletableFuture<Void> sent =
                        CompletableFuture.runAsync(
                                () -> send(producer, topics.segments(), meanwhile));
                assertThrows(
                        TimeoutException.class, () -> sent.get(1, TimeUnit.SECONDS), "it is down");
                broker.resume();
                broker.resume();
                sent.get(30, TimeUnit.SECONDS);
            }

            // Then
            assertEquals(server, broker.bootstrapServers());
            List<byte[]> read = new ArrayList<>();
            TopicReader.readAll(access, topics.segments(), given -> read.add(given.value()));
            assertEquals(2, read.size());
            assertArrayEquals(before, read.get(0));
            assertArrayEquals(meanwhile, read.get(1));
        }
        assertEquals(List.of(), list(directory));
    }

    @Test
    void saysWhyItDoesNotStart() throws IOException {
        // Given
        Path file = Files.createFile(directory.resolve("file"));

        // When
        Exception failure =
                assertThrows(
                        IllegalStateException.class,
                        () -> EmbeddedBroker.start(file, 0, MAX_MESSAGE_BYTES));

        // Then
        assertTrue(
                failure.getMessage().startsWith("the in-process Kafka broker did not start: "),
                failure.getMessage());
        assertTrue(failure.getMessage().contains(file.toString()), failure.getMessage());
    }

    private static void sendAndAwait(KafkaAccess access, String topic, byte[] value) {
        try (Producer<byte[], byte[]> producer = access.producer()) {
            send(producer, topic, value);
        }
    }

    private static void send(Producer<byte[], byte[]> producer, String topic, byte[] value) {
        try {
            producer.send(new ProducerRecord<>(topic, value)).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] readFirst(KafkaAccess access, String topic) {
        try (Consumer<byte[], byte[]> reader = access.reader()) {
            reader.assign(List.of(new TopicPartition(topic, 0)));
            long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (System.nanoTime() < end) {
                for (ConsumerRecord<byte[], byte[]> next : reader.poll(Duration.ofMillis(200))) {
                    return next.value();
                }
            }
        }
        throw new AssertionError("nothing came within 20 s");
    }

    private static List<Path> list(Path parent) throws IOException {
        try (Stream<Path> files = Files.list(parent)) {
            return files.toList();
        }
    }
}
