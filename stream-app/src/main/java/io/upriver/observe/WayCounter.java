package io.upriver.observe;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * How the segments of each stream were done by this process since it started. Thread-safe.
 *
 * <p>Of streams beyond the first {@value #MOST_STREAMS}, the segments are counted together.
 */
public final class WayCounter {

    static final int MOST_STREAMS = 1_000;

    /** The name of those that are counted together; no stream has an empty name. */
    static final String OTHERS = "";

    private final ConcurrentMap<String, ConcurrentMap<Way, LongAdder>> streams =
            new ConcurrentHashMap<>();

    /**
     * How a segment was done.
     *
     * @param method such as {@code network}
     * @param why a cheaper way was taken than asked for, in a word, or empty where none was
     */
    public record Way(String method, String why) implements Comparable<Way> {

        /** Whether it was a cheaper way than asked for. */
        public boolean isShortcut() {
            return !why.isEmpty();
        }

        @Override
        public int compareTo(Way other) {
            int byMethod = method.compareTo(other.method);
            return byMethod != 0 ? byMethod : why.compareTo(other.why);
        }

        /** Such as {@code network} or {@code interpolated (slow)}. */
        @Override
        public String toString() {
            return why.isEmpty() ? method : "%s (%s)".formatted(method, why);
        }
    }

    /** One more segment of a stream was done so. */
    public void segmentDone(String streamId, Way way) {
        boolean isKnown = streams.containsKey(streamId) || streams.size() < MOST_STREAMS;
        streams.computeIfAbsent(isKnown ? streamId : OTHERS, any -> new ConcurrentHashMap<>())
                .computeIfAbsent(way, any -> new LongAdder())
                .increment();
    }

    /** How many segments of each stream were done in each way. */
    public Map<String, Map<Way, Long>> counts() {
        Map<String, Map<Way, Long>> counts = new TreeMap<>();
        streams.forEach(
                (stream, ways) -> {
                    Map<Way, Long> its = new TreeMap<>();
                    ways.forEach((way, count) -> its.put(way, count.sum()));
                    counts.put(stream, its);
                });
        return counts;
    }
}
