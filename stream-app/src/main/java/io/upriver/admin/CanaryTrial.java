package io.upriver.admin;

import io.upriver.model.CanaryJudge;
import io.upriver.model.ModelRegistry;
import io.upriver.schemas.CanarySettings;
import io.upriver.schemas.ModelKey;
import io.upriver.schemas.ModelStatus;
import io.upriver.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A model that some streams of a channel try, as the models topic has it.
 *
 * @param channel the channel
 * @param digest of the model
 * @param bytes the size of the file
 * @param offset of its record
 * @param sinceMillis when it was published, in milliseconds since 1970 UTC
 * @param settings which streams, and what is decided by
 */
public record CanaryTrial(
        String channel,
        String digest,
        int bytes,
        long offset,
        long sinceMillis,
        CanarySettings settings) {

    /** The trial that a record begins; empty where it begins none that a worker would take up. */
    public static Optional<CanaryTrial> of(ConsumerRecord<byte[], byte[]> given) {
        ModelKey key = ModelRecords.keyOf(given);
        if (key == null || key.role() != ModelKey.Role.CANARY || given.value() == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new CanaryTrial(
                            key.channel(),
                            ModelRegistry.digestOf(given.value()),
                            given.value().length,
                            given.offset(),
                            given.timestamp(),
                            CanarySettings.readFrom(given.headers())));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** A new judge of it. */
    public CanaryJudge judge() {
        return new CanaryJudge(digest, sinceMillis, settings);
    }

    /**
     * The records that make the model its channel's own.
     *
     * @param source the trial's record
     * @param who decided it
     * @param why in a sentence
     */
    public List<ProducerRecord<byte[], byte[]>> promotion(
            Topics topics, ConsumerRecord<byte[], byte[]> source, String who, String why) {
        return List.of(
                ModelRecords.copy(source, ModelKey.current(channel)),
                status(topics, ModelStatus.State.PROMOTED, who, why),
                ModelRecords.none(topics.models(), ModelKey.canary(channel)));
    }

    /** The records that end it: all streams have the channel's current model again. */
    public List<ProducerRecord<byte[], byte[]>> rollback(Topics topics, String who, String why) {
        return List.of(
                status(topics, ModelStatus.State.ROLLED_BACK, who, why),
                ModelRecords.none(topics.models(), ModelKey.canary(channel)));
    }

    private ProducerRecord<byte[], byte[]> status(
            Topics topics, ModelStatus.State state, String who, String why) {
        String key = ModelKey.canary(channel).toString();
        ModelStatus status =
                new ModelStatus(who, key, digest, state, why, 0, System.currentTimeMillis());
        return new ProducerRecord<>(
                topics.modelStatus(), key.getBytes(StandardCharsets.UTF_8), status.toJson());
    }
}
