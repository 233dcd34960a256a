package io.upriver.publish;

import io.upriver.schemas.ModelStatus;
import io.upriver.schemas.ModelStatus.State;
import io.upriver.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * What workers say of a model that was published. Used by one thread at a time; Kafka's failures
 * are as {@link ModelTopic} has them.
 */
public final class ModelStatusTopic {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration OTHERS = Duration.ofSeconds(2);

    private final Cluster cluster;
    private final String name;

    /**
     * @param bootstrapServers {@code host:port}, several separated by commas
     * @param properties more properties of Kafka's clients
     */
    public ModelStatusTopic(
            String bootstrapServers, Map<String, String> properties, Topics topics) {
        this.cluster = new Cluster(bootstrapServers, properties);
        this.name = topics.modelStatus();
    }

    /**
     * Waits until a worker refuses a model, or one has taken it and the others had two seconds to
     * object, but no longer than {@code wait}; not at all where no worker ever said anything.
     *
     * @param sinceMillis when it was published, milliseconds since 1970 UTC
     * @return what was said: a refusal if there was one; empty if nobody said anything
     */
    public Optional<ModelStatus> await(
            String channel, String digest, long sinceMillis, Duration wait) {
        try (Consumer<byte[], byte[]> reader = cluster.reader()) {
            List<TopicPartition> partitions = Cluster.partitions(reader, name);
            if (partitions.isEmpty()) {
                return Optional.empty();
            }
            reader.assign(partitions);
            Cluster.seek(reader, sinceMillis);
            return await(reader, channel, digest, wait);
        } catch (KafkaException e) {
            throw cluster.failed("give the records of topic " + name, e);
        }
    }

    private static Optional<ModelStatus> await(
            Consumer<byte[], byte[]> reader, String channel, String digest, Duration wait) {
        ModelStatus taken = null;
        long begin = System.nanoTime();
        long patienceNanos = wait.toNanos();
        while (System.nanoTime() - begin < patienceNanos) {
            for (ConsumerRecord<byte[], byte[]> given : reader.poll(POLL)) {
                Optional<ModelStatus> said =
                        read(given.value())
                                .filter(status -> status.channel().equals(channel))
                                .filter(status -> digest.equals(status.digest()));
                if (said.isPresent() && said.get().state() == State.REFUSED) {
                    return said;
                }
                if (taken == null && said.isPresent() && said.get().state() == State.CURRENT) {
                    taken = said.get();
                    long soon = System.nanoTime() - begin + OTHERS.toNanos();
                    patienceNanos = Math.min(patienceNanos, soon);
                }
            }
        }
        return Optional.ofNullable(taken);
    }

    private static Optional<ModelStatus> read(byte[] json) {
        try {
            return json == null ? Optional.empty() : Optional.of(ModelStatus.fromJson(json));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // somebody else's record
        }
    }
}
