package io.upriver.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How to reach a cluster, and plain clients for it with settings that fit segments of megabytes.
 *
 * @param bootstrapServers {@code host:port}, several separated by commas
 * @param maxMessageBytes the largest record, as on the topics
 * @param security how clients log in and whom they trust, as Kafka names its properties
 */
public record KafkaAccess(
        String bootstrapServers, int maxMessageBytes, Map<String, String> security) {

    /** Room for keys, headers and batch overhead around the largest value. */
    public static final int OVERHEAD_BYTES = 64 * 1024;

    private static final int REQUEST_TIMEOUT_MILLIS = 15_000;

    public KafkaAccess {
        security = Map.copyOf(security);
    }

    /** To a cluster that asks nobody who they are. */
    public KafkaAccess(String bootstrapServers, int maxMessageBytes) {
        this(bootstrapServers, maxMessageBytes, Map.of());
    }

    /** Without passwords. */
    @Override
    public String toString() {
        return "KafkaAccess[%s, %d bytes, %s]"
                .formatted(bootstrapServers, maxMessageBytes, security.keySet());
    }

    /**
     * A client for topics and groups.
     *
     * @throws KafkaUnreachableException if the address is none
     */
    public Admin admin() {
        Map<String, Object> config = new HashMap<>(security);
        config.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS);
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS);
        try {
            return Admin.create(config);
        } catch (KafkaException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new KafkaUnreachableException(
                    "expected a Kafka broker at %s, got: %s"
                            .formatted(bootstrapServers, cause.getMessage()),
                    e);
        }
    }

    /** A producer that loses and doubles nothing within its lifetime. */
    public Producer<byte[], byte[]> producer() {
        return producer(new HashMap<>());
    }

    /**
     * A producer of transactions that is the only one with its name in the cluster: from its {@code
     * initTransactions} on, the one before can write nothing any more.
     *
     * @param name its transactional id
     * @param patience how long each call waits for the broker
     */
    public Producer<byte[], byte[]> soleProducer(String name, Duration patience) {
        int millis = Math.toIntExact(patience.toMillis());
        Map<String, Object> config = new HashMap<>();
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, name);
        // Who reads what is committed waits as long for a transaction whose process is gone.
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, REQUEST_TIMEOUT_MILLIS);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis / 2);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis);
        return producer(config);
    }

    private Producer<byte[], byte[]> producer(Map<String, Object> config) {
        config.putAll(security);
        config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, maxMessageBytes);
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, Math.max(32L << 20, 2L * maxMessageBytes));
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** A consumer outside of any group that sees committed records only. */
    public Consumer<byte[], byte[]> reader() {
        return consumer(new HashMap<>());
    }

    /**
     * The same in a group, which hands each partition to one of its members; nothing is committed.
     */
    public Consumer<byte[], byte[]> member(String group) {
        return consumer(new HashMap<>(Map.of(ConsumerConfig.GROUP_ID_CONFIG, group)));
    }

    private Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
        config.putAll(security);
        config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 4);
        config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, maxMessageBytes);
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS);
        return new KafkaConsumer<>(
                config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
