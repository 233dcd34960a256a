package io.upriver.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.model.CanaryJudge.Verdict;
import io.upriver.schemas.CanaryAccount;
import io.upriver.schemas.CanarySettings;
import io.upriver.schemas.Outcome;
import io.upriver.schemas.Quality;
import io.upriver.schemas.SegmentReport;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanaryJudgeTest {

    private static final String ITS = "1".repeat(64);
    private static final Quality CURRENT = new Quality(42, 1.2, 0.1, 20);

    private final CanaryJudge judge = judge("{\"segments\":10}");

    private static CanaryJudge judge(String settings) {
        return new CanaryJudge(
                ITS, 1000, CanarySettings.fromJson(settings.getBytes(StandardCharsets.UTF_8)));
    }

    private static SegmentReport done(Quality its, @Nullable Quality current) {
        return report(ITS, its, new CanaryAccount(ITS, null, current), 2000);
    }

    private static SegmentReport failed() {
        return report("2".repeat(64), CURRENT, new CanaryAccount(ITS, "it fell over", null), 2000);
    }

    private static SegmentReport report(
            String digest, Quality quality, @Nullable CanaryAccount canary, long millis) {
        Outcome outcome =
                new Outcome(
                        Outcome.Method.NETWORK,
                        null,
                        null,
                        null,
                        digest,
                        2,
                        60,
                        0,
                        0,
                        0,
                        List.of(),
                        1,
                        1,
                        1,
                        1,
                        "worker-1");
        return new SegmentReport("cam", 1, outcome, null, quality, canary, 10, 20, null, millis);
    }

    private static void repeat(CanaryJudge judge, int times, SegmentReport report) {
        for (int i = 0; i < times; i++) {
            judge.accept(report);
        }
    }

    @Test
    void promotesWhatHasDoneItsSegmentsAndIsNoWorse() {
        repeat(judge, 9, done(CURRENT, CURRENT));
        assertEquals(Verdict.WAIT, judge.verdict());
        judge.accept(done(CURRENT, CURRENT));
        assertEquals(Verdict.PROMOTE, judge.verdict());
        assertEquals(
                "10 of 10 segments done, 0 failed; against the current model: consistency +0.00 dB,"
                        + " sharpness +0.0 %, seams +0.00, time x1.00",
                judge.reason());
    }

    @Test
    void rollsBackAtTheFirstFailureTooMany() {
        CanaryJudge patient = judge("{\"segments\":10,\"failures\":1}");
        repeat(judge, 9, done(CURRENT, CURRENT));
        judge.accept(failed());
        patient.accept(failed());

        assertEquals(Verdict.ROLL_BACK, judge.verdict());
        assertTrue(judge.reason().endsWith("at most 0 may fail: it fell over"), judge.reason());
        assertEquals(Verdict.WAIT, patient.verdict());
        patient.accept(failed());
        assertEquals(Verdict.ROLL_BACK, patient.verdict());
    }

    @ParameterizedTest
    @CsvSource({
        "41.4, 1.20, 0.1, 20, consistency -0.60 dB, at least -0.50 asked",
        "42.0, 1.13, 0.1, 20, sharpness -5.8 %, at least -5.0 asked",
        "42.0, 1.20, 1.2, 20, seams +1.10, at most +1.00 asked",
        "42.0, 1.20, 0.1, 31, time x1.55, at most x1.50 asked"
    })
    void rollsBackWhatIsWorseAfterAFewSegments(
            double consistency,
            double sharpness,
            double seam,
            double millis,
            String words,
            String bound) {
        SegmentReport worse = done(new Quality(consistency, sharpness, seam, millis), CURRENT);
        repeat(judge, 4, worse);
        assertEquals(Verdict.WAIT, judge.verdict());
        judge.accept(worse);

        assertEquals(Verdict.ROLL_BACK, judge.verdict());
        assertTrue(judge.reason().endsWith(words + ", " + bound), judge.reason());
    }

    @Test
    void comparesMeansAndNotSingleFrames() {
        for (int i = 0; i < 5; i++) {
            judge.accept(done(new Quality(41, 1.2, 0.1, 20), CURRENT));
            judge.accept(done(new Quality(43, 1.2, 0.1, 20), CURRENT));
        }
        assertEquals(Verdict.PROMOTE, judge.verdict());
    }

    @Test
    void doesNotPromoteWhatWasNeverCompared() {
        repeat(judge, 100, done(CURRENT, null));
        assertEquals(Verdict.WAIT, judge.verdict());
    }

    @Test
    void passesOverOtherModelsAndEarlierTrials() {
        repeat(judge, 100, report("2".repeat(64), CURRENT, null, 2000));
        repeat(judge, 100, report(ITS, CURRENT, new CanaryAccount(ITS, null, CURRENT), 999));
        repeat(
                judge,
                100,
                report(
                        "3".repeat(64),
                        CURRENT,
                        new CanaryAccount("3".repeat(64), null, CURRENT),
                        2000));
        assertEquals("0 of 10 segments done, 0 failed", judge.describe());
    }

    @Test
    void leavesTheDecisionToOthersWhenAskedTo() {
        CanaryJudge silent = judge("{\"segments\":10,\"automatic\":false}");
        repeat(silent, 100, done(CURRENT, CURRENT));
        repeat(silent, 100, failed());
        assertEquals(Verdict.WAIT, silent.verdict());
    }
}
