package io.upriver.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Reads what a topic has now, once. */
public final class WholeTopic {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final long PATIENCE_NANOS = 15_000_000_000L;

    private WholeTopic() {}

    /**
     * Hands over every committed record, those of a partition in their order.
     *
     * @throws KafkaUnreachableException if the broker stops answering for 15 s
     */
    public static void read(
            KafkaAccess access, String topic, Consumer<ConsumerRecord<byte[], byte[]>> taker) {
        try (var reader = access.reader()) {
            List<TopicPartition> partitions =
                    reader.partitionsFor(topic).stream()
                            .map(info -> new TopicPartition(topic, info.partition()))
                            .toList();
            reader.assign(partitions);
            reader.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
            long progress = System.nanoTime();
            while (ends.entrySet().stream()
                    .anyMatch(end -> reader.position(end.getKey()) < end.getValue())) {
                var records = reader.poll(POLL);
                records.forEach(taker);
                if (!records.isEmpty()) {
                    progress = System.nanoTime();
                } else if (System.nanoTime() - progress > PATIENCE_NANOS) {
                    throw new TimeoutException("nothing came for 15 s before its end " + ends);
                }
            }
        } catch (KafkaException e) {
            throw new KafkaUnreachableException(
                    "topic %s at %s cannot be read: %s"
                            .formatted(topic, access.bootstrapServers(), e.getMessage()),
                    e);
        }
    }
}
