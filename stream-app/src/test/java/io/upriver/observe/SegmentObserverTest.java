package io.upriver.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.MDC;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SegmentObserverTest {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String PARENT = "b7ad6b7169203331";
    private static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_000L);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final OpenTelemetrySdk sdk =
            OpenTelemetrySdk.builder()
                    .setTracerProvider(
                            SdkTracerProvider.builder()
                                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                                    .build())
                    .build();
    private final AtomicLong nanos = new AtomicLong();
    private final SegmentsInWork inWork = new SegmentsInWork(2, nanos::get);
    private final SegmentObserver observer = observer(sdk);

    @AfterEach
    void close() {
        sdk.close();
    }

    @Test
    void countsASegmentThatCameThrough() {
        try (Observation seen = observer.begin(arrival("-01"))) {
            seen.working();
            assertEquals(1, inWork.count());
            nanos.addAndGet(Duration.ofMillis(700).toNanos());
            seen.worked();
            seen.done("interpolated", "slow", null, 50);
        }

        assertEquals(1, count("upriver.segments", "outcome", "interpolated", "reason", "slow"));
        assertEquals(50, count("upriver.frames", "way", "interpolated"));
        assertEquals(
                1, count("upriver.deadline.downgrades", "way", "interpolated", "reason", "slow"));
        assertEquals(700, registry.get("upriver.segment").timer().totalTime(TimeUnit.MILLISECONDS));
        assertEquals(
                2_000,
                registry.get("upriver.segment.age").timer().totalTime(TimeUnit.MILLISECONDS));
        assertEquals(0, inWork.count());
    }

    @Test
    void continuesTheTraceWithAChildForEachStage() {
        long start = System.nanoTime();
        StageTimes times = new StageTimes();
        times.add(Stage.DECODE, start, start + 5_000_000, 2_000_000);
        times.add(Stage.ENCODE, start + 2_000_000, start + 4_000_000);
        times.add(Stage.ENCODE, start + 6_000_000, start + 9_000_000);

        Map<String, String> headers;
        try (Observation seen = observer.begin(arrival("-01"))) {
            assertTrue(seen.isTraced());
            observer.stages(times);
            headers = seen.traceHeaders();
            seen.done("network", null, "60cc58d7", 50);
        }

        List<SpanData> told = spans.getFinishedSpanItems();
        SpanData whole = told.get(2);
        assertEquals(TRACE, whole.getTraceId());
        assertEquals(PARENT, whole.getParentSpanId());
        assertEquals(SpanKind.CONSUMER, whole.getKind());
        assertEquals(
                "60cc58d7",
                whole.getAttributes().get(AttributeKey.stringKey("upriver.model.digest")));
        assertEquals(1042L, whole.getAttributes().get(AttributeKey.longKey("upriver.segment")));
        SpanData decode = told.get(0);
        SpanData encode = told.get(1);
        assertEquals("decode", decode.getName());
        assertEquals(whole.getSpanId(), decode.getParentSpanId());
        assertEquals(5_000_000, decode.getEndEpochNanos() - decode.getStartEpochNanos());
        assertEquals(2L, decode.getAttributes().get(AttributeKey.longKey("upriver.busy_ms")));
        assertEquals("encode", encode.getName());
        assertEquals(7_000_000, encode.getEndEpochNanos() - encode.getStartEpochNanos());
        assertEquals(5L, encode.getAttributes().get(AttributeKey.longKey("upriver.busy_ms")));
        assertEquals("00-" + TRACE + "-" + whole.getSpanId() + "-01", headers.get("traceparent"));
        assertEquals("vendor=1", headers.get("tracestate"));
    }

    @Test
    void saysInTheTraceWhatWentWrong() {
        try (Observation seen = observer.begin(arrival("-01"))) {
            seen.rejected("no-video", "there is none");
        }
        try (Observation seen = observer.begin(arrival("-01"))) {
            seen.working(); // and is given back
        }

        SpanData rejected = spans.getFinishedSpanItems().get(0);
        assertEquals(StatusCode.ERROR, rejected.getStatus().getStatusCode());
        assertEquals("there is none", rejected.getStatus().getDescription());
        assertEquals(
                "no-video", rejected.getAttributes().get(AttributeKey.stringKey("error.type")));
        SpanData givenBack = spans.getFinishedSpanItems().get(1);
        assertEquals(StatusCode.ERROR, givenBack.getStatus().getStatusCode());
        assertEquals(0, inWork.count(), "its place is free");
        assertEquals(1, count("upriver.segments", "outcome", "rejected", "reason", "no-video"));
        assertEquals(
                1, registry.get("upriver.segments").counters().size(), "not counted as anything");
    }

    @Test
    void tellsNothingOfATraceThatIsNotSampled() {
        try (Observation seen = observer.begin(arrival("-00"))) {
            assertFalse(seen.isTraced());
            seen.done("network", null, null, 1);
        }

        assertEquals(List.of(), spans.getFinishedSpanItems());
    }

    @Test
    void leavesATraceAsItIsWhereNothingIsTraced() {
        SegmentObserver silent = observer(OpenTelemetry.noop());

        try (Observation seen = silent.begin(arrival("-01"))) {
            assertFalse(seen.isTraced());
            assertEquals(
                    "00-" + TRACE + "-" + PARENT + "-01", seen.traceHeaders().get("traceparent"));
            assertEquals(TRACE, MDC.get("traceId"), "lines can be found by the producer's trace");
        }
        Arrival untraced = new Arrival("segments", 0, 7, "cam-7", 1042, 400, 0, null, null);
        try (Observation seen = silent.begin(untraced)) {
            assertEquals(Map.of(), seen.traceHeaders());
            assertNull(MDC.get("traceId"));
        }
    }

    @Test
    void givesLogLinesTheirFieldsForAsLongAsTheWorkLasts() {
        try (Observation seen = observer.begin(arrival("-01"))) {
            assertEquals("cam-7", MDC.get("stream"));
            assertEquals("1042", MDC.get("segment"));
            assertEquals(TRACE, MDC.get("traceId"));
            assertEquals(Span.current().getSpanContext().getSpanId(), MDC.get("spanId"));
            seen.done("network", null, null, 1);
        }

        for (String key : List.of("stream", "segment", "traceId", "spanId")) {
            assertNull(MDC.get(key), key);
        }
        assertFalse(Span.current().getSpanContext().isValid());
    }

    @Test
    void knowsTheSegmentThatIsWorkedOnForLongest() {
        try (Observation first = observer.begin(arrival("-01"));
                Observation second = observer.begin(arrival("-01"))) {
            first.working();
            nanos.addAndGet(Duration.ofMinutes(3).toNanos());
            second.working();

            assertEquals(Duration.ofMinutes(3), inWork.oldest().orElseThrow().time());
            assertEquals("stream cam-7 segment 1042", inWork.oldest().orElseThrow().label());
            assertTrue(inWork.sinceLastEnd().isEmpty());
        }
        assertTrue(inWork.oldest().isEmpty());
        assertEquals(Duration.ZERO, inWork.sinceLastEnd().orElseThrow());
    }

    private SegmentObserver observer(OpenTelemetry tracing) {
        return new SegmentObserver(
                new SegmentMeters(registry, List.of()),
                new SegmentTracing(tracing, "upriver"),
                inWork,
                Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private static Arrival arrival(String flags) {
        return new Arrival(
                "upriver.segments",
                3,
                7,
                "cam-7",
                1042,
                400,
                NOW.toEpochMilli() - 2_000,
                "00-" + TRACE + "-" + PARENT + flags,
                "vendor=1");
    }

    private double count(String name, String... tags) {
        return registry.get(name).tags(tags).counter().count();
    }
}
