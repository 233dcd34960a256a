package io.upriver.ingest;

import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicFollower;
import io.upriver.schemas.SegmentReport;
import io.upriver.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * How far the workers are with the streams that are pushed here, by their reports. Thread-safe.
 *
 * <p>A moment behind, which is nothing beside the segments that may wait. Without a broker it
 * stands still; then nothing can be sent either.
 */
final class Upscaled implements AutoCloseable {

    private static final long LAST = 4_000;

    private final Map<String, Long> sequences = new ConcurrentHashMap<>();
    private final TopicFollower follower;

    Upscaled(KafkaAccess access, Topics topics) {
        follower = new TopicFollower(access, topics.reports(), LAST, this::take).start();
    }

    private void take(ConsumerRecord<byte[], byte[]> given) {
        if (given.key() == null || given.value() == null) {
            return;
        }
        String id = new String(given.key(), StandardCharsets.UTF_8);
        if (!sequences.containsKey(id)) {
            return;
        }
        try {
            long sequence = SegmentReport.fromJson(given.value()).sequence();
            sequences.computeIfPresent(id, (key, before) -> Math.max(before, sequence));
        } catch (IllegalArgumentException e) {
            // not by a worker
        }
    }

    /** From now on, reports of the stream count; those before this sequence are no matter. */
    void follow(String streamId, long firstSequence) {
        sequences.merge(streamId, firstSequence - 1, Math::max);
    }

    void forget(String streamId) {
        sequences.remove(streamId);
    }

    /** The sequence up to which a followed stream is done. */
    long upTo(String streamId) {
        return sequences.getOrDefault(streamId, Long.MAX_VALUE);
    }

    @Override
    public void close() {
        follower.close();
    }
}
