package io.upriver.admin;

import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicReader;
import io.upriver.model.BuiltInModels;
import io.upriver.model.ModelException;
import io.upriver.model.ModelHistory;
import io.upriver.model.ModelHistory.Entry;
import io.upriver.model.ModelTrial;
import io.upriver.schemas.ModelKey;
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
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

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

    public ModelAdmin(KafkaAccess access, Topics topics) {
        this.access = access;
        this.topics = topics;
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
                given -> {
                    try {
                        ModelStatus status = ModelStatus.fromJson(given.value());
                        statuses.computeIfAbsent(status.channel(), name -> new LinkedHashMap<>())
                                .put(status.worker(), status);
                    } catch (IllegalArgumentException | NullPointerException e) {
                        // somebody else's record; there is nothing to say about it here
                    }
                });
        return statuses;
    }

    /**
     * Makes a file the channel's current model.
     *
     * @throws ModelException if a worker would not take it
     */
    public void publish(String channel, byte[] onnx) {
        ModelTrial.scaleOf(onnx);
        write(List.of(ModelRecords.current(topics.models(), channel, onnx)));
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
                ModelTrial.scaleOf(source.value());
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
        try (Producer<byte[], byte[]> producer = access.producer()) {
            for (ProducerRecord<byte[], byte[]> made : records) {
                producer.send(made).get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "topic %s does not take it: %s"
                            .formatted(records.get(0).topic(), e.getCause().getMessage()),
                    e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while writing", e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }
}
