package io.upriver.topology;

import io.upriver.observe.Arrival;
import io.upriver.observe.Observation;
import io.upriver.observe.SegmentObserver;
import io.upriver.schemas.MalformedRecordException;
import io.upriver.schemas.Outcome;
import io.upriver.schemas.Rejection;
import io.upriver.schemas.Segment;
import io.upriver.schemas.SegmentHeaders;
import io.upriver.schemas.SegmentRecords;
import io.upriver.schemas.SegmentReport;
import io.upriver.schemas.Shortcut;
import io.upriver.schemas.StreamSettings;
import io.upriver.segment.Due;
import io.upriver.segment.SegmentResult;
import io.upriver.segment.StoppingException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
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
    private final SegmentObserver observer;
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
            SegmentObserver observer,
            int maxRecordBytes,
            Clock clock) {
        this.work = work;
        this.streams = streams;
        this.gate = gate;
        this.observer = observer;
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
            Rejection rejection = e.rejection(work.worker());
            try (Observation seen =
                    observe(incoming, origin, rejection.streamId(), rejection.sequence())) {
                reject(incoming, rejection, origin.partition(), seen);
            }
            return;
        }
        try (Observation seen = observe(incoming, origin, segment.streamId(), segment.sequence())) {
            process(incoming, segment, origin.partition(), seen);
        }
    }

    private Observation observe(
            Record<byte[], byte[]> incoming,
            RecordMetadata origin,
            @Nullable String streamId,
            long sequence) {
        return observer.begin(
                new Arrival(
                        origin.topic(),
                        origin.partition(),
                        origin.offset(),
                        streamId,
                        sequence,
                        sizeOf(incoming),
                        incoming.timestamp(),
                        SegmentHeaders.traceparentOf(incoming.headers()),
                        SegmentHeaders.tracestateOf(incoming.headers())));
    }

    private static int sizeOf(Record<byte[], byte[]> incoming) {
        return incoming.value() == null ? 0 : incoming.value().length;
    }

    private void process(
            Record<byte[], byte[]> incoming, Segment segment, int partition, Observation seen) {
        StreamSettings settings = streams.of(segment.streamId());
        SegmentResult result = resultOf(segment, settings, incoming.timestamp(), seen);
        if (result instanceof SegmentResult.Upscaled upscaled) {
            passOn(incoming, segment, upscaled, partition, seen);
        } else if (result instanceof SegmentResult.Rejected rejected) {
            reject(incoming, rejected.rejection(), partition, seen);
        }
        if (settings.deadlineMillis() != null) {
            context.commit(); // as soon as may be, and not when it is the time for it
        }
    }

    private SegmentResult resultOf(
            Segment segment, StreamSettings settings, long producedMillis, Observation seen) {
        Due due = Due.of(settings, producedMillis);
        boolean isIn =
                due == null ? gate.enter() : gate.enterWithin(due.leftMillis(clock.millis()));
        try {
            if (isIn) {
                seen.working();
            }
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
                seen.worked();
                gate.leave();
            }
        }
    }

    private void passOn(
            Record<byte[], byte[]> incoming,
            Segment segment,
            SegmentResult.Upscaled upscaled,
            int partition,
            Observation seen) {
        Segment out = upscaled.segment();
        Headers headers = headersOf(out, seen);
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
        tell(upscaled.outcome(), seen);
    }

    /** Those of an upscaled segment; in a trace that is told, it comes from the segment's span. */
    private static Headers headersOf(Segment out, Observation seen) {
        if (!seen.isTraced()) {
            return SegmentRecords.toRecord(UpscaleTopology.UPSCALED, null, out, SOURCE).headers();
        }
        Map<String, String> trace = seen.traceHeaders();
        Segment traced = out.withTraceparent(trace.get(SegmentHeaders.PLAIN_TRACEPARENT));
        Headers headers =
                SegmentRecords.toRecord(UpscaleTopology.UPSCALED, null, traced, SOURCE).headers();
        trace.forEach((name, value) -> headers.add(name, value.getBytes(StandardCharsets.UTF_8)));
        return headers;
    }

    private static void tell(Outcome outcome, Observation seen) {
        Shortcut shortcut = outcome.shortcut();
        seen.done(
                outcome.method().wireName(),
                shortcut == null ? null : shortcut.code().wireName(),
                outcome.modelDigest(),
                outcome.framesOut());
    }

    private void reject(
            Record<byte[], byte[]> incoming, Rejection rejection, int partition, Observation seen) {
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
        report(
                incoming,
                key,
                SegmentReport.rejected(
                        rejection, sizeOf(incoming), incoming.timestamp(), clock.millis()),
                partition);
        seen.rejected(rejection.code().wireName(), rejection.message());
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
