package io.upriver.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MalformedRecordTest {

    private static final byte[] KEY = "cam-7".getBytes(UTF_8);
    private static final byte[] MP4 = "\0\0\0\u0018ftypisom".getBytes(UTF_8);

    private static Headers headers(String name, String value) {
        return new RecordHeaders().add(name, value.getBytes(UTF_8));
    }

    private static MalformedRecordException refusal(
            byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        return assertThrows(
                MalformedRecordException.class,
                () -> SegmentRecords.fromRecord(key, value, headers, 17));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ce_sequence | eleven | expected a decimal number, got 'eleven'",
                "ce_sequence | +1 | expected a decimal number, got '+1'",
                "ce_sequence | 1.0 | expected a decimal number, got '1.0'",
                "ce_sequence | ١ | expected a decimal number, got '١'",
                "ce_sequence | '' | expected a decimal number, got ''",
                "ce_sequence | 9999999999999999999 | expected a decimal number,"
                        + " got '9999999999999999999'",
                "ce_sequence | -1 | expected at least 0, got -1",
                "ce_type | io.upriver.segment.v2 | expected io.upriver.segment.v1,"
                        + " got 'io.upriver.segment.v2'",
                "ce_specversion | 0.3 | expected 1.0, got '0.3'",
                "content-type | text/plain | expected one of video/mp2t, video/mp4,"
                        + " video/x-matroska, got 'text/plain'",
                "content-type | application/cloudevents+json | expected CloudEvents in binary mode,"
                        + " got structured mode, 'application/cloudevents+json'",
                "ce_discontinuity | yes | expected true or false, got 'yes'",
                "ce_endofstream | TRUE | expected true or false, got 'TRUE'",
                "ce_segmentdurationms | 2s | expected a decimal number, got '2s'",
                "ce_segmentdurationms | -2 | expected at least 0, got -2",
                "ce_presentationstart | now | expected a decimal number, got 'now'",
                "ce_presentationend | then | expected a decimal number, got 'then'"
            })
    void refusesAHeaderThatIsWrongAndNamesIt(String header, String value, String sentence) {
        // When
        MalformedRecordException refusal = refusal(KEY, MP4, headers(header, value));

        // Then it names stream, segment, header, what was expected and what came
        assertEquals(
                "stream cam-7 segment %d: %s: %s".formatted(refusal.sequence(), header, sentence),
                refusal.getMessage());
        assertEquals("cam-7", refusal.streamId());
    }

    @Test
    void refusesARecordThatNamesNoStream() {
        for (byte[] key : new byte[][] {null, {}}) {
            // When
            MalformedRecordException refusal = refusal(key, MP4, new RecordHeaders());

            // Then
            assertEquals(
                    "an unnamed stream segment 17: expected the stream id as the key or in"
                            + " ce_subject, got neither",
                    refusal.getMessage());
            assertNull(refusal.streamId());
            assertEquals(17, refusal.sequence());
        }
    }

    @Test
    void refusesAKeyThatIsNoText() {
        // When
        MalformedRecordException refusal =
                refusal(new byte[] {(byte) 0xFF, 0x00}, MP4, new RecordHeaders());

        // Then
        assertEquals(
                "an unnamed stream segment 17: key: expected UTF-8 text, got 2 other bytes",
                refusal.getMessage());
    }

    @Test
    void refusesAKeyThatIsNoName() {
        // When
        MalformedRecordException refusal =
                refusal("x".repeat(250).getBytes(UTF_8), MP4, new RecordHeaders());

        // Then
        assertEquals(
                "an unnamed stream segment 17: key: expected at most 249 characters, got 250",
                refusal.getMessage());
    }

    @Test
    void refusesABlankSubjectEvenBesideAKey() {
        // When
        MalformedRecordException refusal = refusal(KEY, MP4, headers("ce_subject", " "));

        // Then
        assertTrue(refusal.getMessage().endsWith(": ce_subject: expected text, got blanks"));
    }

    @Test
    void refusesARecordWithoutMedia() {
        assertEquals(
                "stream cam-7 segment 17: expected the media as the value, got no value",
                refusal(KEY, null, new RecordHeaders()).getMessage());
        assertEquals(
                "stream cam-7 segment 17: expected the media as the value, got 0 bytes",
                refusal(KEY, new byte[0], new RecordHeaders()).getMessage());
    }

    @Test
    void saysThatClaimChecksAreNotSupportedYet() {
        // When a record has only a reference to its media
        MalformedRecordException refusal =
                refusal(KEY, null, headers("ce_dataref", "s3://bucket/1.ts"));

        // Then
        assertEquals(
                "stream cam-7 segment 17: expected the media as the value, got a reference in"
                        + " ce_dataref (claim check), which is not supported yet",
                refusal.getMessage());
    }

    @Test
    void refusesBytesThatBeginLikeNoContainer() {
        // When
        MalformedRecordException refusal =
                refusal(KEY, "secret words".getBytes(UTF_8), new RecordHeaders());

        // Then it tells what it looked for and never what was in the record
        assertEquals(
                "stream cam-7 segment 17: expected a value that begins like one of video/mp2t,"
                        + " video/mp4, video/x-matroska, got 12 bytes of something else and no"
                        + " content-type",
                refusal.getMessage());
        assertFalse(refusal.toString().contains("secret"));
    }

    @Test
    void refusesAnEndWithoutAStart() {
        assertEquals(
                "stream cam-7 segment 17: ce_presentationstart: expected beside"
                        + " ce_presentationend, got nothing",
                refusal(KEY, MP4, headers("ce_presentationend", "5")).getMessage());
    }

    @Test
    void refusesARangeThatIsEmpty() {
        // Given
        Headers headers =
                headers("ce_presentationstart", "5").add("ce_presentationend", "5".getBytes(UTF_8));

        // Then
        assertEquals(
                "stream cam-7 segment 17: presentation range: expected the start before the end,"
                        + " got 5 to 5 ns",
                refusal(KEY, MP4, headers).getMessage());
    }

    @Test
    void namesTheSequenceOfTheHeaderOnceItIsRead() {
        // Given a good sequence and a bad flag
        Headers headers =
                headers("ce_sequence", "1042").add("ce_endofstream", "maybe".getBytes(UTF_8));

        // Then
        assertEquals(1042, refusal(KEY, MP4, headers).sequence());
    }

    @Test
    void keepsTheSentenceOnOneLineAndShort() {
        // Given a header that is long and full of line breaks
        Headers headers = headers("ce_type", "\n\u001b[31mforged log line".repeat(50));

        // When
        String sentence = refusal(KEY, MP4, headers).getMessage();

        // Then
        assertEquals(1, sentence.lines().count());
        assertTrue(sentence.length() < 200, sentence);
    }

    @Test
    void becomesTheRejectionOfItsRecord() {
        // Given
        MalformedRecordException refusal = refusal(null, MP4, new RecordHeaders());

        // When
        Rejection rejection = refusal.rejection("worker-1");

        // Then
        assertEquals(
                new Rejection(
                        Rejection.Code.MALFORMED_RECORD,
                        refusal.getMessage(),
                        null,
                        17,
                        "worker-1"),
                rejection);
    }
}
