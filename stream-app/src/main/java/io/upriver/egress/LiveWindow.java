package io.upriver.egress;

import io.upriver.egress.LivePlaylist.Line;
import io.upriver.egress.LiveSegment.Media;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The newest segments of one rendition, numbered as a media playlist numbers them.
 *
 * <h2>Numbers</h2>
 *
 * A player counts: the segment behind number 7 is number 8, listed or not. Where a stream numbers
 * its segments without gaps, the number is the sequence, so all instances and both renditions say
 * the same, and a sequence that is left out is a segment that is missing. Where sequences are
 * offsets, gaps mean nothing: numbers go on from the first one that was seen, and only the same
 * instance says the same.
 *
 * <p>Twice as much is kept as is listed, for players that have an older list. What is kept and
 * listed does not depend on the order in which topics were read. Not thread-safe.
 */
final class LiveWindow {

    /** More left out at once is no loss but another way of numbering. */
    private static final int MOST_MISSING = 32;

    private static final int MOST_KEPT = 4_096;

    /** A player wants three behind the one that it plays: RFC 8216, 6.2.2 and 6.3.3. */
    private static final int LEAST_LISTED = 4;

    private static final long UNKNOWN_MILLIS = 1_000;

    /**
     * A segment in its place.
     *
     * @param startsAgain whether sequences begin anew with it
     */
    private record Entry(long number, boolean startsAgain, LiveSegment segment) {

        boolean isDiscontinuity(@Nullable Media before) {
            Media media = segment.media();
            boolean changes = media != null && before != null && !before.goesOnWith(media);
            return startsAgain || segment.discontinuity() || changes;
        }

        @Nullable Media mediaOr(@Nullable Media before) {
            return segment.media() == null ? before : segment.media();
        }
    }

    private final long listedMillis;
    private final NavigableMap<Long, Entry> entries = new TreeMap<>(); // by sequence
    private @Nullable Media goneMedia; // the last ones before the first entry
    private long goneDiscontinuities;
    private long targetSeconds = 1;

    /**
     * @param listed how much of the stream a playlist has
     */
    LiveWindow(Duration listed) {
        listedMillis = listed.toMillis();
    }

    /**
     * Takes a segment.
     *
     * @param isCounted whether sequences count segments
     * @return false where it came too late
     */
    boolean add(LiveSegment next, boolean isCounted) {
        Entry last = last();
        if (last == null) {
            put(next.sequence(), false, next);
        } else if (next.sequence() > last.segment().sequence()) {
            long step = next.sequence() - last.segment().sequence();
            boolean isLoss = isCounted && step <= MOST_MISSING;
            put(last.number() + (isLoss ? step : 1), false, next);
        } else if (next.sequence() < entries.firstKey()
                && (next.discontinuity() || last.segment().endOfStream())) {
            while (!entries.isEmpty()) {
                removeFirst();
            }
            put(last.number() + 1, true, next);
        } else if (!isCounted || !fill(next)) {
            return false;
        }
        trim();
        return true;
    }

    private void put(long number, boolean startsAgain, LiveSegment next) {
        Entry last = last();
        LiveSegment kept = last == null ? next : next.sharing(last.segment());
        entries.put(next.sequence(), new Entry(number, startsAgain, kept));
        targetSeconds = Math.max(targetSeconds, Math.round(next.durationMillis() / 1e3));
    }

    /** Takes one of those between others: rejected ones come by another topic than the rest. */
    private boolean fill(LiveSegment late) {
        Map.Entry<Long, Entry> before = entries.lowerEntry(late.sequence());
        Entry after = entries.ceilingEntry(late.sequence()).getValue();
        if (before == null) {
            return false;
        }
        long number = before.getValue().number() + late.sequence() - before.getKey();
        boolean isFree = number < after.number();
        if (isFree) {
            put(number, false, late);
        }
        return isFree;
    }

    private void trim() {
        long kept = 0;
        for (Entry entry : entries.values()) {
            kept += entry.segment().durationMillis();
        }
        long most = 2 * listedMillis + 1_000 * targetSeconds;
        while (entries.size() > 2 * LEAST_LISTED && (kept > most || entries.size() > MOST_KEPT)) {
            kept -= removeFirst().durationMillis();
        }
    }

    private LiveSegment removeFirst() {
        Entry first = entries.pollFirstEntry().getValue();
        goneDiscontinuities += first.isDiscontinuity(goneMedia) ? 1 : 0;
        goneMedia = first.mediaOr(goneMedia);
        return first.segment();
    }

    private @Nullable Entry last() {
        Map.Entry<Long, Entry> last = entries.lastEntry();
        return last == null ? null : last.getValue();
    }

    /** The segment with this sequence, where it is kept. */
    @Nullable LiveSegment find(long sequence) {
        Entry entry = entries.get(sequence);
        return entry == null ? null : entry.segment();
    }

    /** Whether such a sequence comes before all that are kept. */
    boolean isBeforeKept(long sequence) {
        return !entries.isEmpty() && sequence < entries.firstKey();
    }

    /** All that are kept, in order. */
    List<LiveSegment> kept() {
        return entries.values().stream().map(Entry::segment).toList();
    }

    /** What a playlist says now. */
    LivePlaylist playlist() {
        Deque<Line> lines = new ArrayDeque<>();
        long passed = goneDiscontinuities;
        Media media = goneMedia;
        for (Entry entry : entries.values()) {
            LiveSegment segment = entry.segment();
            Line last = lines.peekLast();
            long before = last == null ? UNKNOWN_MILLIS : last.durationMillis();
            while (last != null && last.number() + 1 < entry.number()) {
                last = Line.missing(last.number() + 1, last.sequence() + 1, before);
                lines.addLast(last);
            }
            boolean isDiscontinuity = entry.isDiscontinuity(media);
            Media now = entry.mediaOr(media);
            if (media != null && media.container() != now.container()) {
                // An init section cannot be taken back, so a list has one container.
                passed += lines.stream().filter(Line::discontinuity).count();
                lines.clear();
            }
            media = now;
            long millis = segment.durationMillis() > 0 ? segment.durationMillis() : before;
            lines.addLast(
                    new Line(entry.number(), segment.sequence(), millis, isDiscontinuity, segment));
        }
        long listed = lines.stream().mapToLong(Line::durationMillis).sum();
        while (lines.size() > LEAST_LISTED
                && listed - lines.getFirst().durationMillis() >= listedMillis) {
            Line first = lines.removeFirst();
            listed -= first.durationMillis();
            passed += first.discontinuity() ? 1 : 0;
        }
        Entry last = last();
        return new LivePlaylist(
                List.copyOf(lines),
                passed,
                targetSeconds,
                last != null && last.segment().endOfStream());
    }
}
