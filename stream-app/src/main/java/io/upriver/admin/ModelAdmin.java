package io.upriver.admin;

import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicReader;
import io.upriver.kafka.TopicWriter;
import io.upriver.model.BuiltInModels;
import io.upriver.model.ModelException;
import io.upriver.model.ModelHistory;
import io.upriver.model.ModelHistory.Entry;
import io.upriver.model.ModelTrial;
import io.upriver.schemas.ModelKey;
import io.upriver.schemas.ModelSignature;
import io.upriver.schemas.ModelStatus;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What can be done with models by way of the topics alone: it knows no workers. Each call reads
 * what it needs and holds nothing afterwards.
 *
 * <p>What the topics do not allow is an {@link IllegalStateException}, a cluster that does not
 * answer a {@link io.upriver.kafka.KafkaUnreachableException}.
 */
public final class ModelAdmin {

    private final KafkaAccess access;
    private final Topics topics;
    private final ModelTrial trial;

    /** Tries models as a worker with the default settings does. */
    public ModelAdmin(KafkaAccess access, Topics topics) {
        this(access, topics, ModelTrial.DEFAULT);
    }

    /**
     * @param trial what a model must pass before it is published or gone back to
     */
    public ModelAdmin(KafkaAccess access, Topics topics, ModelTrial trial) {
        this.access = access;
        this.topics = topics;
        this.trial = trial;
    }

    /** All that the models topic has. */
    public ModelHistory history() {
        ModelHistory history = new ModelHistory();
        TopicReader.readAll(access, topics.models(), given -> ModelRecords.hand(given, history));
        return history;
    }

    /** The last word of each worker on each channel, by channel and worker. */
    public Map<String, Map<String, ModelStatus>> statuses() {
        Map<String, Map<String, ModelStatus>> statuses = new LinkedHashMap<>();
        TopicReader.readAll(
                access,
                topics.modelStatus(),
                given ->
                        ModelRecords.statusOf(given)
                                .ifPresent(
                                        status ->
                                                statuses.computeIfAbsent(
                                                                status.channel(),
                                                                name -> new LinkedHashMap<>())
                                                        .put(status.worker(), status)));
        return statuses;
    }

    /**
     * Makes a file the channel's current model.
     *
     * @throws ModelException if a worker would not take it
     */
    public void publish(String channel, byte[] onnx) {
        publish(channel, onnx, null);
    }

    /**
     * The same with what says who published it.
     *
     * @return the model's scale
     */
    public int publish(String channel, byte[] onnx, @Nullable ModelSignature signature) {
        int scale = trial.scaleOf(channel, onnx, signature);
        ProducerRecord<byte[], byte[]> made = ModelRecords.current(topics.models(), channel, onnx);
        if (signature != null) {
            signature.write(made.headers());
        }
        write(List.of(made));
        return scale;
    }

    /**
     * Goes back to the last model before the channel's current one that a worker would take. The
     * current one is set aside: it is not gone back to again.
     *
     * @return the model that the channel has now
     */
    public Entry rollback(String channel) {
        ModelHistory history = history();
        List<String> refusals = new ArrayList<>();
        for (Entry before : history.before(channel)) {
            ConsumerRecord<byte[], byte[]> source = sourceOf(before);
            try {
                trial.scaleOf(channel, source.value(), ModelSignature.read(source.headers()));
            } catch (ModelException e) {
                refusals.add(shortened(before.digest()) + ": " + e.getMessage());
                continue;
            }
            List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
            history.current(channel)
                    .filter(from -> !from.isPassing())
                    .ifPresent(
                            from -> records.add(ModelRecords.setAside(sourceOf(from), from.key())));
            records.add(ModelRecords.copy(source, ModelKey.current(channel)));
            write(records);
            return before;
        }
        throw new IllegalStateException(
                "channel %s: expected a model before the current one, it has had %s%s"
                        .formatted(
                                channel,
                                describe(history.of(channel)),
                                refusals.isEmpty() ? "" : "; refused: " + refusals));
    }

    private ConsumerRecord<byte[], byte[]> sourceOf(Entry entry) {
        return TopicReader.readAt(access, topics.models(), entry.offset())
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "model %s has moved on its topic meanwhile; try again"
                                                .formatted(entry.key())));
    }

    private static String describe(List<Entry> entries) {
        return entries.isEmpty()
                ? "none"
                : String.join(
                        ", ",
                        entries.stream()
                                .map(
                                        e ->
                                                shortened(e.digest())
                                                        + (e.isSetAside() ? " (set aside)" : ""))
                                .toList());
    }

    /** The first digits of a digest, enough for people. */
    public static String shortened(String digest) {
        return digest.substring(0, Math.min(12, digest.length()));
    }

    /** Takes the channel's model away; {@link #rollback} brings it back. */
    public void withdraw(String channel) {
        if (history().current(channel).isEmpty()) {
            throw new IllegalStateException("channel %s has no model".formatted(channel));
        }
        write(List.of(ModelRecords.none(topics.models(), ModelKey.current(channel))));
    }

    /**
     * Gives a stream the model of a channel, or of none, and leaves its other settings; from its
     * next segment on.
     *
     * @throws IllegalStateException if there is no such model: every segment would be rejected
     */
    public StreamSettings pin(String streamId, String model) {
        requireKnown(model);
        byte[] key = bytes(streamId);
        List<byte[]> last = new ArrayList<>();
        TopicReader.readAll(
                access,
                topics.streams(),
                given -> {
                    if (streamId.equals(text(given.key()))) {
                        last.clear();
                        if (given.value() != null) {
                            last.add(given.value());
                        }
                    }
                });
        StreamSettings before =
                last.isEmpty() ? StreamSettings.DEFAULT : StreamSettings.fromJson(last.get(0));
        StreamSettings settings = before.withModel(model);
        write(List.of(new ProducerRecord<>(topics.streams(), key, settings.toJson())));
        return settings;
    }

    private void requireKnown(String model) {
        ModelHistory history = history();
        Set<String> known = new TreeSet<>(BuiltInModels.names());
        known.add(StreamSettings.NO_MODEL);
        history.channels().stream()
                .filter(channel -> history.current(channel).isPresent())
                .forEach(known::add);
        if (!known.contains(model)) {
            throw new IllegalStateException(
                    "expected one of the models %s, got %s".formatted(known, model));
        }
    }

    private void write(List<ProducerRecord<byte[], byte[]>> records) {
        TopicWriter.write(access, records);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }
}
