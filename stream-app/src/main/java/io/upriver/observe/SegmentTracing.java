package io.upriver.observe;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Spans of segments: one for the work on a record, in the trace that the record came in, and one
 * below it for each stage. Names of attributes are those of OpenTelemetry's conventions for
 * messaging where there are such. Where nothing is traced, a span is the record's own trace context
 * and nothing else. Thread-safe.
 */
public final class SegmentTracing {

    private static final TextMapPropagator W3C = W3CTraceContextPropagator.getInstance();

    private static final TextMapGetter<Arrival> HEADERS =
            new TextMapGetter<>() {
                @Override
                public Iterable<String> keys(Arrival arrival) {
                    return List.of("traceparent", "tracestate");
                }

                @Override
                public @Nullable String get(@Nullable Arrival arrival, String key) {
                    if (arrival == null) {
                        return null;
                    }
                    return switch (key) {
                        case "traceparent" -> arrival.traceparent();
                        case "tracestate" -> arrival.tracestate();
                        default -> null;
                    };
                }
            };

    private final Tracer tracer;
    private final String group;

    /**
     * @param tracing where spans go; {@link OpenTelemetry#noop()} for nowhere
     * @param group the workers' consumer group
     */
    public SegmentTracing(OpenTelemetry tracing, String group) {
        this.tracer = tracing.getTracer("io.upriver");
        this.group = group;
    }

    Span begin(Arrival arrival) {
        Context parent = W3C.extract(Context.root(), arrival, HEADERS);
        SpanBuilder span =
                tracer.spanBuilder("process " + arrival.topic())
                        .setParent(parent)
                        .setSpanKind(SpanKind.CONSUMER)
                        .setAttribute("messaging.system", "kafka")
                        .setAttribute("messaging.operation.name", "process")
                        .setAttribute("messaging.operation.type", "process")
                        .setAttribute("messaging.destination.name", arrival.topic())
                        .setAttribute(
                                "messaging.destination.partition.id",
                                Integer.toString(arrival.partition()))
                        .setAttribute("messaging.consumer.group.name", group)
                        .setAttribute("messaging.kafka.offset", arrival.offset())
                        .setAttribute("messaging.message.body.size", arrival.bytes())
                        .setAttribute("upriver.segment", arrival.sequence());
        if (arrival.streamId() != null) {
            span.setAttribute("upriver.stream", arrival.streamId());
        }
        return span.startSpan();
    }

    /** A span for each stage, which has been, below the span of the calling thread. */
    void stages(StageTimes times) {
        Context parent = Context.current();
        if (!Span.fromContext(parent).isRecording()) {
            return;
        }
        for (Stage stage : Stage.values()) {
            StageTimes.Time time = times.of(stage);
            if (time != null) {
                tracer.spanBuilder(stage.word())
                        .setParent(parent)
                        .setStartTimestamp(time.from())
                        .setAttribute("upriver.busy_ms", time.busyNanos() / 1_000_000)
                        .startSpan()
                        .end(time.to());
            }
        }
    }

    /** The headers that continue a span's trace; none where it has no trace. */
    static Map<String, String> headers(Span span) {
        Map<String, String> headers = new HashMap<>();
        W3C.inject(span.storeInContext(Context.root()), headers, Map::put);
        return headers;
    }
}
