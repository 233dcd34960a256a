package io.upriver.egress;

import io.upriver.kafka.KafkaAccess;
import io.upriver.schemas.Outcome;
import io.upriver.schemas.Rejection;
import io.upriver.schemas.Segment;
import io.upriver.schemas.SegmentRecords;
import io.upriver.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * Follows what becomes of one live stream, in the order of the topics: its segments are all in one
 * partition, so that is their own order.
 *
 * <p>Committed records only. Not thread-safe.
 */
public final class LiveReader implements AutoCloseable {

    /** Where to begin. */
    public enum From {
        /** With the oldest segment that the topics still have. */
        BEGINNING,
        /** With the next one that is upscaled. */
        NOW
    }

    /** What is told of the stream. */
    public interface Listener {

        /** A segment was upscaled. */
        void upscaled(Segment segment, Outcome outcome);

        /** A segment was rejected. */
        void rejected(Rejection rejection);
    }

    private final Topics topics;
    private final byte[] key;
    private final Consumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, Long> endsAtFirst;
    private boolean endOfStream;

    /** Stands where it begins when this returns. */
    public LiveReader(String streamId, Topics topics, KafkaAccess access, From from) {
        this.topics = topics;
        this.key = streamId.getBytes(StandardCharsets.UTF_8);
        this.consumer = access.reader();
        try {
            List<TopicPartition> all = new ArrayList<>();
            for (String topic : List.of(topics.upscaled(), topics.rejected())) {
                for (PartitionInfo info : consumer.partitionsFor(topic)) {
                    all.add(new TopicPartition(topic, info.partition()));
                }
            }
            consumer.assign(all);
            endsAtFirst = consumer.endOffsets(all);
            if (from == From.BEGINNING) {
                consumer.seekToBeginning(all);
            } else {
                endsAtFirst.forEach(consumer::seek);
            }
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    /** Waits for records, at most so long, and tells of those of the stream. */
    public void poll(Duration atMost, Listener listener) {
        for (ConsumerRecord<byte[], byte[]> next : consumer.poll(atMost)) {
            if (!Arrays.equals(next.key(), key)) {
                continue;
            }
            if (next.topic().equals(topics.rejected())) {
                listener.rejected(Rejection.readFrom(next.headers()));
                continue;
            }
            Segment segment =
                    SegmentRecords.fromRecord(
                            next.key(), next.value(), next.headers(), next.offset());
            endOfStream = segment.endOfStream();
            listener.upscaled(segment, Outcome.readFrom(next.headers()));
        }
    }

    /**
     * True where the last segment was the end of the stream. An end that was followed by more when
     * the reading began is none: the stream was begun again.
     */
    public boolean isEnded() {
        return endOfStream
                && endsAtFirst.entrySet().stream()
                        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    @Override
    public void close() {
        consumer.close();
    }
}
