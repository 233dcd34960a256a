package io.upriver.admin;

import io.upriver.schemas.Rejection;
import io.upriver.schemas.SegmentHeaders;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The newest records of the rejected topic, without their values. Thread-safe; see {@link
 * TopicViews}.
 *
 * <p>The topic has whole segments, and there is no reading headers alone: so it begins with the
 * last {@value #LAST} offsets of each partition, of which a transaction takes every second.
 */
public final class RejectedView {

    /** The most records that are known at a time. */
    public static final int MOST = 1_000;

    static final long LAST = 200;

    private static final Logger LOG = Logger.getLogger(RejectedView.class);

    /**
     * A rejected record.
     *
     * @param timeMillis of the segment's record, in milliseconds since 1970 UTC
     * @param bytes of the value; null where it was left out
     * @param replays how often it was put back on the segments topic before it was rejected here
     */
    public record Entry(
            int partition,
            long offset,
            long timeMillis,
            @Nullable Integer bytes,
            int replays,
            Rejection rejection) {}

    private record Place(int partition, long offset) {}

    private static final Comparator<Entry> NEWEST_FIRST =
            Comparator.comparingLong(Entry::timeMillis)
                    .thenComparingLong(Entry::offset)
                    .reversed()
                    .thenComparingInt(Entry::partition);

    private final Map<Place, Entry> entries = new LastOnes<>(MOST);

    synchronized void rejected(ConsumerRecord<byte[], byte[]> given) {
        try {
            Entry entry =
                    new Entry(
                            given.partition(),
                            given.offset(),
                            given.timestamp(),
                            given.value() == null ? null : given.value().length,
                            SegmentHeaders.replaysOf(given.headers()),
                            Rejection.readFrom(given.headers()));
            entries.put(new Place(given.partition(), given.offset()), entry);
        } catch (IllegalArgumentException e) {
            // not by a worker
            LOG.debugf("rejected topic offset %d: %s", given.offset(), e.getMessage());
        }
    }

    /**
     * The newest records.
     *
     * @param streamId whose, or null for all
     * @param limit how many at most
     */
    public synchronized List<Entry> newest(@Nullable String streamId, int limit) {
        return entries.values().stream()
                .filter(entry -> streamId == null || streamId.equals(entry.rejection().streamId()))
                .sorted(NEWEST_FIRST)
                .limit(limit)
                .toList();
    }
}
