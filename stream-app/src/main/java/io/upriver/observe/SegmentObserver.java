package io.upriver.observe;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Clock;
import java.util.List;

/** Sees segments through: by meters, spans, and the fields of log lines. Thread-safe. */
public final class SegmentObserver {

    private final SegmentMeters meters;
    private final SegmentTracing tracing;
    private final SegmentsInWork inWork;
    private final Clock clock;

    /**
     * @param clock the time of the segments' records is compared with
     */
    public SegmentObserver(
            SegmentMeters meters, SegmentTracing tracing, SegmentsInWork inWork, Clock clock) {
        this.meters = meters;
        this.tracing = tracing;
        this.inWork = inWork;
        this.clock = clock;
    }

    /** One that tells nobody. */
    public static SegmentObserver untold() {
        return new SegmentObserver(
                new SegmentMeters(new SimpleMeterRegistry(), List.of()),
                new SegmentTracing(OpenTelemetry.noop(), ""),
                new SegmentsInWork(1),
                Clock.systemUTC());
    }

    /** Begins with a segment, on the thread that works on it. */
    public Observation begin(Arrival arrival) {
        return new Observation(arrival, meters, inWork, tracing, clock);
    }

    /** Takes what the stages of one attempt took, on the thread of the segment's observation. */
    public void stages(StageTimes times) {
        meters.stages(times);
        tracing.stages(times);
    }
}
