package io.upriver.kafka;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.kafka.ClusterWatch.Found;
import io.upriver.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ClusterWatchTest {

    private static final Duration OFTEN = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    @TempDir Path directory;

    @Test
    void findsWhatIsMissingWhatWaitsAndThatTheBrokerIsGone() {
        Topics topics = new Topics("watched");
        EmbeddedBroker broker = EmbeddedBroker.start(directory, 0, 1 << 20);
        KafkaAccess access = new KafkaAccess(broker.bootstrapServers(), 1 << 20);
        try (ClusterWatch watch =
                new ClusterWatch(access, topics, "workers", OFTEN, PATIENCE).start()) {
            // Given no topics
            await().atMost(Duration.ofSeconds(20)).until(() -> watch.found().trouble() == null);
            Found without = watch.found();
            assertEquals(topics.all().size(), without.missing().size(), without.toString());
            assertEquals(-1, without.waiting());

            // When they are there, with a segment
            new TopicSetup(access, topics).createMissing(1);
            TopicWriter.write(
                    access,
                    List.of(
                            new ProducerRecord<>(
                                    topics.segments(), new byte[] {1}, new byte[] {2})));

            // Then
            await().atMost(Duration.ofSeconds(20)).until(() -> watch.found().waiting() == 1);
            assertEquals(List.of(), watch.found().missing());
            assertTrue(watch.found().age().compareTo(Duration.ofSeconds(10)) < 0);

            // When the broker goes
            broker.close();

            // Then
            await().atMost(Duration.ofSeconds(30)).until(() -> watch.found().trouble() != null);
            Found gone = watch.found();
            assertTrue(gone.trouble().contains(access.bootstrapServers()), gone.toString());
            assertEquals(-1, gone.waiting());
        }
    }
}
