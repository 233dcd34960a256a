package io.upriver.model;

import io.upriver.schemas.ModelKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the models topic says of each channel: the model it has, and those that it can go back to,
 * in the order in which they became current.
 *
 * <p>It is fed the topic's records in their order. Beside the record of the channel there is to be
 * one for each model it had, kept under its digest; {@link #unkept} and {@link #surplus} say what
 * is missing there and what is too much. Used by one thread at a time.
 */
public final class ModelHistory {

    /** Models kept for a channel, the current one among them. */
    public static final int MOST_KEPT = 8;

    /**
     * A model that a channel has or had.
     *
     * @param key the key under which it is kept
     * @param bytes the size of the file
     * @param offset of the last record that has the file
     * @param isSetAside whether the channel went back from it
     * @param isPassing whether it is only for a while, and never gone back to
     */
    public record Entry(
            ModelKey key, int bytes, long offset, boolean isSetAside, boolean isPassing) {

        /** The digest of the file. */
        public String digest() {
            return key.digest();
        }
    }

    private static final class Channel {
        private final List<Entry> entries = new ArrayList<>();
        private final Map<String, Long> publishedAt = new HashMap<>();
        private final Map<String, Long> keptAt = new HashMap<>();
        private @Nullable String current;

        /**
         * The last one is what became current last. Records that keep a model come later than it
         * became current, so they say something of the order only where they are all that is left.
         */
        private void put(Entry entry, boolean isKept) {
            int known = entries.indexOf(find(entry.digest()).orElse(null));
            if (isKept && known >= 0 && publishedAt.containsKey(entry.digest())) {
                entries.set(known, entry);
                return;
            }
            if (known >= 0) {
                entries.remove(known);
            }
            entries.add(entry);
            if (isKept) {
                find(current).filter(entries::remove).ifPresent(entries::add);
            }
        }

        private Optional<Entry> find(@Nullable String digest) {
            return entries.stream().filter(entry -> entry.digest().equals(digest)).findFirst();
        }

        private boolean isToBeKept(Entry entry) {
            long published = publishedAt.getOrDefault(entry.digest(), -1L);
            boolean isKept = keptAt.getOrDefault(entry.digest(), -1L) > published;
            return !isKept && !entry.isPassing();
        }
    }

    private final Map<String, Channel> channels = new TreeMap<>();

    /**
     * Takes the topic's next record.
     *
     * @param offset larger than that of the record before
     * @param onnx the value, null where the channel has no model any more, or the kept one is not
     *     kept any more. It is looked at and not held.
     * @param headers names of the record's headers
     */
    public void accept(long offset, ModelKey key, byte @Nullable [] onnx, Set<String> headers) {
        if (key.role() == ModelKey.Role.CANARY) {
            return; // its channel never had it
        }
        Channel channel = channels.computeIfAbsent(key.channel(), name -> new Channel());
        if (onnx != null) {
            put(channel, offset, key, onnx, headers);
        } else if (key.isCurrent()) {
            channel.current = null;
            channel.entries.removeIf(Entry::isPassing);
        } else {
            channel.keptAt.remove(key.digest());
            channel.entries.removeIf(
                    entry ->
                            entry.digest().equals(key.digest())
                                    && !entry.digest().equals(channel.current));
        }
        if (channel.entries.isEmpty()) {
            channels.remove(key.channel());
        }
    }

    private static void put(
            Channel channel, long offset, ModelKey key, byte[] onnx, Set<String> headers) {
        String digest = ModelRegistry.digestOf(onnx);
        if (!key.isCurrent() && !digest.equals(key.digest())) {
            return; // whoever wrote that does not keep what the key says
        }
        channel.put(
                new Entry(
                        ModelKey.kept(key.channel(), digest),
                        onnx.length,
                        offset,
                        !key.isCurrent() && headers.contains(ModelKey.SET_ASIDE),
                        key.isCurrent() && headers.contains(ModelKey.PASSING)),
                !key.isCurrent());
        if (key.isCurrent()) {
            channel.current = digest;
            channel.publishedAt.put(digest, offset);
        } else {
            channel.keptAt.put(digest, offset);
        }
    }

    /** The channels of which something is known, in the order of their names. */
    public Set<String> channels() {
        return Collections.unmodifiableSet(channels.keySet());
    }

    /** The models of a channel, oldest first. */
    public List<Entry> of(String channel) {
        return channels.containsKey(channel)
                ? List.copyOf(channels.get(channel).entries)
                : List.of();
    }

    /** A model that some channel has or had, by its digest. */
    public Optional<Entry> find(String digest) {
        return channels.values().stream()
                .flatMap(channel -> channel.find(digest).stream())
                .findFirst();
    }

    /** The model that a channel has. */
    public Optional<Entry> current(String channel) {
        return channels.containsKey(channel)
                ? channels.get(channel).find(channels.get(channel).current)
                : Optional.empty();
    }

    /**
     * The models that a channel can go back to, the last one first: those before the current one
     * that are not set aside; where the channel has no model, all of them.
     */
    public List<Entry> before(String channel) {
        List<Entry> before = new ArrayList<>();
        String current = current(channel).map(Entry::digest).orElse(null);
        for (Entry entry : of(channel)) {
            if (entry.digest().equals(current)) {
                break;
            }
            if (!entry.isSetAside() && !entry.isPassing()) {
                before.add(0, entry);
            }
        }
        return before;
    }

    /** Models that became current and are not kept since, in that order. */
    public List<Entry> unkept() {
        return channels.values().stream()
                .flatMap(channel -> channel.entries.stream().filter(channel::isToBeKept))
                .toList();
    }

    /** Kept models beyond {@value #MOST_KEPT} of a channel, the oldest; never the current one. */
    public List<ModelKey> surplus() {
        List<ModelKey> surplus = new ArrayList<>();
        for (Channel channel : channels.values()) {
            List<Entry> others =
                    channel.entries.stream()
                            .filter(entry -> !entry.digest().equals(channel.current))
                            .toList();
            int most = channel.current == null ? MOST_KEPT : MOST_KEPT - 1;
            others.subList(0, Math.max(0, others.size() - most))
                    .forEach(entry -> surplus.add(entry.key()));
        }
        return surplus;
    }
}
