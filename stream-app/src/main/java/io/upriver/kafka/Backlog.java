package io.upriver.kafka;

import io.upriver.schemas.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** How many segments a group of workers has not finished yet. Thread-safe. */
public final class Backlog implements AutoCloseable {

    private final KafkaAccess access;
    private final String topic;
    private final String group;
    private final Admin admin;

    /**
     * @param group the workers' consumer group
     * @throws KafkaUnreachableException if the cluster's address is none
     */
    public Backlog(KafkaAccess access, Topics topics, String group) {
        this.access = access;
        this.topic = topics.segments();
        this.group = group;
        this.admin = access.admin();
    }

    /**
     * How many records of each partition of the segments topic wait now, by the number of the
     * partition.
     *
     * @throws KafkaUnreachableException if the broker does not answer
     */
    public Map<Integer, Long> byPartition() {
        try {
            Map<TopicPartition, OffsetSpec> first = new HashMap<>();
            admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get()
                    .get(topic)
                    .partitions()
                    .forEach(
                            p ->
                                    first.put(
                                            new TopicPartition(topic, p.partition()),
                                            OffsetSpec.earliest()));
            Map<TopicPartition, OffsetSpec> last = new HashMap<>(first);
            last.replaceAll((place, spec) -> OffsetSpec.latest());
            var beginnings = admin.listOffsets(first).all();
            var ends = admin.listOffsets(last).all();
            Map<TopicPartition, OffsetAndMetadata> done =
                    admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
            Map<Integer, Long> waiting = new TreeMap<>();
            for (TopicPartition place : first.keySet()) {
                OffsetAndMetadata committed = done.get(place);
                long from =
                        committed == null
                                ? beginnings.get().get(place).offset()
                                : committed.offset();
                waiting.put(place.partition(), Math.max(0, ends.get().get(place).offset() - from));
            }
            return waiting;
        } catch (ExecutionException e) {
            throw KafkaUnreachableException.of(access, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw KafkaUnreachableException.of(access, e);
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
