package io.upriver.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.engine.FrameBatcher;
import io.upriver.kafka.ClusterWatch.Found;
import io.upriver.observe.SegmentsInWork.Oldest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.streams.KafkaStreams.State;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What each check says of right and wrong states. */
class HealthTest {

    private static final Duration STALL = Duration.ofMinutes(5);
    private static final Duration DEADLINE = Duration.ofSeconds(40);
    private static final String FIRST = "StreamThread-1";
    private static final String SECOND = "StreamThread-2";

    @Test
    void streamsLiveWhileAllThreadsDo() {
        HealthCheckResponse both = StreamsHealth.of(threads(State.RUNNING, FIRST, SECOND));

        assertUp(both);
        assertEquals("2 of 2", both.getData().orElseThrow().get("threads"));
        assertEquals("0, 3", both.getData().orElseThrow().get("partitions of " + FIRST));
    }

    @Test
    void streamsAreDeadWhereAThreadIsAndNoneTookItsPlace() {
        HealthCheckResponse one =
                StreamsHealth.of(
                        new StreamThreads(State.RUNNING, partitions(FIRST), List.of(SECOND), 2));

        assertDown(one);
        assertEquals("1 of 2", one.getData().orElseThrow().get("threads"));
        assertEquals(true, one.getData().orElseThrow().get("dead " + SECOND));
    }

    @ParameterizedTest
    @EnumSource(
            value = State.class,
            names = {"PENDING_ERROR", "ERROR", "PENDING_SHUTDOWN", "NOT_RUNNING"})
    void streamsAreDeadWhereTheyHaveEnded(State state) {
        assertDown(StreamsHealth.of(threads(state, FIRST, SECOND)));
    }

    @ParameterizedTest
    @EnumSource(
            value = State.class,
            names = {"CREATED", "REBALANCING"})
    void streamsLiveWhileTheyWaitForTheGroup(State state) {
        assertUp(StreamsHealth.of(threads(state, FIRST, SECOND)));
    }

    @Test
    void lanesLiveWhileTheyAnswer() {
        assertUp(LanesHealth.of(load(7, 0), 2, STALL));
        assertUp(LanesHealth.of(load(7, STALL.toNanos()), 2, STALL));
    }

    @Test
    void lanesAreStuckWhereOneDoesNotAnswer() {
        HealthCheckResponse stuck = LanesHealth.of(load(7, STALL.toNanos() + 1), 2, STALL);

        assertDown(stuck);
        assertEquals(7L, stuck.getData().orElseThrow().get("frames waiting"));
        assertEquals(300_000L, stuck.getData().orElseThrow().get("unanswered for ms"));
    }

    @Test
    void workGoesOnWhileSegmentsAreDoneOrGivenUp() {
        Oldest slow = new Oldest("stream cam-7 segment 1042", DEADLINE.multipliedBy(2));

        assertUp(WorkHealth.of(0, 2, Optional.empty(), Optional.empty(), DEADLINE));
        assertUp(WorkHealth.of(1, 2, Optional.of(slow), Optional.of(STALL), DEADLINE));
    }

    @Test
    void workIsStuckWhereASegmentIsNotEvenGivenUp() {
        Oldest stuck =
                new Oldest("stream cam-7 segment 1042", DEADLINE.multipliedBy(2).plusMillis(1));

        HealthCheckResponse work =
                WorkHealth.of(
                        1, 2, Optional.of(stuck), Optional.of(Duration.ofSeconds(90)), DEADLINE);

        assertDown(work);
        assertEquals(stuck.label(), work.getData().orElseThrow().get("oldest"));
        assertEquals(90_000L, work.getData().orElseThrow().get("last ended before ms"));
    }

    @Test
    void theBrokerIsReadyWithAllTopics() {
        HealthCheckResponse ready = BrokerHealth.of(found(List.of(), 12, null));

        assertUp(ready);
        assertEquals(12L, ready.getData().orElseThrow().get("segments waiting"));
    }

    @Test
    void theBrokerIsNotReadyWhereATopicIsMissing() {
        HealthCheckResponse missing =
                BrokerHealth.of(found(List.of("upriver.models", "upriver.streams"), 0, null));

        assertDown(missing);
        assertEquals(
                "upriver.models, upriver.streams",
                missing.getData().orElseThrow().get("missing topics"));
    }

    @Test
    void theBrokerIsNotReadyWhereItDoesNotAnswer() {
        HealthCheckResponse gone = BrokerHealth.of(found(List.of(), -1, "no answer"));

        assertDown(gone);
        assertEquals("no answer", gone.getData().orElseThrow().get("trouble"));
        assertFalse(gone.getData().orElseThrow().containsKey("segments waiting"));
    }

    @Test
    void theBrokerIsNotReadyWhereTheLastAnswerIsOld() {
        long longAgo = System.nanoTime() - Duration.ofSeconds(31).toNanos();

        assertDown(BrokerHealth.of(new Found(longAgo, List.of(), 0, null)));
    }

    @Test
    void theEngineIsReadyWithAModelOrTheDecisionToInterpolate() {
        assertTrue(EngineHealth.isAble(Map.of("nano x2", "60cc"), Map.of()));
        assertTrue(EngineHealth.isAble(Map.of(), Map.of("film x2", "there is none")));
        assertFalse(EngineHealth.isAble(Map.of(), Map.of()), "no model and no decision");
    }

    @Test
    void hasStartedOnceTheGroupGaveItsPartAndTheModelsAreThere() {
        Map<String, String> loading = Map.of("film", "loading for 3 s");

        assertUp(StartHealth.of(true, List.of(1), true, Map.of()));
        assertUp(StartHealth.of(true, List.of(), true, Map.of()));
        assertDown(StartHealth.of(false, List.of(), true, Map.of()));
        assertDown(StartHealth.of(true, List.of(1), false, Map.of()));
        HealthCheckResponse notYet = StartHealth.of(true, List.of(1), true, loading);
        assertDown(notYet);
        assertEquals("loading for 3 s", notYet.getData().orElseThrow().get("next model film"));
    }

    private static StreamThreads threads(State state, String... names) {
        return new StreamThreads(state, partitions(names), List.of(), 2);
    }

    private static SortedMap<String, List<Integer>> partitions(String... threads) {
        SortedMap<String, List<Integer>> partitions = new TreeMap<>();
        for (String thread : threads) {
            partitions.put(thread, List.of(0, 3));
        }
        return partitions;
    }

    private static FrameBatcher.Load load(int waiting, long unansweredNanos) {
        return new FrameBatcher.Load(waiting, 40, 1_000_000, unansweredNanos);
    }

    private static Found found(List<String> missing, long waiting, String trouble) {
        return new Found(System.nanoTime(), missing, waiting, trouble);
    }

    private static void assertUp(HealthCheckResponse response) {
        assertEquals(HealthCheckResponse.Status.UP, response.getStatus(), response.getName());
    }

    private static void assertDown(HealthCheckResponse response) {
        assertEquals(HealthCheckResponse.Status.DOWN, response.getStatus(), response.getName());
    }
}
