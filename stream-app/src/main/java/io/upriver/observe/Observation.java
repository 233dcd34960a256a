package io.upriver.observe;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import io.upriver.observe.SegmentMeters.Result;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is seen of one segment, from its record to its result. Used by one thread, whose log lines
 * have the segment's fields meanwhile, and which closes it.
 */
public final class Observation implements AutoCloseable {

    private final Arrival arrival;
    private final SegmentMeters meters;
    private final SegmentsInWork inWork;
    private final Clock clock;
    private final Span span;
    private final Scope scope;
    private final LogFields fields = new LogFields();
    private SegmentsInWork.@Nullable InWork working;
    private boolean isThrough;

    @SuppressWarnings("MustBeClosedChecker") // with this
    Observation(
            Arrival arrival,
            SegmentMeters meters,
            SegmentsInWork inWork,
            SegmentTracing tracing,
            Clock clock) {
        this.arrival = arrival;
        this.meters = meters;
        this.inWork = inWork;
        this.clock = clock;
        span = tracing.begin(arrival);
        scope = span.makeCurrent();
        addFields();
    }

    private void addFields() {
        if (arrival.streamId() != null) {
            fields.with(LogFields.STREAM, arrival.streamId());
        }
        fields.with(LogFields.SEGMENT, Long.toString(arrival.sequence()));
        SpanContext context = span.getSpanContext();
        if (context.isValid()) {
            fields.with(LogFields.TRACE, context.getTraceId());
            fields.with(LogFields.SPAN, context.getSpanId());
        }
    }

    /** It has its place among those in work. */
    public void working() {
        working = inWork.begin(arrival.label());
    }

    /** It has given its place back. */
    public void worked() {
        if (working != null) {
            meters.worked(inWork.end(working));
            working = null;
        }
    }

    /** The trace headers of its result by name; none where it has no trace. */
    public Map<String, String> traceHeaders() {
        return SegmentTracing.headers(span);
    }

    /** Whether its trace is told to somebody. */
    public boolean isTraced() {
        return span.isRecording();
    }

    /**
     * Its result was handed to Kafka.
     *
     * @param method how its pixels were made, such as {@code network}
     * @param shortcut why by a cheaper way than asked for, in a word, or null
     * @param modelDigest of the network, or null
     */
    public void done(
            String method, @Nullable String shortcut, @Nullable String modelDigest, long frames) {
        Result result = new Result(method, shortcut == null ? SegmentMeters.AS_ASKED : shortcut);
        through(result, frames);
        if (modelDigest != null) {
            span.setAttribute("upriver.model.digest", modelDigest);
        }
    }

    /** It was put aside. */
    public void rejected(String code, String message) {
        through(new Result(SegmentMeters.REJECTED, code), 0);
        span.setAttribute("error.type", code);
        span.setStatus(StatusCode.ERROR, message);
    }

    private void through(Result result, long frames) {
        meters.through(result, frames, clock.millis() - arrival.producedMillis());
        span.setAttribute("upriver.outcome", result.outcome());
        span.setAttribute("upriver.reason", result.reason());
        isThrough = true;
    }

    @Override
    public void close() {
        worked();
        if (!isThrough) {
            span.setStatus(StatusCode.ERROR, "given back: another worker does it again");
        }
        scope.close();
        span.end();
        fields.close();
    }
}
