package io.upriver.publish;

import io.upriver.schemas.ModelSignature;
import io.upriver.schemas.Topics;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The models topic: the key is the channel, the value the ONNX file itself, the last one of a key
 * counts. A topic that is missing is created with the first model that is written.
 *
 * <p>Used by one thread at a time; holds nothing open between calls. What Kafka cannot or may not
 * do is an {@link IllegalStateException} that names the address, after ten seconds where it does
 * not answer.
 */
public final class ModelTopic {
    private final KeyedTopic topic;

    /**
     * A record that was written.
     *
     * @param topic its name
     * @param partition from 0
     * @param offset in the partition, from 0
     */
    public record Position(String topic, int partition, long offset) {}

    /**
     * @param bootstrapServers {@code host:port}, several separated by commas
     * @param properties more properties of Kafka's clients
     */
    public ModelTopic(String bootstrapServers, Map<String, String> properties, Topics topics) {
        this.topic =
                new KeyedTopic(new Cluster(bootstrapServers, properties), topics, topics.models());
    }

    /** Its name. */
    public String name() {
        return topic.name();
    }

    /**
     * Makes sure that the topic takes a model of this size; where there is no topic, that it may be
     * created.
     *
     * @throws IllegalStateException if not
     */
    public void requireRoom(String channel, byte[] model) {
        topic.requireRoom(channel, model.length);
    }

    /** The model that a channel has now: the last committed value of its key. */
    public Optional<byte[]> current(String channel) {
        return topic.last(channel);
    }

    /**
     * Makes a model the channel's current one; creates the topic where it is missing. Returns when
     * all replicas that are in step have it.
     *
     * @param signature goes along in headers
     */
    public Position write(String channel, byte[] model, Optional<ModelSignature> signature) {
        RecordHeaders headers = new RecordHeaders();
        signature.ifPresent(known -> known.write(headers));
        RecordMetadata written = topic.write(channel, model, headers);
        return new Position(written.topic(), written.partition(), written.offset());
    }
}
