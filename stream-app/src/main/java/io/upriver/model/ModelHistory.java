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

    /** A model that a channel has or had. Immutable, as long as nobody writes into its bytes. */
    public static final class Entry {
        private final ModelKey key;
        private final byte[] onnx;
        private final Map<String, byte[]> headers;
        private final boolean setAside;

        private Entry(ModelKey key, byte[] onnx, Map<String, byte[]> headers, boolean setAside) {
            this.key = key;
            this.onnx = onnx;
            this.headers = Collections.unmodifiableMap(headers);
            this.setAside = setAside;
        }

        /** The key under which it is kept. */
        public ModelKey key() {
            return key;
        }

        /** The digest of the file. */
        public String digest() {
            return key.digest();
        }

        /** The file; to be read only. */
        public byte[] onnx() {
            return onnx;
        }

        /** The headers of its record, such as a signature, without the one that sets it aside. */
        public Map<String, byte[]> headers() {
            return headers;
        }

        /** Whether the channel went back from it. */
        public boolean isSetAside() {
            return setAside;
        }
    }

    private static final class Channel {
        private final List<Entry> entries = new ArrayList<>();
        private final Map<String, Long> publishedAt = new HashMap<>();
        private final Map<String, Long> keptAt = new HashMap<>();
        private @Nullable String current;

        private void put(Entry entry) {
            entries.removeIf(other -> other.digest().equals(entry.digest()));
            entries.add(entry);
        }

        private Optional<Entry> find(@Nullable String digest) {
            return entries.stream().filter(entry -> entry.digest().equals(digest)).findFirst();
        }

        private boolean isKept(Entry entry) {
            long published = publishedAt.getOrDefault(entry.digest(), -1L);
            return keptAt.getOrDefault(entry.digest(), -1L) > published;
        }
    }

    private final Map<String, Channel> channels = new TreeMap<>();

    /**
     * Takes the topic's next record.
     *
     * @param offset larger than that of the record before
     * @param onnx the value, null where the channel has no model any more, or the kept one is not
     *     kept any more
     */
    public void accept(
            long offset, ModelKey key, byte @Nullable [] onnx, Map<String, byte[]> headers) {
        Channel channel = channels.computeIfAbsent(key.channel(), name -> new Channel());
        if (onnx == null && key.isCurrent()) {
            channel.current = null;
        } else if (onnx == null) {
            channel.keptAt.remove(key.digest());
            channel.entries.removeIf(
                    entry ->
                            entry.digest().equals(key.digest())
                                    && !entry.digest().equals(channel.current));
        } else {
            String digest = ModelRegistry.digestOf(onnx);
            Map<String, byte[]> others = new HashMap<>(headers);
            boolean isSetAside = others.remove(ModelKey.SET_ASIDE) != null && !key.isCurrent();
            channel.put(new Entry(new ModelKey(key.channel(), digest), onnx, others, isSetAside));
            if (key.isCurrent()) {
                channel.current = digest;
                channel.publishedAt.put(digest, offset);
            } else {
                channel.keptAt.put(digest, offset);
            }
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

    /** The model that a channel has. */
    public Optional<Entry> current(String channel) {
        return channels.containsKey(channel)
                ? channels.get(channel).find(channels.get(channel).current)
                : Optional.empty();
    }

    /**
     * The model that a channel goes back to: the last one before the current one that is not set
     * aside; where the channel has no model, the last one of all.
     */
    public Optional<Entry> before(String channel) {
        Entry before = null;
        String current = current(channel).map(Entry::digest).orElse(null);
        for (Entry entry : of(channel)) {
            if (entry.digest().equals(current)) {
                break;
            }
            before = entry.isSetAside() ? before : entry;
        }
        return Optional.ofNullable(before);
    }

    /** Models that became current and are not kept since, in that order. */
    public List<Entry> unkept() {
        return channels.values().stream()
                .flatMap(channel -> channel.entries.stream().filter(e -> !channel.isKept(e)))
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
