package io.upriver.admin;

import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicWriter;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Changes the settings of streams, from their next segments on. Throws {@link
 * io.upriver.kafka.KafkaUnreachableException} if the cluster does not answer.
 */
public final class StreamAdmin {

    private final KafkaAccess access;
    private final Topics topics;

    public StreamAdmin(KafkaAccess access, Topics topics) {
        this.access = access;
        this.topics = topics;
    }

    /** Gives a stream these settings. */
    public void set(String streamId, StreamSettings settings) {
        write(streamId, settings.toJson());
    }

    /** Gives a stream the settings that one has for which nobody has set any. */
    public void reset(String streamId) {
        write(streamId, null);
    }

    private void write(String streamId, byte @Nullable [] value) {
        byte[] key = streamId.getBytes(StandardCharsets.UTF_8);
        TopicWriter.write(access, List.of(new ProducerRecord<>(topics.streams(), key, value)));
    }
}
