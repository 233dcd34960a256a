package io.upriver.app;

import io.upriver.admin.CanaryTrial;
import io.upriver.admin.ModelRecords;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.KafkaUnreachableException;
import io.upriver.kafka.TopicFollower;
import io.upriver.kafka.TopicReader;
import io.upriver.model.ModelException;
import io.upriver.model.ModelHistory;
import io.upriver.model.ModelHistory.Entry;
import io.upriver.model.ModelLoader;
import io.upriver.model.ModelRegistry;
import io.upriver.schemas.CanarySettings;
import io.upriver.schemas.ModelKey;
import io.upriver.schemas.ModelSignature;
import io.upriver.schemas.ModelStatus;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.function.Consumer;
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
    private final Consumer<ModelStatus.State> told;
    private final KafkaAccess access;
    private final ModelLoader loader;
    private final ModelHistory history = new ModelHistory(); // guarded by itself
    private final Set<String> refusedPins = new HashSet<>(); // guarded by this
    private final Map<String, String> refusedTrials = new ConcurrentHashMap<>();

    /**
     * @param told is told what becomes of each model, once it is so
     */
    ModelChannel(
            ModelRegistry models,
            KafkaAccess access,
            Topics topics,
            String worker,
            Consumer<ModelStatus.State> told) {
        this.models = models;
        this.access = access;
        this.producer = access.producer();
        this.topics = topics;
        this.worker = worker;
        this.told = told;
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
            return;
        }
        synchronized (history) {
            ModelRecords.hand(current, history);
        }
        ModelSignature signature = ModelSignature.read(current.headers());
        switch (key.role()) {
            case CURRENT -> loader.submit(key.channel(), current.value(), signature);
            case CANARY -> tryOut(key, current, signature);
            case KEPT -> {} // for when somebody asks for it
        }
    }

    private void tryOut(
            ModelKey key,
            ConsumerRecord<byte[], byte[]> given,
            @Nullable ModelSignature signature) {
        try {
            CanarySettings settings = CanarySettings.readFrom(given.headers());
            loader.submitCanary(key.channel(), given.value(), signature, settings);
        } catch (IllegalArgumentException e) {
            byte[] onnx = given.value() == null ? new byte[0] : given.value();
            refused(key, ModelRegistry.digestOf(onnx), e.getMessage());
        }
    }

    @Override
    public void current(ModelKey key, String digest) {
        LOG.infof("model %s is now %s", key, digest);
        tell(key, digest, ModelStatus.State.CURRENT, null);
    }

    @Override
    public void refused(ModelKey key, String digest, String reason) {
        LOG.warnf("model %s refused, the one before stays: %s", key, reason);
        tell(key, digest, ModelStatus.State.REFUSED, reason);
        if (!key.isCurrent()) {
            refusedTrials.put(key.channel(), digest + ": " + reason);
        } else if (models.scaleOf(key.channel()) == 0) {
            goBack(key, digest);
        }
    }

    /** Takes the last of the models before that is any good: this worker has just started. */
    private void goBack(ModelKey key, String refused) {
        List<Entry> before;
        synchronized (history) {
            before = history.before(key.channel());
        }
        for (Entry entry : before) {
            try {
                Optional<ConsumerRecord<byte[], byte[]>> kept = read(entry);
                if (kept.isPresent()) {
                    models.publish(key.channel(), kept.get().value(), signatureOf(kept.get()));
                    LOG.infof("model %s is %s, the one before", key, entry.digest());
                    String why = "the one before, since " + refused + " was refused";
                    tell(key, entry.digest(), ModelStatus.State.CURRENT, why);
                    return;
                }
            } catch (ModelException e) {
                tell(key, entry.digest(), ModelStatus.State.REFUSED, e.getMessage());
            } catch (KafkaUnreachableException e) {
                LOG.warnf("model %s: the one before cannot be read: %s", key, e.getMessage());
            }
        }
    }

    private Optional<ConsumerRecord<byte[], byte[]>> read(Entry entry) {
        return TopicReader.readAt(access, topics.models(), entry.offset());
    }

    private static @Nullable ModelSignature signatureOf(ConsumerRecord<byte[], byte[]> given) {
        return ModelSignature.read(given.headers());
    }

    @Override
    public void superseded(ModelKey key, String digest) {
        LOG.infof("model %s: %s was not loaded, a newer one came", key, digest);
        tell(
                key,
                digest,
                ModelStatus.State.REFUSED,
                "a newer record of its key came before it was loaded");
    }

    @Override
    public void withdrawn(ModelKey key) {
        LOG.infof("model %s withdrawn", key);
        tell(key, null, ModelStatus.State.WITHDRAWN, null);
    }

    /** Why this worker does not try what a channel has on trial, or null. */
    @Nullable String refusalOf(CanaryTrial trial) {
        String refusal = refusedTrials.get(trial.channel());
        return refusal != null && refusal.startsWith(trial.digest()) ? refusal : null;
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
        if (channel.startsWith(StreamSettings.DIGEST)) {
            pin(channel.substring(StreamSettings.DIGEST.length()));
        }
    }

    /** Loads a model that a stream asks for by its digest, once. */
    private synchronized void pin(String digest) {
        Optional<Entry> entry;
        synchronized (history) {
            entry = history.find(digest);
        }
        if (entry.isEmpty() || models.holds(digest) || refusedPins.contains(digest)) {
            return;
        }
        try {
            Optional<ConsumerRecord<byte[], byte[]>> kept = read(entry.get());
            kept.ifPresent(
                    given ->
                            models.pin(
                                    entry.get().key().channel(),
                                    given.value(),
                                    signatureOf(given)));
        } catch (ModelException e) {
            refusedPins.add(digest);
            LOG.warnf("model %s is asked for and refused: %s", digest, e.getMessage());
        } catch (KafkaUnreachableException e) {
            LOG.warnf("model %s is asked for and cannot be read: %s", digest, e.getMessage());
        }
    }

    /** What waits and what is being loaded, by channel, for health. */
    Map<String, String> progress() {
        return loader.progress();
    }

    private void tell(
            ModelKey key,
            @Nullable String digest,
            ModelStatus.State state,
            @Nullable String reason) {
        told.accept(state);
        String channel = key.toString();
        int scale = models.scaleOf(key.channel());
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
