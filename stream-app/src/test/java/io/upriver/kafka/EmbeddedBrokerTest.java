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
import java.util.List;
import java.util.Random;
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

    private static void sendAndAwait(KafkaAccess access, String topic, byte[] value)
            throws Exception {
        try (Producer<byte[], byte[]> producer = access.producer()) {
            producer.send(new ProducerRecord<>(topic, value)).get();
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
