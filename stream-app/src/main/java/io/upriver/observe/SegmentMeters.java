package io.upriver.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;

/**
 * Meters of segments: how many came out how, and what they took. All label values come from closed
 * sets and are there from the start, so that rates begin at 0. Thread-safe; called once or twice a
 * segment.
 */
public final class SegmentMeters {

    /** The reason of what was done as asked for. */
    public static final String AS_ASKED = "none";

    /** The outcome of what was not done. */
    public static final String REJECTED = "rejected";

    private static final Duration[] STAGE_BOUNDS =
            millis(10, 50, 100, 250, 500, 1000, 2500, 5000, 15000, 60000);
    private static final Duration[] SEGMENT_BOUNDS =
            millis(100, 250, 500, 1000, 2000, 4000, 8000, 15000, 30000, 60000, 300000);

    private final MeterRegistry registry;
    private final Timer work;
    private final Timer age;
    private final Map<Stage, Timer> stages = new EnumMap<>(Stage.class);

    /**
     * What may become of a segment.
     *
     * @param outcome such as {@code network}, or {@value #REJECTED}
     * @param reason a word from a closed set, {@value #AS_ASKED} where there is none
     */
    public record Result(String outcome, String reason) {

        boolean isRejected() {
            return outcome.equals(REJECTED);
        }

        /** Whether it was done by a cheaper way than asked for. */
        boolean isDowngrade() {
            return !isRejected() && !reason.equals(AS_ASKED);
        }
    }

    /**
     * @param results all that there can be
     */
    public SegmentMeters(MeterRegistry registry, Collection<Result> results) {
        this.registry = registry;
        work = timer("upriver.segment", SEGMENT_BOUNDS).register(registry);
        age = timer("upriver.segment.age", SEGMENT_BOUNDS).register(registry);
        for (Stage stage : Stage.values()) {
            stages.put(
                    stage,
                    timer("upriver.stage", STAGE_BOUNDS)
                            .tag("stage", stage.word())
                            .register(registry));
        }
        results.forEach(this::register);
    }

    private static Timer.Builder timer(String name, Duration... bounds) {
        return Timer.builder(name).serviceLevelObjectives(bounds);
    }

    private static Duration[] millis(long... millis) {
        Duration[] durations = new Duration[millis.length];
        for (int i = 0; i < millis.length; i++) {
            durations[i] = Duration.ofMillis(millis[i]);
        }
        return durations;
    }

    private void register(Result result) {
        segments(result);
        if (!result.isRejected()) {
            frames(result);
        }
        if (result.isDowngrade()) {
            downgrades(result);
        }
    }

    private Counter segments(Result result) {
        return registry.counter(
                "upriver.segments", "outcome", result.outcome(), "reason", result.reason());
    }

    private Counter frames(Result result) {
        return registry.counter("upriver.frames", "way", result.outcome());
    }

    private Counter downgrades(Result result) {
        return registry.counter(
                "upriver.deadline.downgrades", "way", result.outcome(), "reason", result.reason());
    }

    /**
     * A segment is through.
     *
     * @param frames in its result
     * @param ageMillis since the time of its record
     */
    void through(Result result, long frames, long ageMillis) {
        segments(result).increment();
        age.record(Duration.ofMillis(Math.max(0, ageMillis)));
        if (!result.isRejected()) {
            frames(result).increment((double) frames);
        }
        if (result.isDowngrade()) {
            downgrades(result).increment();
        }
    }

    /** Work on a segment has ended, well or badly. */
    void worked(Duration time) {
        work.record(time);
    }

    /** So long the stages of one attempt at a segment were at work. */
    void stages(StageTimes times) {
        stages.forEach(
                (stage, timer) -> {
                    StageTimes.Time time = times.of(stage);
                    if (time != null) {
                        timer.record(Duration.ofNanos(time.busyNanos()));
                    }
                });
    }
}
