package io.upriver.app;

import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicFollower;
import io.upriver.model.ModelException;
import io.upriver.model.ModelRegistry;
import io.upriver.schemas.ModelStatus;
import io.upriver.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Hands the records of the models topic to the registry and tells the status topic what became of
 * them.
 */
final class ModelChannel implements TopicFollower.Listener, AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Logger LOG = Logger.getLogger(ModelChannel.class);

    private final ModelRegistry models;
    private final Producer<byte[], byte[]> producer;
    private final Topics topics;
    private final String worker;

    ModelChannel(ModelRegistry models, KafkaAccess access, Topics topics, String worker) {
        this.models = models;
        this.producer = access.producer();
        this.topics = topics;
        this.worker = worker;
    }

    @Override
    public void accept(ConsumerRecord<byte[], byte[]> current) {
        if (current.key() == null) {
            LOG.warnf(
                    "models topic offset %d: a model without a key has no channel",
                    current.offset());
            return;
        }
        String channel = new String(current.key(), StandardCharsets.UTF_8);
        if (current.value() == null) {
            models.withdraw(channel);
            LOG.infof("model %s withdrawn", channel);
            tell(channel, null, ModelStatus.State.WITHDRAWN, null);
            return;
        }
        try {
            String digest = models.publish(channel, current.value());
            LOG.infof("model %s is now %s", channel, digest);
            tell(channel, digest, ModelStatus.State.CURRENT, null);
        } catch (ModelException e) {
            LOG.warnf("model %s refused, the one before stays: %s", channel, e.getMessage());
            tell(
                    channel,
                    ModelRegistry.digestOf(current.value()),
                    ModelStatus.State.REFUSED,
                    e.getMessage());
        }
    }

    private void tell(
            String channel,
            @Nullable String digest,
            ModelStatus.State state,
            @Nullable String reason) {
        int scale = models.scaleOf(channel);
        ModelStatus status =
                new ModelStatus(
                        worker, channel, digest, state, reason, scale, System.currentTimeMillis());
        Future<RecordMetadata> unused =
                producer.send(
                        new ProducerRecord<>(
                                topics.modelStatus(),
                                channel.getBytes(StandardCharsets.UTF_8),
                                status.toJson()),
                        (metadata, error) -> {
                            if (error != null) {
                                LOG.warnf(
                                        "model %s: status not sent: %s",
                                        channel, error.getMessage());
                            }
                        });
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
