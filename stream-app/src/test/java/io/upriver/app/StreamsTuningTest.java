package io.upriver.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StreamsTuningTest {

    @Test
    void keepsTransactionsShortWhereEveryThreadHasOneTask() {
        // When
        Map<String, String> settings =
                StreamsTuning.derive(Duration.ofMinutes(5), 4, 4, 2, 64 << 20);

        // Then
        assertEquals("60000", settings.get("kafka-streams.producer.transaction.timeout.ms"));
        assertEquals("exactly_once_v2", settings.get("kafka-streams.processing.guarantee"));
        assertEquals("4", settings.get("kafka-streams.num.stream.threads"));
    }

    @Test
    void givesAStaticMemberItsNameAndTime() {
        // When
        Map<String, String> settings =
                StreamsTuning.staticMember("worker-1", Duration.ofSeconds(90));

        // Then
        assertEquals("worker-1", settings.get("kafka-streams.consumer.group.instance.id"));
        assertEquals("90000", settings.get("kafka-streams.consumer.session.timeout.ms"));
    }

    @Test
    void refusesAStaticMemberWithoutANameOrWithAnAbsenceThatBrokersRefuse() {
        assertEquals(
                "upriver.worker.name: expected a name of letters, digits, '.', '_' and '-' for upriver.worker.static-member, got ''",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> StreamsTuning.staticMember("", Duration.ofMinutes(1)))
                        .getMessage());
        assertEquals(
                "upriver.worker.absence: expected PT10S to PT30M, got PT9S",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> StreamsTuning.staticMember("a", Duration.ofSeconds(9)))
                        .getMessage());
    }

    @Test
    void coversWaitingAndWorkWhateverTheNumbers() {
        Random random = new Random(7);
        for (int i = 0; i < 500; i++) {
            // Given
            Duration deadline = Duration.ofSeconds(1 + random.nextInt(600));
            int threads = 1 + random.nextInt(16);
            int partitions = 1 + random.nextInt(64);
            int places = 1 + random.nextInt(8);
            int bytes = 1 << (20 + random.nextInt(7));

            // When
            Map<String, String> settings =
                    StreamsTuning.derive(deadline, threads, partitions, places, bytes);

            // Then
            long poll = Long.parseLong(settings.get("kafka-streams.consumer.max.poll.interval.ms"));
            long transaction =
                    Long.parseLong(settings.get("kafka-streams.producer.transaction.timeout.ms"));
            int tasks = (partitions + threads - 1) / threads;
            int turns = (threads + places - 1) / places;
            long busy = (long) tasks * turns * deadline.toMillis();
            assertTrue(poll >= Math.min(Integer.MAX_VALUE, 2 * busy), settings.toString());
            assertTrue(poll <= Integer.MAX_VALUE, settings.toString());
            assertTrue(transaction >= 60_000 && transaction <= 900_000, settings.toString());
            assertTrue(
                    Long.parseLong(settings.get("kafka-streams.producer.buffer.memory"))
                            >= 2L * bytes,
                    settings.toString());
        }
    }
}
