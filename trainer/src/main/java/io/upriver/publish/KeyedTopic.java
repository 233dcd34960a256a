package io.upriver.publish;

import io.upriver.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.header.Header;

/**
 * A topic of which the last value of each key counts. One that is missing is created with what is
 * written first.
 *
 * <p>Used by one thread at a time; holds nothing open between calls. What Kafka cannot or may not
 * do is an {@link IllegalStateException} that names the address, after ten seconds where it does
 * not answer.
 */
final class KeyedTopic {
    /** The largest record of a topic that is created here, as the service has it by default. */
    private static final int MAX_MESSAGE_BYTES = 64 << 20;

    /** Room for the batch's own numbers around key and value. */
    private static final int OVERHEAD_BYTES = 64 * 1024;

    /** What a batch of one record needs beside key and value, with a signature, generously. */
    private static final int BATCH_BYTES = 512;

    private static final Duration POLL = Duration.ofMillis(200);

    private final Cluster cluster;
    private final Topics.Topic topic;

    /**
     * @param name one of {@link Topics#all()}
     */
    KeyedTopic(Cluster cluster, Topics topics, String name) {
        this.cluster = cluster;
        this.topic =
                topics.all().stream()
                        .filter(candidate -> candidate.name().equals(name))
                        .findFirst()
                        .orElseThrow();
    }

    String name() {
        return topic.name();
    }

    /**
     * Makes sure that the topic takes a record of this size; where there is no topic, that it may
     * be created.
     *
     * @throws IllegalStateException if not
     */
    void requireRoom(String key, int valueBytes) {
        int limit = limitBytes();
        long needed = (long) bytes(key).length + valueBytes + BATCH_BYTES;
        if (needed > limit) {
            throw new IllegalStateException(
                    "expected a record of at most %d bytes, the limit of topic %s, got %d"
                            .formatted(limit, topic.name(), needed));
        }
    }

    private int limitBytes() {
        try (Admin admin = cluster.admin()) {
            Optional<Integer> limit = limitBytes(admin);
            if (limit.isEmpty()) {
                create(admin, new CreateTopicsOptions().validateOnly(true));
            }
            return limit.orElse(MAX_MESSAGE_BYTES + OVERHEAD_BYTES);
        } catch (KafkaException e) {
            throw cluster.failed("be there", e);
        }
    }

    /** The topic's largest batch; empty where there is no topic. */
    private Optional<Integer> limitBytes(Admin admin) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
        return answer(
                        admin.describeConfigs(List.of(resource)).values().get(resource),
                        "tell the limits of topic " + topic.name())
                .map(config -> config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value())
                .map(Integer::valueOf);
    }

    /** With the cluster's own replication. */
    private void create(Admin admin, CreateTopicsOptions options) {
        NewTopic created =
                new NewTopic(topic.name(), Optional.of(1), Optional.empty())
                        .configs(topic.configs(MAX_MESSAGE_BYTES + OVERHEAD_BYTES));
        answer(admin.createTopics(List.of(created), options).all(), "create topic " + topic.name());
    }

    /** Empty where Kafka says that the topic is missing, or there already. */
    private <T> Optional<T> answer(Future<T> asked, String task) {
        try {
            return Optional.ofNullable(asked.get());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException
                    || e.getCause() instanceof TopicExistsException) {
                return Optional.empty();
            }
            throw cluster.failed(task, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cluster.failed(task, e);
        }
    }

    /** The last committed value of a key; empty where it has none, or where there is no topic. */
    Optional<byte[]> last(String key) {
        String task = "give the records of topic " + topic.name();
        try (Consumer<byte[], byte[]> reader = cluster.reader()) {
            List<TopicPartition> partitions = Cluster.partitions(reader, topic.name());
            reader.assign(partitions);
            reader.seekToBeginning(partitions);
            return lastValue(reader, bytes(key));
        } catch (KafkaException e) {
            throw cluster.failed(task, e);
        }
    }

    private static Optional<byte[]> lastValue(Consumer<byte[], byte[]> reader, byte[] key) {
        Map<TopicPartition, Long> ends = reader.endOffsets(reader.assignment());
        long progress = System.nanoTime();
        byte[] last = null;
        while (ends.entrySet().stream()
                .anyMatch(end -> reader.position(end.getKey()) < end.getValue())) {
            var records = reader.poll(POLL);
            for (ConsumerRecord<byte[], byte[]> record : records) {
                if (Arrays.equals(key, record.key())) {
                    last = record.value();
                }
            }
            if (!records.isEmpty()) {
                progress = System.nanoTime();
            } else if (System.nanoTime() - progress > Cluster.PATIENCE_MILLIS * 1_000_000L) {
                throw new TimeoutException("nothing more before its end " + ends);
            }
        }
        return Optional.ofNullable(last);
    }

    /**
     * Makes a value its key's last one; creates the topic where it is missing. Returns when all
     * replicas that are in step have it.
     *
     * @param headers go along
     */
    RecordMetadata write(String key, byte[] value, Iterable<Header> headers) {
        byte[] keyBytes = bytes(key);
        String task = "take a record into topic " + topic.name();
        try (Admin admin = cluster.admin();
                Producer<byte[], byte[]> producer =
                        cluster.producer(value.length + keyBytes.length + OVERHEAD_BYTES)) {
            if (limitBytes(admin).isEmpty()) {
                create(admin, new CreateTopicsOptions());
            }
            return answer(
                            producer.send(
                                    new ProducerRecord<>(
                                            topic.name(), null, keyBytes, value, headers)),
                            task)
                    .orElseThrow();
        } catch (KafkaException e) {
            throw cluster.failed(task, e);
        }
    }

    private static byte[] bytes(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }
}
