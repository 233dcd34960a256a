package io.upriver.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SegmentReportTest {

    private final Samples samples = new Samples(31);

    @Test
    void accountsForASegmentThatCameThrough() {
        // Given
        Segment in = Segment.of("cam-7", 1042, Container.MP4, new byte[10]);
        Segment out = in.withMedia(Container.MP4, new byte[25]);
        Outcome outcome = samples.outcome();

        // When
        SegmentReport report = SegmentReport.upscaled(in, out, outcome, null, null, 90L, 99);

        // Then
        assertEquals(
                new SegmentReport("cam-7", 1042, outcome, null, null, null, 10, 25, 90L, 99),
                report);
    }

    @Test
    void accountsForARecordThatWasRejected() {
        // Given
        Rejection rejection =
                new Rejection(Rejection.Code.MALFORMED_RECORD, "no key", null, 17, "worker-1");

        // When
        SegmentReport report = SegmentReport.rejected(rejection, 10, null, 99);

        // Then
        assertEquals(
                new SegmentReport(null, 17, null, rejection, null, null, 10, 0, null, 99), report);
    }

    @Test
    void readsBackWhateverItWrites() {
        for (int i = 0; i < 1000; i++) {
            SegmentReport report = samples.segmentReport();
            assertEquals(report, SegmentReport.fromJson(report.toJson()));
        }
    }

    @Test
    void hasAnOutcomeOrARejectionAndNeverBoth() {
        // When
        var neither =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new SegmentReport("a", 0, null, null, null, null, 0, 0, null, 0));
        var both =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                new SegmentReport(
                                        "a",
                                        0,
                                        samples.outcome(),
                                        samples.rejection(),
                                        null,
                                        null,
                                        0,
                                        0,
                                        null,
                                        0));

        // Then
        assertEquals("expected an outcome or a rejection, got neither", neither.getMessage());
        assertEquals("expected an outcome or a rejection, got both", both.getMessage());
    }

    @Test
    void namesItsStreamUnlessTheRejectedRecordDidNot() {
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        new SegmentReport(
                                null, 0, samples.outcome(), null, null, null, 0, 0, null, 0));
    }

    @Test
    void namesTheWholePathOfAWrongProperty() {
        // Given
        String json =
                "{\"streamId\":\"a\",\"sequence\":1,\"committedMillis\":1,"
                        + "\"outcome\":{\"method\":\"magic\",\"scale\":1,\"worker\":\"w\"}}";

        // When
        var refusal =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> SegmentReport.fromJson(json.getBytes(UTF_8)));

        // Then
        assertTrue(
                refusal.getMessage()
                        .startsWith("SegmentReport property outcome.method: expected one of"),
                refusal.getMessage());
    }

    @Test
    void refusesToBeReadWithoutItsSequence() {
        // Given
        String json = "{\"streamId\":\"a\",\"committedMillis\":1}";

        // When
        var refusal =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> SegmentReport.fromJson(json.getBytes(UTF_8)));

        // Then
        assertTrue(refusal.getMessage().contains("sequence"), refusal.getMessage());
    }
}
