package io.upriver.app;

import io.upriver.admin.ModelRecords;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicFollower;
import io.upriver.model.ModelLoader;
import io.upriver.model.ModelRegistry;
import io.upriver.schemas.ModelKey;
import io.upriver.schemas.ModelSignature;
import io.upriver.schemas.ModelStatus;
import io.upriver.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Hands the records of the models topic to a loader and tells the status topic what became of them.
 */
final class ModelChannel implements TopicFollower.Listener, ModelLoader.Listener, AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int MOST_KEY_BYTES = 1024;

    private static final Logger LOG = Logger.getLogger(ModelChannel.class);

    private final ModelRegistry models;
    private final Producer<byte[], byte[]> producer;
    private final Topics topics;
    private final String worker;
    private final ModelLoader loader;

    ModelChannel(ModelRegistry models, KafkaAccess access, Topics topics, String worker) {
        this.models = models;
        this.producer = access.producer();
        this.topics = topics;
        this.worker = worker;
        this.loader = new ModelLoader(models, this);
    }

    @Override
    public void accept(ConsumerRecord<byte[], byte[]> current) {
        if (current.key() == null
                || current.key().length == 0
                || current.key().length > MOST_KEY_BYTES) {
            LOG.warnf(
                    "models topic offset %d: expected a key of 1 to %d bytes, the channel's name",
                    current.offset(), MOST_KEY_BYTES);
            return;
        }
        ModelKey key = ModelRecords.keyOf(current);
        if (key == null) {
            LOG.warnf(
                    "models topic offset %d: %s names no channel",
                    current.offset(), new String(current.key(), StandardCharsets.UTF_8));
        } else if (key.isCurrent()) {
            ModelSignature signature = ModelSignature.read(current.headers());
            loader.submit(key.channel(), current.value(), signature);
        }
    }

    @Override
    public void current(String channel, String digest) {
        LOG.infof("model %s is now %s", channel, digest);
        tell(channel, digest, ModelStatus.State.CURRENT, null);
    }

    @Override
    public void refused(String channel, String digest, String reason) {
        LOG.warnf("model %s refused, the one before stays: %s", channel, reason);
        tell(channel, digest, ModelStatus.State.REFUSED, reason);
    }

    @Override
    public void withdrawn(String channel) {
        LOG.infof("model %s withdrawn", channel);
        tell(channel, null, ModelStatus.State.WITHDRAWN, null);
    }

    /**
     * Waits until the topic is read to its end, and what it has for a channel is loaded, but not
     * for longer than {@link #PATIENCE}.
     */
    void catchUp(TopicFollower follower, String channel) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        if (follower.awaitCaughtUp(PATIENCE)
                && !loader.await(channel, Duration.ofNanos(end - System.nanoTime()))) {
            LOG.warnf("model %s: not loaded within %s", channel, PATIENCE);
        }
    }

    /** What waits and what is being loaded, by channel, for health. */
    Map<String, String> progress() {
        return loader.progress();
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

    /** Before the follower, which may wait for the loader. */
    void stop() {
        loader.close();
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
