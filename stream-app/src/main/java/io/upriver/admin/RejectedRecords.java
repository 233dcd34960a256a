package io.upriver.admin;

import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicReader;
import io.upriver.kafka.TopicSetup;
import io.upriver.kafka.TopicWriter;
import io.upriver.schemas.OutputHeaders;
import io.upriver.schemas.Rejection;
import io.upriver.schemas.SegmentHeaders;
import io.upriver.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Single records of the rejected topic, and how they get another chance. Holds nothing. */
public final class RejectedRecords {

    /**
     * Where a record went.
     *
     * @param partition of the segments topic
     * @param replays how often this segment was put back, this time included
     */
    public record Replay(int partition, long offset, int replays) {}

    private final KafkaAccess access;
    private final Topics topics;

    public RejectedRecords(KafkaAccess access, Topics topics) {
        this.access = access;
        this.topics = topics;
    }

    /**
     * A record that a worker has rejected, if the topic still has it.
     *
     * @throws io.upriver.kafka.KafkaUnreachableException if the broker does not answer
     */
    public Optional<ConsumerRecord<byte[], byte[]>> at(int partition, long offset) {
        return TopicReader.readAt(access, topics.rejected(), partition, offset)
                .filter(RejectedRecords::hasReason);
    }

    private static boolean hasReason(ConsumerRecord<byte[], byte[]> given) {
        try {
            Rejection.readFrom(given.headers());
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * Puts a rejected record back on the segments topic: the same key, value and headers without
     * the reason, in the same partition. It comes behind what is there, so its result comes behind
     * those of later segments, under the sequence that it had: a record that says no sequence is
     * given it, since a worker would take its new offset otherwise.
     *
     * @throws IllegalStateException if the topic does not take it
     * @throws io.upriver.kafka.KafkaUnreachableException if the broker does not answer
     */
    public Replay replay(ConsumerRecord<byte[], byte[]> rejected) {
        Headers headers = new RecordHeaders(rejected.headers().toArray());
        Rejection rejection = Rejection.readFrom(headers);
        headers.remove(OutputHeaders.REJECTION);
        if (headers.lastHeader(SegmentHeaders.SEQUENCE) == null) {
            add(headers, SegmentHeaders.SEQUENCE, Long.toString(rejection.sequence()));
        }
        int replays = SegmentHeaders.replaysOf(headers) + 1;
        headers.remove(SegmentHeaders.REPLAYS);
        add(headers, SegmentHeaders.REPLAYS, Integer.toString(replays));
        boolean isThere = rejected.partition() < new TopicSetup(access, topics).segmentPartitions();
        RecordMetadata place =
                TopicWriter.write(
                                access,
                                List.of(
                                        new ProducerRecord<>(
                                                topics.segments(),
                                                isThere ? rejected.partition() : null,
                                                rejected.key(),
                                                rejected.value(),
                                                headers)))
                        .get(0);
        return new Replay(place.partition(), place.offset(), replays);
    }

    private static void add(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
