package io.upriver.ingest;

import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicFollower;
import io.upriver.schemas.SegmentReport;
import io.upriver.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * How far the workers are with the streams that are pushed here, by their reports. Thread-safe.
 *
 * <p>A moment behind, which is nothing beside the segments that may wait. Without a broker it
 * stands still; then nothing can be sent either.
 */
final class Upscaled implements AutoCloseable {

    private static final long LAST = 4_000;

    private final Map<String, Followed> streams = new ConcurrentHashMap<>();
    private final TopicFollower follower;

    /** A stream whose reports count. */
    static final class Followed {

        private final AtomicLong sequence;

        Followed(long sequence) {
            this.sequence = new AtomicLong(sequence);
        }

        private void passed(long reported) {
            sequence.accumulateAndGet(reported, Math::max);
        }

        /** The sequence up to which it is done. */
        long upTo() {
            return sequence.get();
        }
    }

    Upscaled(KafkaAccess access, Topics topics) {
        follower = new TopicFollower(access, topics.reports(), LAST, this::take).start();
    }

    private void take(ConsumerRecord<byte[], byte[]> given) {
        if (given.key() == null || given.value() == null) {
            return;
        }
        String id = new String(given.key(), StandardCharsets.UTF_8);
        Followed stream = streams.get(id);
        if (stream == null) {
            return;
        }
        try {
            stream.passed(SegmentReport.fromJson(given.value()).sequence());
        } catch (IllegalArgumentException e) {
            // not by a worker
        }
    }

    /**
     * From now on, reports of the stream count, for this one alone.
     *
     * @param firstSequence those before it are no matter
     */
    Followed follow(String streamId, long firstSequence) {
        Followed stream = new Followed(firstSequence - 1);
        streams.put(streamId, stream);
        return stream;
    }

    /** Ends it, where nobody else follows the stream now. */
    void forget(String streamId, Followed stream) {
        streams.remove(streamId, stream);
    }

    @Override
    public void close() {
        follower.close();
    }
}
