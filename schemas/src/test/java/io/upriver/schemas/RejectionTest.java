package io.upriver.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class RejectionTest {

    @Test
    void isOneHeaderOfJson() {
        // Given
        Rejection rejection =
                new Rejection(Rejection.Code.NO_VIDEO, "only sound", "cam-7", 1042, "worker-1");
        Headers headers = new RecordHeaders();

        // When
        rejection.writeTo(headers);

        // Then
        assertEquals(
                "{\"code\":\"no-video\",\"message\":\"only sound\",\"streamId\":\"cam-7\","
                        + "\"sequence\":1042,\"worker\":\"worker-1\"}",
                new String(headers.lastHeader("ce_rejection").value(), UTF_8));
    }

    @Test
    void leavesTheOtherHeadersAndTheSegmentAsTheyWere() {
        // Given a record that was rejected
        Samples samples = new Samples(19);
        Segment segment = samples.segment();
        var record = SegmentRecords.toRecord("t", null, segment);

        // When
        samples.rejection().writeTo(record.headers());

        // Then it can be replayed as it is
        assertEquals(
                segment,
                SegmentRecords.fromRecord(record.key(), record.value(), record.headers(), 0));
    }

    @Test
    void readsBackWhateverItWrites() {
        // Given a thousand rejections, written into the same headers one after another
        Samples samples = new Samples(23);
        Headers headers = new RecordHeaders();
        for (int i = 0; i < 1000; i++) {
            Rejection rejection = samples.rejection();

            // When
            rejection.writeTo(headers);

            // Then
            assertEquals(rejection, Rejection.readFrom(headers));
        }
    }

    @Test
    void refusesARecordThatWasNotRejected() {
        // When
        var refusal =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> Rejection.readFrom(new RecordHeaders()));

        // Then
        assertEquals("ce_rejection: expected text, got nothing", refusal.getMessage());
    }
}
