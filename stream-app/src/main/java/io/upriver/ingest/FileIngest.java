package io.upriver.ingest;

import io.upriver.kafka.KafkaAccess;
import io.upriver.media.MediaException;
import io.upriver.media.Splitter;
import io.upriver.schemas.Container;
import io.upriver.schemas.PresentationRange;
import io.upriver.schemas.Segment;
import io.upriver.schemas.SegmentRecords;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Puts the segments of a file on the segments topic, spread over its partitions, no further ahead
 * of the reading end than agreed.
 *
 * <p>{@link #run()} in one thread; the rest from any.
 */
public final class FileIngest {

    private final String streamId;
    private final String topic;
    private final int partitions;
    private final Splitter splitter;
    private final KafkaAccess access;
    private final Semaphore ahead;
    private final AtomicLong segments = new AtomicLong();
    private final AtomicLong frames = new AtomicLong();
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private volatile boolean complete;
    private volatile boolean cancelled;

    /**
     * @param segmentsAhead how many segments may be on the topic and not yet upscaled
     */
    public FileIngest(
            String streamId,
            String topic,
            int partitions,
            Splitter splitter,
            KafkaAccess access,
            int segmentsAhead) {
        this.streamId = streamId;
        this.topic = topic;
        this.partitions = partitions;
        this.splitter = splitter;
        this.access = access;
        this.ahead = new Semaphore(segmentsAhead);
    }

    /**
     * Sends all segments; ends when the last is acknowledged, or after {@link #cancel()} or a
     * failure.
     */
    public void run() {
        try (Producer<byte[], byte[]> producer = access.producer()) {
            Splitter.Piece piece = splitter.next();
            while (piece != null && !cancelled && failure.get() == null) {
                Splitter.Piece following = splitter.next();
                send(producer, piece, following == null);
                piece = following;
            }
            producer.flush();
            complete = !cancelled;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failure.compareAndSet(null, e);
        } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
        }
    }

    private void send(Producer<byte[], byte[]> producer, Splitter.Piece piece, boolean last)
            throws InterruptedException {
        ahead.acquire();
        if (cancelled) {
            return;
        }
        long sequence = segments.getAndIncrement();
        frames.addAndGet(piece.frames());
        Segment segment = segmentOf(streamId, sequence, piece, last);
        int partition = (int) (sequence % partitions);
        // The callback sees what the future would say.
        Future<RecordMetadata> unused =
                producer.send(
                        SegmentRecords.toRecord(topic, partition, segment),
                        (metadata, error) -> {
                            if (error != null) {
                                failure.compareAndSet(
                                        null,
                                        new MediaException(
                                                MediaException.Kind.UNSUPPORTED,
                                                segment.label()
                                                        + ": not sent: "
                                                        + error.getMessage()));
                            }
                        });
    }

    /** A piece of a file as a segment of a stream. */
    public static Segment segmentOf(
            String streamId, long sequence, Splitter.Piece piece, boolean last) {
        return new Segment(
                streamId,
                sequence,
                containerOf(piece),
                piece.data(),
                piece.durationMillis(),
                piece.discontinuity(),
                last,
                new PresentationRange(piece.startNanos(), piece.endNanos()),
                null);
    }

    private static Container containerOf(Splitter.Piece piece) {
        return switch (piece.format()) {
            case MPEG_TS -> Container.MPEG_TS;
            case MP4 -> Container.MP4;
            case MATROSKA -> Container.MATROSKA;
        };
    }

    /** One segment has come back: another may be sent. */
    public void segmentDone() {
        ahead.release();
    }

    /** Ends the sending as soon as possible. */
    public void cancel() {
        cancelled = true;
        ahead.release();
    }

    /** True when all segments are sent, so that {@link #segments()} is final. */
    public boolean isComplete() {
        return complete;
    }

    public long segments() {
        return segments.get();
    }

    /** Frames in the segments sent so far. */
    public long frames() {
        return frames.get();
    }

    /** What ended the sending early, or null. */
    public Exception failure() {
        return failure.get();
    }
}
