package io.upriver.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.upriver.kafka.EmbeddedBroker;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicReader;
import io.upriver.media.GeneratedSegments;
import io.upriver.schemas.SegmentHeaders;
import io.upriver.schemas.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two static members that are stopped and started again, one after the other, under work. */
class RollingRestartIT {

    private static final int PARTITIONS = 4;
    private static final int EACH_TIME = 3;
    private static final int MAX_MESSAGE_BYTES = 64 << 20;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir Path directory;

    private byte[] segment;
    private int sent;

    @Test
    void everySegmentIsDoneOnceInOrderAndNoPartitionChangesHands() throws Exception {
        // Given
        segment = new GeneratedSegments("testsrc2=size=160x90:rate=10", 10, 10, 1).make().get(0);
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0, MAX_MESSAGE_BYTES)) {
            KafkaAccess access = new KafkaAccess(broker.bootstrapServers(), MAX_MESSAGE_BYTES);
            UpriverProcess a = worker("a", access);
            UpriverProcess b = worker("b", access);
            try {
                await().atMost(PATIENCE).until(() -> spread(owners(access)));
                Map<TopicPartition, String> before = owners(access);

                // When
                send(access);
                a.interrupt();
                a.await();
                send(access);
                a = worker("a", access);
                send(access);
                b.interrupt();
                b.await();
                send(access);
                b = worker("b", access);
                send(access);

                // Then
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertEquals(expected(), done(access)));
                assertEquals(before, owners(access));
            } finally {
                a.close();
                b.close();
            }
        }
    }

    private UpriverProcess worker(String name, KafkaAccess access) throws Exception {
        UpriverProcess worker =
                UpriverProcess.start(
                        directory,
                        Map.of(
                                "UPRIVER_WORKER_NAME", name,
                                "UPRIVER_WORKER_STATIC_MEMBER", "true",
                                "UPRIVER_WORKER_ABSENCE", "PT2M"),
                        "serve",
                        "--bootstrap-servers",
                        access.bootstrapServers(),
                        "--port",
                        Integer.toString(freePort()));
        worker.awaitOut("Serving");
        return worker;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** A few segments to each partition. They have no headers, so their sequence is the offset. */
    private void send(KafkaAccess access) throws Exception {
        try (Producer<byte[], byte[]> producer = access.producer()) {
            for (int i = 0; i < EACH_TIME; i++) {
                for (int partition = 0; partition < PARTITIONS; partition++) {
                    byte[] key = ("cam-" + partition).getBytes(StandardCharsets.UTF_8);
                    producer.send(
                                    new ProducerRecord<>(
                                            Topics.DEFAULT.segments(), partition, key, segment))
                            .get();
                }
            }
        }
        sent += EACH_TIME;
    }

    private Map<Integer, List<Integer>> expected() {
        Map<Integer, List<Integer>> expected = new TreeMap<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            expected.put(partition, IntStream.range(0, sent).boxed().toList());
        }
        return expected;
    }

    /** The sequences of each partition as somebody sees them who reads what is committed. */
    private static Map<Integer, List<Integer>> done(KafkaAccess access) {
        Map<Integer, List<Integer>> done = new TreeMap<>();
        TopicReader.readAll(
                access,
                Topics.DEFAULT.upscaled(),
                given -> {
                    byte[] sequence = given.headers().lastHeader(SegmentHeaders.SEQUENCE).value();
                    done.computeIfAbsent(given.partition(), key -> new ArrayList<>())
                            .add(Integer.parseInt(new String(sequence, StandardCharsets.UTF_8)));
                });
        return done;
    }

    /** The worker of each partition, by the identity of its member. */
    private static Map<TopicPartition, String> owners(KafkaAccess access) throws Exception {
        Map<TopicPartition, String> owners = new HashMap<>();
        try (Admin admin = access.admin()) {
            for (MemberDescription member :
                    admin.describeConsumerGroups(List.of("upriver"))
                            .describedGroups()
                            .get("upriver")
                            .get()
                            .members()) {
                String identity = member.groupInstanceId().orElse("none");
                for (TopicPartition partition : member.assignment().topicPartitions()) {
                    owners.put(partition, identity);
                }
            }
        }
        return owners;
    }

    /** Whether both workers have half of the partitions. */
    private static boolean spread(Map<TopicPartition, String> owners) {
        long ofA = owners.values().stream().filter(owner -> owner.startsWith("a-")).count();
        long ofB = owners.values().stream().filter(owner -> owner.startsWith("b-")).count();
        return ofA == PARTITIONS / 2 && ofB == PARTITIONS / 2;
    }
}
