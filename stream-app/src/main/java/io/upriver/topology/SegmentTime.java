package io.upriver.topology;

import java.time.Clock;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * The time of a segment's record, which its results get too: what the producer wrote, or what comes
 * nearest to it where that is no time that a topic would take.
 *
 * <p>Producers send -1 or an empty date of their language, years before 1970. Kafka Streams ends
 * its thread for that, also with its own fall-back where the record is the first of its partition;
 * so it would with every thread that comes after, since the record is still there. Thread-safe.
 */
final class SegmentTime implements TimestampExtractor {

    /** How far ahead of its clock a broker takes records, unless it was told otherwise. */
    private static final Duration MOST_AHEAD = Duration.ofHours(1);

    private final Clock clock;

    SegmentTime(Clock clock) {
        this.clock = clock;
    }

    /**
     * @param partitionTime the latest time of the records before, in milliseconds; negative where
     *     there are none
     */
    @Override
    public long extract(ConsumerRecord<Object, Object> incoming, long partitionTime) {
        long written = incoming.timestamp();
        long now = clock.millis();
        if (written >= 0 && written <= now + MOST_AHEAD.toMillis()) {
            return written;
        }
        return partitionTime >= 0 ? partitionTime : now;
    }
}
