package io.upriver.segment;

import io.upriver.model.ModelLease;
import io.upriver.model.ModelRegistry;
import io.upriver.schemas.Segment;
import io.upriver.schemas.Shortcut;
import io.upriver.schemas.StreamSettings;
import io.upriver.segment.CostEstimates.Work;
import io.upriver.segment.Ladder.Way;
import io.upriver.segment.WayChoice.Candidate;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Does the segments of streams with a deadline: each by the dearest way that is expected to be in
 * time, by what the ways have cost lately. One that turns out to be late is begun anew by a cheaper
 * way, so that no segment is done by two.
 *
 * <p>Thread-safe; one for a worker.
 */
final class OnTime {

    /** What it takes to write a segment as it is, once it was read through, and a little more. */
    private static final double PASS_THROUGH_MILLIS = 20;

    /** Later than this part of the deadline is no use. */
    private static final double FAR = 0.25;

    private static final int STREAMS_REMEMBERED = 10_000;

    /** Does a segment with a model, or ends with {@link LateException} where the pace says so. */
    @FunctionalInterface
    interface Attempt {
        SegmentResult with(ModelLease model, Pace pace);
    }

    private final ModelRegistry models;
    private final Clock clock;
    private final String worker;
    private final CostEstimates costs;
    private final Map<String, WayChoice> choices = // guarded by itself
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, WayChoice> eldest) {
                    return size() > STREAMS_REMEMBERED;
                }
            };

    OnTime(ModelRegistry models, Clock clock, String worker) {
        this.models = models;
        this.clock = clock;
        this.worker = worker;
        this.costs = new CostEstimates(clock);
    }

    /**
     * Does one segment.
     *
     * @param glance what it holds
     * @param asked the model that its stream has, or interpolation; stays the caller's
     */
    SegmentResult upscale(
            Segment segment,
            Glance glance,
            StreamSettings settings,
            Due due,
            ModelLease asked,
            Attempt attempt) {
        long start = clock.millis();
        WayChoice choice = choiceOf(segment.streamId());
        try (Ladder ladder = new Ladder(settings, asked, models)) {
            List<Way> ways = ladder.ways();
            List<Candidate> candidates = candidates(ways, glance, settings);
            long left = due.leftMillis(start);
            int place = choice.choose(candidates, left);
            Shortcut shortcut =
                    place == 0 ? null : shortcut(settings, candidates, place, left, choice);
            while (true) {
                Way way = ways.get(place);
                if (way.name().equals(Ladder.PASS_THROUGH)) {
                    return passThrough(segment, glance, settings, shortcut, start);
                }
                Work work = work(way, glance, settings);
                Pace pace = pace(candidates, place, work, glance, due);
                try {
                    return learned(
                            attempt(way, settings, attempt, shortcut, pace),
                            work,
                            glance,
                            pace,
                            shortcut,
                            start);
                } catch (LateException e) {
                    costs.learn(work, glance.frames(), e.expectedMillis(), 0);
                    place = choice.giveUp(candidates, place, due.leftMillis(clock.millis()));
                    shortcut = shortcut(settings, Shortcut.Code.GIVEN_UP, e.getMessage());
                }
            }
        }
    }

    /** Lets a segment through for which there is no time at all. */
    SegmentResult passThrough(Segment segment, Glance glance, StreamSettings settings, Due due) {
        long now = clock.millis();
        return passThrough(segment, glance, settings, late(settings, due.leftMillis(now)), now);
    }

    private SegmentResult passThrough(
            Segment segment,
            Glance glance,
            StreamSettings settings,
            Shortcut shortcut,
            long startMillis) {
        long before = clock.millis() - startMillis;
        return PassThrough.of(segment, glance, settings.container(), shortcut.message(), worker)
                .by(shortcut, before);
    }

    private SegmentResult attempt(
            Way way,
            StreamSettings settings,
            Attempt attempt,
            @Nullable Shortcut shortcut,
            Pace pace) {
        if (way.model() != null) {
            return attempt.with(way.model(), pace);
        }
        try (ModelLease interpolation =
                models.interpolation(settings.scale(), shortcut.message())) {
            return attempt.with(interpolation, pace);
        }
    }

    /** The same result, after its time was taken note of. */
    private SegmentResult learned(
            SegmentResult result,
            Work work,
            Glance glance,
            Pace pace,
            @Nullable Shortcut shortcut,
            long startMillis) {
        if (!(result instanceof SegmentResult.Upscaled upscaled)) {
            return result;
        }
        boolean isBySubstitute = upscaled.canary() != null && upscaled.canary().failure() != null;
        if (!isBySubstitute) {
            costs.learn(
                    work,
                    glance.frames(),
                    (double) clock.millis() - pace.startMillis(),
                    pace.tailMillis());
        }
        return shortcut == null
                ? upscaled
                : upscaled.by(shortcut, pace.startMillis() - startMillis);
    }

    private WayChoice choiceOf(String streamId) {
        synchronized (choices) {
            return choices.computeIfAbsent(streamId, any -> new WayChoice());
        }
    }

    private static Work work(Way way, Glance glance, StreamSettings settings) {
        return new Work(way.key(), settings.scale(), settings.encoding(), glance.size());
    }

    private List<Candidate> candidates(List<Way> ways, Glance glance, StreamSettings settings) {
        return ways.stream().map(way -> candidate(way, glance, settings)).toList();
    }

    private Candidate candidate(Way way, Glance glance, StreamSettings settings) {
        if (way.name().equals(Ladder.PASS_THROUGH)) {
            return new Candidate(way.name(), PASS_THROUGH_MILLIS, PASS_THROUGH_MILLIS);
        }
        Work work = work(way, glance, settings);
        return new Candidate(
                way.name(),
                costs.millis(work, glance.frames()),
                costs.hopedMillis(work, glance.frames()));
    }

    /** The pace of one way, which knows what the dearest of those would take that would do now. */
    private Pace pace(List<Candidate> candidates, int place, Work work, Glance glance, Due due) {
        long left = due.leftMillis(clock.millis());
        int next = place + 1;
        while (next < candidates.size() - 1 && candidates.get(next).millis() > left) {
            next++;
        }
        return new Pace(
                clock,
                candidates.get(place).name(),
                glance.frames(),
                due.doneMillis(),
                costs.tail(work),
                candidates.get(next).millis(),
                FAR * due.deadlineMillis());
    }

    private static Shortcut shortcut(
            StreamSettings settings,
            List<Candidate> candidates,
            int place,
            long leftMillis,
            WayChoice choice) {
        if (leftMillis <= 0) {
            return late(settings, leftMillis);
        }
        Candidate dearer = candidates.get(place - 1);
        return dearer.millis() > leftMillis
                ? shortcut(
                        settings,
                        Shortcut.Code.SLOW,
                        "%s is expected to take %.0f ms, with %d ms left"
                                .formatted(dearer.name(), dearer.millis(), leftMillis))
                : shortcut(
                        settings,
                        Shortcut.Code.HELD,
                        "%s is tried again %d segments later at the earliest"
                                .formatted(dearer.name(), choice.segmentsToWait()));
    }

    private static Shortcut late(StreamSettings settings, long leftMillis) {
        return shortcut(
                settings,
                Shortcut.Code.LATE,
                "it could be begun only %d ms after it had to be done".formatted(-leftMillis));
    }

    private static Shortcut shortcut(StreamSettings settings, Shortcut.Code code, String why) {
        return new Shortcut(settings.model(), code, Shortcut.BEHIND + why);
    }
}
