package io.upriver.publish;

import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.Topics;
import java.util.List;
import java.util.Map;

/**
 * The streams topic: the key is the stream, the value its settings, the last one of a key counts.
 * Used by one thread at a time; Kafka's failures are as {@link ModelTopic} has them.
 */
public final class StreamTopic {
    private final KeyedTopic topic;

    /**
     * @param bootstrapServers {@code host:port}, several separated by commas
     * @param properties more properties of Kafka's clients
     */
    public StreamTopic(String bootstrapServers, Map<String, String> properties, Topics topics) {
        this.topic =
                new KeyedTopic(new Cluster(bootstrapServers, properties), topics, topics.streams());
    }

    /**
     * A stream's settings, or the defaults.
     *
     * @throws IllegalStateException if what stands there cannot be read
     */
    public StreamSettings settings(String stream) {
        try {
            return topic.last(stream).map(StreamSettings::fromJson).orElse(StreamSettings.DEFAULT);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    "settings of stream %s on topic %s: %s"
                            .formatted(stream, topic.name(), e.getMessage()),
                    e);
        }
    }

    /**
     * Gives a stream the model of a channel and leaves its other settings; from its next segment
     * on. Writes nothing where it has that model already.
     *
     * @param scale the model's
     * @throws IllegalStateException if the stream asks for another scale
     */
    public void pin(String stream, String channel, int scale) {
        StreamSettings now = settings(stream);
        if (now.scale() != scale) {
            throw new IllegalStateException(
                    "stream %s: expected scale %d as the model's, its settings say %d; not pinned"
                            .formatted(stream, scale, now.scale()));
        }
        if (!now.model().equals(channel)) {
            topic.write(stream, now.withModel(channel).toJson(), List.of());
        }
    }
}
