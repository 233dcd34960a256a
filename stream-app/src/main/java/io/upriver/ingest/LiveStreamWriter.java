package io.upriver.ingest;

import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.KafkaUnreachableException;
import io.upriver.schemas.Container;
import io.upriver.schemas.PresentationRange;
import io.upriver.schemas.Segment;
import io.upriver.schemas.SegmentRecords;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.Topics;
import java.time.Duration;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/**
 * Puts the segments of a live stream on the segments topic, all in the partition of the stream's
 * key, numbered on without a gap from the last one that is there.
 *
 * <p><b>One at a time, and the newest.</b> Opening a writer ends the one before for the same
 * stream, in whatever process that is: an encoder that comes back must not wait for its dead
 * connection. Kafka itself sees to that, since a writer is a producer with a transactional id for
 * the stream. The one before finds out when it appends, and none of its segments can come after the
 * new one has looked for the last number.
 *
 * <p><b>The first segment is a discontinuity</b> where the stream has segments, because nobody
 * knows what was lost between; and where it may have had some, longer ago than is looked for.
 *
 * <p><b>After a failure the writer is of no use</b>: whether the segment is on the topic is not
 * known then. A new writer finds out, and goes on from there.
 *
 * <p>Thread-safe: segments are appended one after the other.
 */
public final class LiveStreamWriter implements AutoCloseable {

    private static final Duration AT_ONCE = Duration.ZERO;
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final String streamId;
    private final Topics topics;
    private final KafkaAccess access;
    private final Producer<byte[], byte[]> producer;
    private long next;
    private boolean continuesAnother;
    private boolean closed;

    private LiveStreamWriter(
            String streamId,
            Topics topics,
            KafkaAccess access,
            Producer<byte[], byte[]> producer,
            LastSequence.Found found) {
        this.streamId = streamId;
        this.topics = topics;
        this.access = access;
        this.producer = producer;
        this.next = found.last().orElse(-1) + 1;
        this.continuesAnother = found.last().isPresent() || !found.isCertain();
    }

    /**
     * Takes a stream over. The topics must be there.
     *
     * @throws IllegalArgumentException if no stream can have this id
     * @throws KafkaUnreachableException if the cluster does not answer within 15 s
     */
    public static LiveStreamWriter open(String streamId, Topics topics, KafkaAccess access) {
        return open(streamId, topics, access, PATIENCE);
    }

    static LiveStreamWriter open(
            String streamId, Topics topics, KafkaAccess access, Duration patience) {
        StreamSettings.requireStreamId(streamId);
        Producer<byte[], byte[]> producer =
                access.soleProducer(topics.segments() + "-" + streamId, patience);
        try {
            producer.initTransactions();
            LastSequence.Found found = LastSequence.of(streamId, topics, access);
            return new LiveStreamWriter(streamId, topics, access, producer, found);
        } catch (KafkaException e) {
            producer.close(AT_ONCE);
            throw new KafkaUnreachableException(
                    "stream %s cannot be written to at %s: %s"
                            .formatted(streamId, access.bootstrapServers(), e.getMessage()),
                    e);
        }
    }

    /** Appends a segment that is in no trace. */
    public long append(
            Container container,
            byte[] data,
            long durationMillis,
            boolean discontinuity,
            boolean endOfStream) {
        return append(container, data, durationMillis, discontinuity, endOfStream, null, null);
    }

    /** Appends a segment all of whose pictures are to be delivered. */
    public long append(
            Container container,
            byte[] data,
            long durationMillis,
            boolean discontinuity,
            boolean endOfStream,
            @Nullable String traceparent) {
        return append(
                container, data, durationMillis, discontinuity, endOfStream, null, traceparent);
    }

    /**
     * Appends a segment, and returns when the brokers have it.
     *
     * @param data the media, which nobody modifies afterwards
     * @param durationMillis how long it plays, 0 when not known
     * @param discontinuity whether it does not continue the one before; the writer's first one may
     *     be marked so without it
     * @param presentation which of its pictures are to be delivered, or null for all
     * @param traceparent the W3C trace context that it travels in, or null
     * @return its sequence
     * @throws IllegalArgumentException if it is none, such as one that is larger than records may
     *     be; the next one may be appended
     * @throws StreamTakenOverException if a newer writer has the stream; this one is closed then
     * @throws KafkaUnreachableException if it is not acknowledged within some 45 s; this writer is
     *     closed then
     */
    public synchronized long append(
            Container container,
            byte[] data,
            long durationMillis,
            boolean discontinuity,
            boolean endOfStream,
            @Nullable PresentationRange presentation,
            @Nullable String traceparent) {
        String label = Segment.label(streamId, next);
        if (closed) {
            throw new IllegalStateException(label + ": expected an open writer, it is closed");
        }
        int most = access.maxMessageBytes() - KafkaAccess.OVERHEAD_BYTES;
        if (data.length > most) {
            throw new IllegalArgumentException(
                    "%s: expected at most %d bytes, got %d".formatted(label, most, data.length));
        }
        Segment segment =
                new Segment(
                        streamId,
                        next,
                        container,
                        data,
                        durationMillis,
                        discontinuity || continuesAnother,
                        endOfStream,
                        presentation,
                        traceparent);
        send(segment);
        continuesAnother = false;
        return next++;
    }

    private void send(Segment segment) {
        try {
            producer.beginTransaction();
            // What the future would say, the commit says.
            var unused = producer.send(SegmentRecords.toRecord(topics.segments(), null, segment));
            // The producer's own thread may otherwise look for records before this one is there,
            // and then ask for the commit without it: the broker refuses that (INVALID_TXN_STATE).
            producer.flush();
            producer.commitTransaction();
        } catch (ProducerFencedException | InvalidProducerEpochException e) {
            giveUp();
            throw new StreamTakenOverException(
                    segment.label() + ": not sent, another writer has taken the stream over", e);
        } catch (KafkaException e) {
            giveUp();
            Throwable first = e;
            while (first.getCause() != null) {
                first = first.getCause();
            }
            String said = segment.label() + ": not acknowledged: " + first.getMessage();
            if (first instanceof RetriableException) {
                throw new KafkaUnreachableException(said, e);
            }
            throw new IllegalStateException(said, e);
        }
    }

    private void giveUp() {
        closed = true;
        producer.close(AT_ONCE);
    }

    /** The sequence that the next segment will have. */
    public synchronized long next() {
        return next;
    }

    /** Whether segments can be appended. */
    public synchronized boolean isOpen() {
        return !closed;
    }

    /** What was appended stays; segments of the stream go on with the next writer. */
    @Override
    public synchronized void close() {
        if (!closed) {
            giveUp();
        }
    }
}
