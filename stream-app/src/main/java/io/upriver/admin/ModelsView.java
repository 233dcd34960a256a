package io.upriver.admin;

import io.upriver.model.BuiltInModels;
import io.upriver.model.ModelHistory;
import io.upriver.model.ModelHistory.Entry;
import io.upriver.schemas.ModelKey;
import io.upriver.schemas.ModelStatus;
import io.upriver.schemas.StreamSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What the models topic has, and the last word of each worker on each channel. Thread-safe; see
 * {@link TopicViews}.
 */
public final class ModelsView {

    private static final int MOST_STATUSES = 10_000;

    /**
     * A channel.
     *
     * @param current the model it has, if it has one
     * @param before those that it can go back to, the first one first
     * @param others all other models that are kept for it, such as those set aside
     * @param workers the last word of each worker, by their names
     */
    public record Channel(
            String name,
            Optional<Entry> current,
            List<Entry> before,
            List<Entry> others,
            List<ModelStatus> workers) {

        /** The model with this digest. */
        public Optional<Entry> find(String digest) {
            return all().filter(entry -> entry.digest().equals(digest)).findFirst();
        }

        /** The digests of all its models. */
        public Set<String> digests() {
            return all().map(Entry::digest).collect(Collectors.toCollection(TreeSet::new));
        }

        private Stream<Entry> all() {
            return Stream.of(current.stream(), before.stream(), others.stream())
                    .flatMap(entries -> entries);
        }
    }

    private record Speaker(String channel, String worker) {}

    private final Map<Speaker, ModelStatus> statuses = new LastOnes<>(MOST_STATUSES);
    private final Map<String, Integer> scales = new LastOnes<>(MOST_STATUSES);
    private ModelHistory history = new ModelHistory();
    private CanaryTrials trials = new CanaryTrials();
    private long lastOffset = -1;

    synchronized void model(ConsumerRecord<byte[], byte[]> given) {
        if (given.offset() <= lastOffset) {
            history = new ModelHistory(); // its follower has begun again
            trials = new CanaryTrials();
        }
        lastOffset = given.offset();
        trials.accept(given);
        ModelRecords.hand(given, history);
    }

    synchronized void status(ConsumerRecord<byte[], byte[]> given) {
        ModelRecords.statusOf(given)
                .ifPresent(
                        status -> {
                            statuses.put(new Speaker(status.channel(), status.worker()), status);
                            if (status.state() == ModelStatus.State.CURRENT && status.scale() > 0) {
                                scales.put(status.digest(), status.scale());
                            }
                        });
    }

    /** All channels that have or had a model, by their names. */
    public synchronized List<Channel> channels() {
        return history.channels().stream().map(this::describe).toList();
    }

    /** A channel that has or had a model. */
    public synchronized Optional<Channel> channel(String name) {
        return history.channels().contains(name) ? Optional.of(describe(name)) : Optional.empty();
    }

    private Channel describe(String name) {
        Optional<Entry> current = history.current(name);
        List<Entry> before = history.before(name);
        List<Entry> others = new ArrayList<>(history.of(name));
        others.removeAll(before);
        current.ifPresent(others::remove);
        return new Channel(name, current, before, List.copyOf(others), statusesOf(name));
    }

    /** The scale of a model, if a worker has said it. */
    public synchronized OptionalInt scaleOf(String digest) {
        Integer scale = scales.get(digest);
        return scale == null ? OptionalInt.empty() : OptionalInt.of(scale);
    }

    /** Whether a stream may ask for this: a name, or the digest of a model that is kept. */
    public synchronized boolean knows(String model) {
        return model.startsWith(StreamSettings.DIGEST)
                ? history.find(model.substring(StreamSettings.DIGEST.length())).isPresent()
                : names().contains(model);
    }

    /** The models that are on trial, by channel. */
    public synchronized List<CanaryTrial> trials() {
        return List.copyOf(trials.all());
    }

    /** The last word of each worker on what a channel has on trial, by their names. */
    public synchronized List<ModelStatus> onTrial(String channel) {
        return statusesOf(ModelKey.canary(channel).toString());
    }

    private List<ModelStatus> statusesOf(String key) {
        return statuses.values().stream()
                .filter(status -> status.channel().equals(key))
                .sorted(Comparator.comparing(ModelStatus::worker))
                .toList();
    }

    /** What a stream may ask for: channels that have a model, those built in, and none. */
    public synchronized Set<String> names() {
        Set<String> names = new TreeSet<>(BuiltInModels.names());
        names.add(StreamSettings.NO_MODEL);
        history.channels().stream()
                .filter(channel -> history.current(channel).isPresent())
                .forEach(names::add);
        return names;
    }
}
