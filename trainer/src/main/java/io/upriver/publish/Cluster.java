package io.upriver.publish;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Where Kafka is, and clients that do not wait for it for long.
 *
 * @param bootstrapServers {@code host:port}, several separated by commas
 * @param properties more properties for every client, as Kafka names them
 */
record Cluster(String bootstrapServers, Map<String, String> properties) {
    /** How long a client waits for an answer. */
    static final int PATIENCE_MILLIS = 10_000;

    private static final int LEAST_BUFFER_BYTES = 32 << 20;

    Cluster {
        properties = Map.copyOf(properties);
    }

    Admin admin() {
        return Admin.create(common());
    }

    /** Outside of any group, sees committed records only and creates no topic by asking for it. */
    Consumer<byte[], byte[]> reader() {
        Map<String, Object> config = common();
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return new KafkaConsumer<>(
                config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** All partitions of a topic; none where there is no topic. */
    static List<TopicPartition> partitions(Consumer<byte[], byte[]> reader, String topic) {
        return reader.partitionsFor(topic).stream()
                .map(part -> new TopicPartition(topic, part.partition()))
                .toList();
    }

    /** Goes to the first records that are not older than a time, or to the end. */
    static void seek(Consumer<byte[], byte[]> reader, long sinceMillis) {
        Map<TopicPartition, Long> since = new HashMap<>();
        reader.assignment().forEach(partition -> since.put(partition, sinceMillis));
        reader.seekToEnd(reader.assignment());
        reader.offsetsForTimes(since)
                .forEach(
                        (partition, first) -> {
                            if (first != null) {
                                reader.seek(partition, first.offset());
                            }
                        });
    }

    /** Loses and doubles nothing. Takes records of up to {@code largestBytes}. */
    Producer<byte[], byte[]> producer(int largestBytes) {
        Map<String, Object> config = common();
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, largestBytes);
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, Math.max(LEAST_BUFFER_BYTES, largestBytes));
        config.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE_MILLIS);
        config.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 3 * PATIENCE_MILLIS);
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private Map<String, Object> common() {
        Map<String, Object> config = new HashMap<>();
        config.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
        config.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
        config.putAll(properties);
        config.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        return config;
    }

    /** A sentence for what a client threw while it was to do something. */
    IllegalStateException failed(String task, Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        boolean silent = thrown instanceof TimeoutException;
        return new IllegalStateException(
                silent
                        ? "expected a Kafka broker at %s to %s, got no answer in time: %s"
                                .formatted(bootstrapServers, task, thrown.getMessage())
                        : "expected Kafka at %s to %s, got: %s"
                                .formatted(bootstrapServers, task, cause.getMessage()),
                thrown);
    }
}
