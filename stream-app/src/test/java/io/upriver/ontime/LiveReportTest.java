package io.upriver.ontime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.schemas.Outcome;
import io.upriver.schemas.PictureSize;
import io.upriver.schemas.Shortcut;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One stream of segments of 2 s, and another in the second of three parts of 10 s. */
class LiveReportTest {

    private static final LivePlan PLAN =
            new LivePlan(1, 1, new PictureSize(320, 180), 30, 2000, 10, 2000, "default");
    private static final List<Long> STARTS = List.of(10_000L, 20_000L, 30_000L);

    private final List<Result> results = new ArrayList<>();

    private void came(int stream, long sequence, long producedMillis, long latency, String way) {
        results.add(
                new Result(
                        stream, sequence, producedMillis, producedMillis + latency, outcome(way)));
    }

    private static Outcome outcome(String way) {
        Outcome.Method method = Outcome.Method.ofWireName(way.replace("smaller ", ""));
        boolean isNetwork = method == Outcome.Method.NETWORK;
        boolean isShortcut = !way.equals("network");
        return new Outcome(
                method,
                isNetwork ? null : "behind schedule: slow",
                null,
                isShortcut
                        ? new Shortcut("default", Shortcut.Code.SLOW, "behind schedule: slow")
                        : null,
                isNetwork ? "0123" : null,
                method == Outcome.Method.PASSTHROUGH ? 1 : 2,
                60,
                0,
                0,
                0,
                List.of(),
                0,
                0,
                0,
                0,
                "worker-1");
    }

    /** All is well, but that two segments are done by a cheaper way after the other stream. */
    private void run() {
        for (int segment = 0; segment < 20; segment++) {
            long produced = 2000L * segment;
            String way = segment < 10 || segment >= 17 ? "network" : "smaller network";
            came(0, segment, produced, 1000 + segment, way);
            if (produced >= 20_000 && produced < 30_000) {
                came(1, segment - 10, produced, 1500, "passthrough");
            }
        }
    }

    @Test
    void saysOfEachPartWhatBecameOfItsSegments() {
        // Given
        run();

        // When
        LiveReport report = LiveReport.of(PLAN, STARTS, 25, results);

        // Then
        assertEquals(3, report.parts().size());
        Part first = report.parts().get(0);
        assertEquals(1, first.streams());
        assertEquals(5, first.segments());
        assertEquals(1007, first.latency().median());
        assertEquals(1009, first.latency().p90());
        assertEquals(1009, first.latency().max());
        assertEquals(2001, first.longestPauseMillis());
        assertEquals(Map.of("network", 5), first.ways());
        Part more = report.parts().get(1);
        assertEquals(2, more.streams());
        assertEquals(Map.of("smaller network", 5, "passthrough", 5), more.ways());
        assertEquals(0, report.lost());
        assertEquals(2, report.segmentsUntilBack());
        assertTrue(report.isKept(), report.toTable());
        assertTrue(
                report.toTable()
                        .contains("| at first | 1 | 5 | 1007 | 1009 | 1009 | 1009 | 2001 |"),
                report.toTable());
        assertTrue(report.toJson().contains("\"segmentsUntilBack\" : 2"), report.toJson());
    }

    @Test
    void noticesWhatIsLost() {
        run();
        LiveReport report = LiveReport.of(PLAN, STARTS, 26, results);
        assertEquals(1, report.lost());
        assertFalse(report.isKept());
    }

    @Test
    void noticesWhatCameTwiceOrOutOfOrder() {
        // Given
        run();
        came(0, 6, 12_000, 30_000, "network");

        // When
        LiveReport report = LiveReport.of(PLAN, STARTS, 25, results);

        // Then
        assertEquals(1, report.parts().get(0).twice());
        assertEquals(1, report.parts().get(0).outOfOrder());
        assertEquals(0, report.lost());
        assertFalse(report.isKept());
    }

    @ParameterizedTest
    @CsvSource({"4, 2001", "19, 9000"})
    void noticesADeadlineThatIsNotKeptAndAStall(int segment, long latency) {
        // Given
        run();
        results.removeIf(r -> r.stream() == 0 && r.sequence() == segment + 1);
        came(0, segment + 1, 2000L * segment + 2000, latency, "network");
        results.sort(Comparator.comparingLong(Result::cameMillis));

        // When
        LiveReport report = LiveReport.of(PLAN, STARTS, results.size(), results);

        // Then
        assertEquals(0, report.parts().stream().mapToInt(Part::outOfOrder).sum());
        assertFalse(report.isKept());
    }

    @Test
    void noticesThatTheNetworkNeverComesBack() {
        // Given
        run();
        results.removeIf(r -> r.producedMillis() >= 34_000);

        // When
        LiveReport report = LiveReport.of(PLAN, STARTS, results.size(), results);

        // Then
        assertEquals(-1, report.segmentsUntilBack());
        assertFalse(report.isKept());
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, 30, 2000, 10, 'streams: expected at least 1, got 0'",
        "1, 0, 30, 2000, 10, 'overload: expected at least 1, got 0'",
        "1, 1, 0, 2000, 10, 'fps: expected at least 1, got 0'",
        "1, 1, 30, 50, 10, 'segment: expected at least 100, got 50'",
        "1, 1, 30, 2010, 60, 'segment: expected a whole number of frames, got 2010 ms at 30 fps'",
        "1, 1, 30, 2000, 9, 'seconds: expected at least 5 segments of 2000 ms, got 9 s'"
    })
    void refusesAPlanThatIsNone(
            int streams, int more, int fps, int segment, int seconds, String words) {
        var refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                new LivePlan(
                                        streams,
                                        more,
                                        PLAN.size(),
                                        fps,
                                        segment,
                                        seconds,
                                        2000,
                                        "default"));
        assertEquals(words, refused.getMessage());
    }
}
