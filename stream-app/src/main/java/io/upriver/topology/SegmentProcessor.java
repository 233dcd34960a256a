package io.upriver.topology;

import io.upriver.schemas.MalformedRecordException;
import io.upriver.schemas.Rejection;
import io.upriver.schemas.Segment;
import io.upriver.schemas.SegmentRecords;
import io.upriver.schemas.SegmentReport;
import io.upriver.schemas.StreamSettings;
import io.upriver.segment.Due;
import io.upriver.segment.SegmentResult;
import io.upriver.segment.StoppingException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Turns each segment record into an upscaled or a rejected one, and a report.
 *
 * <p>Blocks its stream thread while it works, so that order and exactly-once are Kafka Streams'
 * own. Only a worker that is stopping, or a broken Java virtual machine, makes it throw.
 */
final class SegmentProcessor implements Processor<byte[], byte[], byte[], Routed> {

    private static final Logger LOG = Logger.getLogger(SegmentProcessor.class);

    /** 249 characters, the longest stream id, in UTF-8. */
    private static final int LONGEST_KEY_BYTES = 249 * 4;

    /** An upscaled segment has the id of the one it came from, so it needs another source. */
    private static final URI SOURCE = URI.create("/upriver/upscaled");

    private final SegmentWork work;
    private final StreamDirectory streams;
    private final WorkGate gate;
    private final int maxRecordBytes;
    private final Clock clock;
    private ProcessorContext<byte[], Routed> context;

    /**
     * @param maxRecordBytes the largest record that may be written, all of it
     */
    SegmentProcessor(
            SegmentWork work,
            StreamDirectory streams,
            WorkGate gate,
            int maxRecordBytes,
            Clock clock) {
        this.work = work;
        this.streams = streams;
        this.gate = gate;
        this.maxRecordBytes = maxRecordBytes;
        this.clock = clock;
    }

    @Override
    public void init(ProcessorContext<byte[], Routed> context) {
        this.context = context;
    }

    @Override
    public void process(Record<byte[], byte[]> incoming) {
        RecordMetadata origin = context.recordMetadata().orElseThrow();
        Segment segment;
        try {
            segment =
                    SegmentRecords.fromRecord(
                            incoming.key(), incoming.value(), incoming.headers(), origin.offset());
        } catch (MalformedRecordException e) {
            reject(incoming, e.rejection(work.worker()), origin.partition());
            return;
        }
        StreamSettings settings = streams.of(segment.streamId());
        SegmentResult result = resultOf(segment, settings, incoming.timestamp());
        if (result instanceof SegmentResult.Upscaled upscaled) {
            passOn(incoming, segment, upscaled, origin.partition());
        } else if (result instanceof SegmentResult.Rejected rejected) {
            reject(incoming, rejected.rejection(), origin.partition());
        }
        if (settings.deadlineMillis() != null) {
            context.commit(); // as soon as may be, and not when it is the time for it
        }
    }

    private SegmentResult resultOf(Segment segment, StreamSettings settings, long producedMillis) {
        Due due = Due.of(settings, producedMillis);
        boolean isIn =
                due == null ? gate.enter() : gate.enterWithin(due.leftMillis(clock.millis()));
        try {
            return isIn
                    ? work.upscale(segment, settings, producedMillis)
                    : work.passThrough(segment, settings, producedMillis);
        } catch (StoppingException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.errorf(e, "%s: failed", segment.label());
            return new SegmentResult.Rejected(
                    new Rejection(
                            Rejection.Code.INTERNAL,
                            segment.label() + ": " + e,
                            segment.streamId(),
                            segment.sequence(),
                            work.worker()));
        } finally {
            if (isIn) {
                gate.leave();
            }
        }
    }

    private void passOn(
            Record<byte[], byte[]> incoming,
            Segment segment,
            SegmentResult.Upscaled upscaled,
            int partition) {
        Segment out = upscaled.segment();
        Headers headers =
                SegmentRecords.toRecord(UpscaleTopology.UPSCALED, null, out, SOURCE).headers();
        upscaled.outcome().writeTo(headers);
        byte[] key = keyOf(incoming, segment.streamId());
        forward(incoming, key, out.data(), headers, partition, UpscaleTopology.UPSCALED);
        report(
                incoming,
                key,
                SegmentReport.upscaled(
                        segment,
                        out,
                        upscaled.outcome(),
                        upscaled.quality(),
                        upscaled.canary(),
                        incoming.timestamp(),
                        clock.millis()),
                partition);
    }

    private void reject(Record<byte[], byte[]> incoming, Rejection rejection, int partition) {
        LOG.warnf("rejected (%s): %s", rejection.code().wireName(), rejection.message());
        byte[] key = keyOf(incoming, rejection.streamId());
        byte[] value = incoming.value();
        Headers headers = new RecordHeaders(incoming.headers().toArray());
        rejection.writeTo(headers);
        long bytes = RecordSize.atMost(key, value, headers);
        if (bytes > maxRecordBytes) {
            // A record that no topic takes would end this thread, and the next one.
            value = null;
            headers = new RecordHeaders();
            rejection.withMessage(leftOut(rejection, bytes)).writeTo(headers);
        }
        forward(incoming, key, value, headers, partition, UpscaleTopology.REJECTED);
        long bytesIn = incoming.value() == null ? 0 : incoming.value().length;
        report(
                incoming,
                key,
                SegmentReport.rejected(rejection, bytesIn, incoming.timestamp(), clock.millis()),
                partition);
    }

    private String leftOut(Rejection rejection, long bytes) {
        return "%s; value and headers are left out here: with the reason expected at most %d bytes, got %d"
                .formatted(rejection.message(), maxRecordBytes, bytes);
    }

    /** The record's key, or the stream's id where that key is longer than any. */
    private static byte @Nullable [] keyOf(
            Record<byte[], byte[]> incoming, @Nullable String streamId) {
        byte[] key = incoming.key();
        if (key == null || key.length <= LONGEST_KEY_BYTES) {
            return key;
        }
        return streamId == null ? null : streamId.getBytes(StandardCharsets.UTF_8);
    }

    private void forward(
            Record<byte[], byte[]> incoming,
            byte @Nullable [] key,
            byte @Nullable [] value,
            Headers headers,
            int partition,
            String child) {
        context.forward(
                new Record<>(key, new Routed(value, partition), incoming.timestamp(), headers),
                child);
    }

    private void report(
            Record<byte[], byte[]> incoming,
            byte @Nullable [] key,
            SegmentReport report,
            int partition) {
        forward(
                incoming,
                key,
                report.toJson(),
                new RecordHeaders(),
                partition,
                UpscaleTopology.REPORTS);
    }
}
