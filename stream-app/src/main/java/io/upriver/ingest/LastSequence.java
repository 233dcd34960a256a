package io.upriver.ingest;

import io.upriver.kafka.KafkaAccess;
import io.upriver.schemas.MalformedRecordException;
import io.upriver.schemas.Segment;
import io.upriver.schemas.SegmentHeaders;
import io.upriver.schemas.SegmentRecords;
import io.upriver.schemas.SegmentReport;
import io.upriver.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Utils;

/**
 * The sequence of a stream's last segment, as the topics know it.
 *
 * <p>The segments topic is read backwards from the end of the stream's partition, in steps that
 * grow, since segments are megabytes. What it finds there is the last one, unless it was put back
 * (see {@link SegmentHeaders#REPLAYS}): then, and where it finds none within its limits, the
 * reports are asked too.
 *
 * <p>One use, one thread.
 */
final class LastSequence {

    /** As far as this before the end of a partition, in offsets, of which markers take a half. */
    private static final long MOST_SEGMENTS = 400;

    private static final long MOST_REPORTS = 4_000;
    private static final long MOST_BYTES = 256L << 20;
    private static final int FIRST_STEP = 8;
    private static final int GROWTH = 4;
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long PATIENCE_NANOS = 15_000_000_000L;

    private final byte[] key;
    private final Topics topics;
    private final Consumer<byte[], byte[]> reader;
    private long last = -1;
    private boolean certain;
    private boolean sawAll;
    private long bytes;

    /**
     * What was found.
     *
     * @param last empty where there was nothing of the stream
     * @param isCertain false where there was nothing, and not all was looked at
     */
    record Found(OptionalLong last, boolean isCertain) {}

    private LastSequence(String streamId, Topics topics, Consumer<byte[], byte[]> reader) {
        this.key = streamId.getBytes(StandardCharsets.UTF_8);
        this.topics = topics;
        this.reader = reader;
    }

    /**
     * The highest sequence that is found.
     *
     * @throws org.apache.kafka.common.KafkaException if the topics cannot be read
     */
    static Found of(String streamId, Topics topics, KafkaAccess access) {
        try (Consumer<byte[], byte[]> reader = access.reader()) {
            LastSequence search = new LastSequence(streamId, topics, reader);
            search.lookAtSegments();
            if (!search.certain) {
                search.lookAtReports();
            }
            return new Found(
                    search.last < 0 ? OptionalLong.empty() : OptionalLong.of(search.last),
                    search.last >= 0 || search.sawAll);
        }
    }

    private void lookAtSegments() {
        int partitions = reader.partitionsFor(topics.segments()).size();
        // where Kafka's producers put records with this key
        int partition = Utils.toPositive(Utils.murmur2(key)) % partitions;
        TopicPartition place = new TopicPartition(topics.segments(), partition);
        reader.assign(List.of(place));
        long begin = reader.beginningOffsets(List.of(place)).get(place);
        long end = reader.endOffsets(List.of(place)).get(place);
        begin = Math.max(begin, end - MOST_SEGMENTS);
        int step = FIRST_STEP;
        long to = end;
        while (to > begin && !certain && bytes < MOST_BYTES) {
            long from = Math.max(begin, to - step);
            read(place, from, to, this::takeSegment);
            to = from;
            step *= GROWTH;
        }
        sawAll = to == 0;
    }

    private void takeSegment(ConsumerRecord<byte[], byte[]> given) {
        bytes += Math.max(0, given.serializedValueSize());
        if (!Arrays.equals(key, given.key())) {
            return;
        }
        try {
            Segment segment =
                    SegmentRecords.fromRecord(
                            given.key(), given.value(), given.headers(), given.offset());
            last = Math.max(last, segment.sequence());
            certain |= SegmentHeaders.replaysOf(given.headers()) == 0;
        } catch (MalformedRecordException e) {
            // it will be rejected, and has no place in the stream
        }
    }

    private void lookAtReports() {
        for (PartitionInfo info : reader.partitionsFor(topics.reports())) {
            TopicPartition place = new TopicPartition(topics.reports(), info.partition());
            reader.assign(List.of(place));
            long begin = reader.beginningOffsets(List.of(place)).get(place);
            long end = reader.endOffsets(List.of(place)).get(place);
            read(place, Math.max(begin, end - MOST_REPORTS), end, this::takeReport);
        }
    }

    private void takeReport(ConsumerRecord<byte[], byte[]> given) {
        if (!Arrays.equals(key, given.key()) || given.value() == null) {
            return;
        }
        try {
            last = Math.max(last, SegmentReport.fromJson(given.value()).sequence());
        } catch (IllegalArgumentException e) {
            // not by a worker
        }
    }

    private void read(
            TopicPartition place,
            long from,
            long to,
            java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> taker) {
        reader.seek(place, from);
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (reader.position(place) < to) {
            for (ConsumerRecord<byte[], byte[]> given : reader.poll(POLL)) {
                if (given.offset() < to) {
                    taker.accept(given);
                }
            }
            if (System.nanoTime() > end) {
                throw new TimeoutException(
                        "%s was not read from offset %d to %d within 15 s"
                                .formatted(place, from, to));
            }
        }
    }
}
