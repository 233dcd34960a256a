package io.upriver.admin;

import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicReader;
import io.upriver.kafka.TopicWriter;
import io.upriver.model.BuiltInModels;
import io.upriver.model.CanaryJudge;
import io.upriver.model.ModelException;
import io.upriver.model.ModelHistory;
import io.upriver.model.ModelHistory.Entry;
import io.upriver.model.ModelTrial;
import io.upriver.schemas.CanarySettings;
import io.upriver.schemas.ModelKey;
import io.upriver.schemas.ModelSignature;
import io.upriver.schemas.ModelStatus;
import io.upriver.schemas.SegmentReport;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
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
        write(List.of(signed(ModelRecords.current(topics.models(), channel, onnx), signature)));
        return scale;
    }

    private static ProducerRecord<byte[], byte[]> signed(
            ProducerRecord<byte[], byte[]> made, @Nullable ModelSignature signature) {
        if (signature != null) {
            signature.write(made.headers());
        }
        return made;
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

    /**
     * Lets some streams of a channel try a file.
     *
     * @param signature who publishes it in this channel, or null
     * @throws ModelException if a worker would not take it
     */
    public void tryOut(
            String channel,
            byte[] onnx,
            @Nullable ModelSignature signature,
            CanarySettings settings) {
        trial.scaleOf(channel, onnx, signature);
        write(
                List.of(
                        signed(
                                ModelRecords.canary(topics.models(), channel, onnx, settings),
                                signature)));
    }

    /** The models that are on trial, with how each stands in a line. */
    public Map<CanaryTrial, String> trials() {
        CanaryTrials trials = new CanaryTrials();
        TopicReader.readAll(access, topics.models(), trials::accept);
        Map<CanaryTrial, CanaryJudge> judges = new LinkedHashMap<>();
        trials.all().forEach(trial -> judges.put(trial, trial.judge()));
        if (!judges.isEmpty()) {
            long since =
                    judges.keySet().stream().mapToLong(CanaryTrial::sinceMillis).min().orElse(0);
            TopicReader.readSince(
                    access, topics.reports(), since, given -> hand(given, judges.values()));
        }
        Map<CanaryTrial, String> described = new LinkedHashMap<>();
        judges.forEach((trial, judge) -> described.put(trial, judge.describe()));
        return described;
    }

    private static void hand(ConsumerRecord<byte[], byte[]> given, Collection<CanaryJudge> judges) {
        try {
            SegmentReport report = SegmentReport.fromJson(given.value());
            judges.forEach(judge -> judge.accept(report));
        } catch (IllegalArgumentException | NullPointerException e) {
            // somebody else's record
        }
    }

    /**
     * Makes the model that a channel has on trial its own, whatever the rules say.
     *
     * @param who decides that, for the event
     */
    public CanaryTrial promote(String channel, String who) {
        CanaryTrial trial = trialOf(channel);
        ConsumerRecord<byte[], byte[]> source = sourceAt(trial.offset(), ModelKey.canary(channel));
        write(trial.promotion(topics, source, who, "by hand"));
        return trial;
    }

    /** Ends the trial of a channel: all its streams have the current model again. */
    public CanaryTrial endTrial(String channel, String who) {
        CanaryTrial trial = trialOf(channel);
        write(trial.rollback(topics, who, "by hand"));
        return trial;
    }

    private CanaryTrial trialOf(String channel) {
        CanaryTrials trials = new CanaryTrials();
        TopicReader.readAll(access, topics.models(), trials::accept);
        return trials.of(channel)
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "channel %s has no model on trial".formatted(channel)));
    }

    private ConsumerRecord<byte[], byte[]> sourceOf(Entry entry) {
        return sourceAt(entry.offset(), entry.key());
    }

    private ConsumerRecord<byte[], byte[]> sourceAt(long offset, ModelKey key) {
        return TopicReader.readAt(access, topics.models(), offset)
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "model %s has moved on its topic meanwhile; try again"
                                                .formatted(key)));
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
     * Gives a stream the model of a channel, a certain one, or none, and leaves its other settings;
     * from its next segment on.
     *
     * @param model as in {@link StreamSettings#model}; of a digest its first digits are enough
     * @throws IllegalStateException if there is no such model: every segment would be interpolated
     */
    public StreamSettings pin(String streamId, String model) {
        String known = known(model);
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
        StreamSettings settings = before.withModel(known);
        write(List.of(new ProducerRecord<>(topics.streams(), key, settings.toJson())));
        return settings;
    }

    /** The model's full name: a digest may be given by its first digits. */
    private String known(String model) {
        ModelHistory history = history();
        if (model.startsWith(StreamSettings.DIGEST)) {
            return StreamSettings.DIGEST
                    + byDigest(history, model.substring(StreamSettings.DIGEST.length()));
        }
        Set<String> known = new TreeSet<>(BuiltInModels.names());
        known.add(StreamSettings.NO_MODEL);
        history.channels().stream()
                .filter(channel -> history.current(channel).isPresent())
                .forEach(known::add);
        if (!known.contains(model)) {
            throw new IllegalStateException(
                    "expected one of the models %s, got %s".formatted(known, model));
        }
        return model;
    }

    private static String byDigest(ModelHistory history, String digits) {
        Set<String> found = new TreeSet<>();
        for (String channel : history.channels()) {
            for (Entry entry : history.of(channel)) {
                if (entry.digest().startsWith(digits)) {
                    found.add(entry.digest());
                }
            }
        }
        if (found.size() != 1) {
            throw new IllegalStateException(
                    "expected one model of the channels' with a digest that begins with %s, there are %s"
                            .formatted(digits, found));
        }
        return found.iterator().next();
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
