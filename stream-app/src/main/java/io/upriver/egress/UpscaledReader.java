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
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads what becomes of one stream's segments, from now on: committed records only, put back in
 * order.
 *
 * <p>Not thread-safe.
 */
public final class UpscaledReader implements AutoCloseable {

    /** A segment that came back. */
    public record Arrival(Segment segment, Outcome outcome) {}

    private final String streamId;
    private final Topics topics;
    private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
    private final SegmentOrder<Arrival> order = new SegmentOrder<>();
    private final byte[] key;
    private long arrived;

    /** Stands at the end of the topics: create it before the first segment is sent. */
    public UpscaledReader(String streamId, Topics topics, int partitions, KafkaAccess access) {
        this.streamId = streamId;
        this.topics = topics;
        this.key = streamId.getBytes(StandardCharsets.UTF_8);
        this.consumer = access.reader();
        List<TopicPartition> all = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            all.add(new TopicPartition(topics.upscaled(), partition));
            all.add(new TopicPartition(topics.rejected(), partition));
        }
        consumer.assign(all);
        consumer.seekToEnd(all);
        all.forEach(consumer::position);
    }

    /**
     * Waits for records, at most so long, and hands on what is complete, in order.
     *
     * @param arrivals called for each record as it comes, whatever its turn
     * @throws RejectedStreamException if a worker rejected a segment of the stream
     */
    public void poll(Duration atMost, Consumer<Arrival> arrivals, Consumer<Arrival> inOrder) {
        for (ConsumerRecord<byte[], byte[]> next : consumer.poll(atMost)) {
            if (!Arrays.equals(next.key(), key)) {
                continue;
            }
            if (next.topic().equals(topics.rejected())) {
                Rejection rejection = Rejection.readFrom(next.headers());
                throw new RejectedStreamException(rejection);
            }
            Segment segment =
                    SegmentRecords.fromRecord(
                            next.key(), next.value(), next.headers(), next.offset());
            Arrival arrival = new Arrival(segment, Outcome.readFrom(next.headers()));
            arrived++;
            arrivals.accept(arrival);
            order.add(segment.sequence(), arrival, inOrder);
        }
    }

    /** Segments that were handed on in order. */
    public long handedOn() {
        return order.handedOn();
    }

    /** The stream that is read. */
    public String streamId() {
        return streamId;
    }

    /** Segments that have come, in any order. */
    public long arrived() {
        return arrived;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
