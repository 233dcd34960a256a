package io.upriver.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.model.BuiltInModels;
import io.upriver.model.ModelLease;
import io.upriver.schemas.Container;
import io.upriver.schemas.Outcome;
import io.upriver.schemas.PictureSize;
import io.upriver.schemas.Segment;
import io.upriver.schemas.Shortcut;
import io.upriver.schemas.StreamSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A live stream in a time of our own: a segment of 60 frames every 2 s, each to be done in 2 s. */
class OnTimeTest {

    private static final Glance GLANCE = new Glance(60, new PictureSize(640, 360));
    private static final int SEGMENT_MILLIS = 2000;
    private static final StreamSettings BASE =
            StreamSettings.DEFAULT.withModel("base").withDeadlineMillis(SEGMENT_MILLIS);

    private static WorkerCore core;
    private static String base;
    private static String nano;

    private final TestClock clock = new TestClock();
    private final OnTime onTime = new OnTime(core.models(), clock, "worker-1");
    private final List<Outcome> outcomes = new ArrayList<>();
    private final List<Long> latencies = new ArrayList<>();
    private final long startMillis = clock.millis();

    /** What a frame takes. */
    private record Speed(long base, long nano, long interpolation) {}

    @BeforeAll
    static void load() {
        core = new WorkerCore();
        BuiltInModels.addTo(core.models());
        base = digest("base");
        nano = digest("nano");
    }

    private static String digest(String name) {
        try (ModelLease lease = core.models().lease(name, 2, "cam")) {
            return lease.digest();
        }
    }

    @AfterAll
    static void close() {
        core.close();
    }

    /** The stream goes on for so many segments. */
    private List<String> live(StreamSettings settings, int segments, Speed speed) {
        for (int i = 0; i < segments; i++) {
            long produced = startMillis + (long) outcomes.size() * SEGMENT_MILLIS;
            clock.advance(Math.max(0, produced - clock.millis()));
            SegmentResult result = one(settings, produced, speed);
            outcomes.add(((SegmentResult.Upscaled) result).outcome());
            latencies.add(clock.millis() - produced);
        }
        List<Outcome> latest = outcomes.subList(outcomes.size() - segments, outcomes.size());
        return latest.stream().map(OnTimeTest::way).toList();
    }

    private SegmentResult one(StreamSettings settings, long producedMillis, Speed speed) {
        Segment segment = Segment.of("cam-7", outcomes.size(), Container.MPEG_TS, new byte[] {1});
        try (ModelLease asked = core.models().lease(settings.model(), 2, "cam-7")) {
            return onTime.upscale(
                    segment,
                    GLANCE,
                    settings,
                    Due.of(settings, producedMillis),
                    asked,
                    (model, pace) -> work(segment, model, pace, speed));
        }
    }

    private SegmentResult work(Segment segment, ModelLease model, Pace pace, Speed speed) {
        long takes =
                model.digest() == null
                        ? speed.interpolation()
                        : model.digest().equals(base) ? speed.base() : speed.nano();
        for (int frame = 0; frame < GLANCE.frames(); frame++) {
            clock.advance(takes);
            pace.frameDone();
        }
        return new SegmentResult.Upscaled(
                segment,
                new Outcome(
                        model.digest() == null
                                ? Outcome.Method.INTERPOLATED
                                : Outcome.Method.NETWORK,
                        model.interpolatedBecause(),
                        null,
                        null,
                        model.digest(),
                        2,
                        60,
                        0,
                        0,
                        0,
                        List.of(),
                        0,
                        0,
                        0,
                        60 * takes,
                        "worker-1"),
                null,
                null);
    }

    private static String way(Outcome outcome) {
        String digest = outcome.modelDigest();
        return digest == null
                ? outcome.method().wireName()
                : digest.equals(base) ? "base" : digest.equals(nano) ? "nano" : digest;
    }

    private static long count(List<String> ways, String way) {
        return ways.stream().filter(way::equals).count();
    }

    @Test
    void leavesAStreamAloneThatIsInTime() {
        // When
        List<String> ways = live(BASE, 30, new Speed(25, 15, 10));

        // Then
        assertEquals(30, count(ways, "base"));
        assertTrue(outcomes.stream().allMatch(outcome -> outcome.shortcut() == null));
    }

    @Test
    void takesTheSmallerNetworkWhereTheOneAskedForIsTooSlow() {
        // When
        List<String> ways = live(BASE, 300, new Speed(100, 20, 10));

        // Then
        assertEquals(300, count(ways, "nano"), ways.toString());
        assertEquals(0, count(ways, "base"));
        assertEquals(0, count(ways, "passthrough"));
        assertInTime();
        Shortcut first = outcomes.get(0).shortcut();
        assertEquals("base", first.asked());
        assertEquals(Shortcut.Code.GIVEN_UP, first.code());
        assertEquals(
                "behind schedule: base had 2 of 60 frames after 200 ms, with 1600 ms left",
                first.message());
        Set<Shortcut.Code> codes = new TreeSet<>();
        outcomes.forEach(outcome -> codes.add(outcome.shortcut().code()));
        assertEquals(Set.of(Shortcut.Code.GIVEN_UP, Shortcut.Code.SLOW), codes);
    }

    @Test
    void neverStallsWhateverTheLoadAndIsBackSoonAfterIt() {
        // Given
        assertEquals(20, count(live(BASE, 20, new Speed(25, 15, 10)), "base"));

        // When everything becomes four times as slow, and hopeless
        live(BASE, 50, new Speed(100, 60, 25));
        List<String> hopeless = live(BASE, 50, new Speed(300, 200, 150));
        List<String> free = live(BASE, 40, new Speed(25, 15, 10));

        // Then
        assertInTime();
        assertTrue(count(hopeless, "passthrough") > 45, hopeless.toString());
        assertEquals(20, count(free.subList(20, 40), "base"), free.toString());
    }

    @Test
    void clearsABacklogInNoTimeAndGoesOnAsAskedFor() {
        // Given a hundred segments that nobody worked on
        clock.advance(100L * SEGMENT_MILLIS);

        // When
        List<String> ways = live(BASE, 110, new Speed(25, 15, 10));

        // Then
        assertEquals(100, count(ways.subList(0, 100), "passthrough"), ways.toString());
        assertEquals(9, count(ways.subList(101, 110), "base"), ways.toString());
        assertEquals(Shortcut.Code.LATE, outcomes.get(0).shortcut().code());
        assertEquals(
                "behind schedule: it could be begun only 198200 ms after it had to be done",
                outcomes.get(0).shortcut().message());
    }

    @Test
    void interpolatesOnlyForAStreamThatAsksForIt() {
        // Given
        StreamSettings none = BASE.withModel("none");

        // When
        List<String> ways = live(none, 10, new Speed(1, 1, 10));
        List<String> slow = live(none, 10, new Speed(1, 1, 100));

        // Then
        assertEquals(10, count(ways, "interpolated"));
        assertEquals("asked for", outcomes.get(0).reason());
        assertEquals(10, count(slow, "passthrough"), slow.toString());
        assertEquals("none", outcomes.get(15).shortcut().asked());
        assertInTime();
    }

    @Test
    void countsTheTimeThatWasSpentInVain() {
        // When
        live(BASE, 1, new Speed(100, 15, 10));

        // Then 2 frames of the one network and 60 of the other
        assertEquals(2 * 100 + 60 * 15, outcomes.get(0).totalMillis());
        assertEquals(List.of("nano"), outcomes.stream().map(OnTimeTest::way).toList());
    }

    private void assertInTime() {
        LongStream late =
                latencies.stream().mapToLong(Long::longValue).filter(l -> l > SEGMENT_MILLIS);
        assertEquals(0, late.count(), latencies.toString());
    }
}
