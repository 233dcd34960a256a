package io.upriver.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Reads what a topic has now, once, with a consumer for each call. */
public final class TopicReader {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final long PATIENCE_NANOS = 15_000_000_000L;

    private TopicReader() {}

    /**
     * Hands over every committed record, those of a partition in their order.
     *
     * @throws KafkaUnreachableException if the broker stops answering for 15 s
     */
    public static void readAll(
            KafkaAccess access, String topic, Consumer<ConsumerRecord<byte[], byte[]>> taker) {
        readSince(access, topic, 0, taker);
    }

    /** The same from the first record on that has this time or a later one. */
    public static void readSince(
            KafkaAccess access,
            String topic,
            long sinceMillis,
            Consumer<ConsumerRecord<byte[], byte[]>> taker) {
        try (var reader = access.reader()) {
            List<TopicPartition> partitions = beginAt(reader, topic, sinceMillis);
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
            throw unreadable(access, topic, e);
        }
    }

    /**
     * Gives a reader all partitions of a topic, each from the first record on that has this time or
     * a later one; where there is none, from its end.
     *
     * @param sinceMillis in milliseconds since 1970 UTC, 0 for the beginning
     */
    public static List<TopicPartition> beginAt(
            org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> reader,
            String topic,
            long sinceMillis) {
        List<TopicPartition> partitions =
                reader.partitionsFor(topic).stream()
                        .map(info -> new TopicPartition(topic, info.partition()))
                        .toList();
        reader.assign(partitions);
        if (sinceMillis <= 0) {
            reader.seekToBeginning(partitions);
            return partitions;
        }
        reader.seekToEnd(partitions);
        Map<TopicPartition, Long> times = new HashMap<>();
        partitions.forEach(partition -> times.put(partition, sinceMillis));
        reader.offsetsForTimes(times)
                .forEach(
                        (partition, found) -> {
                            if (found != null) {
                                reader.seek(partition, found.offset());
                            }
                        });
        return partitions;
    }

    /**
     * The record at a place of a topic; empty where there is none, such as where compaction or
     * retention have taken it.
     *
     * @throws KafkaUnreachableException if the broker does not give it within 15 s
     */
    public static Optional<ConsumerRecord<byte[], byte[]>> readAt(
            KafkaAccess access, String topic, int partition, long offset) {
        try (var reader = access.reader()) {
            TopicPartition place = new TopicPartition(topic, partition);
            if (reader.partitionsFor(topic).stream().noneMatch(p -> p.partition() == partition)) {
                return Optional.empty();
            }
            reader.assign(List.of(place));
            if (offset < reader.beginningOffsets(List.of(place)).get(place)
                    || offset >= reader.endOffsets(List.of(place)).get(place)) {
                return Optional.empty();
            }
            reader.seek(place, offset);
            long end = System.nanoTime() + PATIENCE_NANOS;
            while (reader.position(place) == offset) {
                for (ConsumerRecord<byte[], byte[]> given : reader.poll(POLL)) {
                    return given.offset() == offset ? Optional.of(given) : Optional.empty();
                }
                if (System.nanoTime() > end) {
                    throw new TimeoutException("nothing came for 15 s at offset " + offset);
                }
            }
            return Optional.empty();
        } catch (KafkaException e) {
            throw unreadable(access, topic, e);
        }
    }

    /** The same on the first partition of a topic. */
    public static Optional<ConsumerRecord<byte[], byte[]>> readAt(
            KafkaAccess access, String topic, long offset) {
        return readAt(access, topic, 0, offset);
    }

    private static KafkaUnreachableException unreadable(
            KafkaAccess access, String topic, KafkaException e) {
        return new KafkaUnreachableException(
                "topic %s at %s cannot be read: %s"
                        .formatted(topic, access.bootstrapServers(), e.getMessage()),
                e);
    }
}
