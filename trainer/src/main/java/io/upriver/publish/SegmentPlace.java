package io.upriver.publish;

import io.upriver.schemas.PresentationRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where a segment of a stream stands, without its media.
 *
 * @param partition of the segments topic
 * @param offset in the partition
 * @param timestampMillis the record's time
 * @param sequence the segment's place in the stream
 * @param presentation which of its frames belong to it, or null for all
 * @param digest SHA-256 of the media, hexadecimal
 * @param isLast whether no segment follows
 */
public record SegmentPlace(
        int partition,
        long offset,
        long timestampMillis,
        long sequence,
        @Nullable PresentationRange presentation,
        String digest,
        boolean isLast) {

    /** By how much a segment may come too late; one further back begins the stream anew. */
    private static final long DISORDER = 16;

    /**
     * The places in the order of the stream, each sequence and each content once. A stream that
     * began anew, with lower numbers, is there from its newest beginning on.
     */
    static List<SegmentPlace> inOrder(List<SegmentPlace> places) {
        List<SegmentPlace> byTime = new ArrayList<>(places);
        byTime.sort(
                Comparator.comparingLong(SegmentPlace::timestampMillis)
                        .thenComparingLong(SegmentPlace::sequence));
        Map<Long, SegmentPlace> bySequence = new TreeMap<>();
        Set<String> contents = new HashSet<>();
        long highest = -1;
        for (SegmentPlace place : byTime) {
            boolean again = contents.contains(place.digest());
            if (!again && isNewBeginning(place.sequence(), highest)) {
                bySequence.clear();
                contents.clear();
                highest = -1;
            }
            if (contents.add(place.digest())) {
                bySequence.put(place.sequence(), place);
                highest = Math.max(highest, place.sequence());
            }
        }
        return List.copyOf(bySequence.values());
    }

    private static boolean isNewBeginning(long sequence, long highest) {
        return highest >= 0 && (sequence == 0 || sequence < highest - DISORDER);
    }

    /** Up to {@code most} of them, evenly spread. */
    public static List<SegmentPlace> evenly(List<SegmentPlace> places, int most) {
        int count = Math.min(places.size(), most);
        List<SegmentPlace> some = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            some.add(places.get((int) ((long) places.size() * (2L * i + 1) / (2L * count))));
        }
        return some;
    }
}
