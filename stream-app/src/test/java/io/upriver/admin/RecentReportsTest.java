package io.upriver.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.schemas.Rejection;
import io.upriver.schemas.SegmentReport;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class RecentReportsTest {

    private final MovingClock clock = new MovingClock();
    private final RecentReports reports = new RecentReports(clock);

    @Test
    void giveWhatCameAfterANumber() {
        take(0, 10);
        take(1, 20);
        long known = reports.newest();
        take(2, 30);

        assertEquals(List.of(0L, 1L, 2L), sequences(0));
        assertEquals(List.of(2L), sequences(known));
        assertEquals(List.of(), sequences(reports.newest()));
        RecentReports.Entry last = reports.since(known).get(0);
        assertEquals(25, last.producedMillis());
        assertEquals(3, last.partition());
    }

    @Test
    void forgetWhatIsOldAndPassOverWhatIsNoReport() {
        take(0, 10);
        reports.report(given("not JSON".getBytes(StandardCharsets.UTF_8), 5));
        reports.report(given(null, 5));
        assertEquals(List.of(0L), sequences(0));

        // When
        clock.millis = 11 + RecentReports.MOST_MILLIS;

        // Then
        assertEquals(List.of(), sequences(0));
        take(1, 5);
        assertEquals(List.of(), sequences(0));
        take(2, clock.millis);
        assertEquals(List.of(2L), sequences(0));
    }

    @Test
    void keepNoMoreThanTheNewest() {
        for (int i = 0; i < RecentReports.MOST + 7; i++) {
            take(i, 10);
        }

        List<Long> known = sequences(0);

        assertEquals(RecentReports.MOST, known.size());
        assertEquals(7, known.get(0));
        assertTrue(reports.newest() > RecentReports.MOST);
    }

    private List<Long> sequences(long after) {
        return reports.since(after).stream().map(entry -> entry.report().sequence()).toList();
    }

    private void take(long sequence, long committedMillis) {
        Rejection rejection =
                new Rejection(Rejection.Code.INTERNAL, "a reason", "cam", sequence, "worker-1");
        byte[] json = SegmentReport.rejected(rejection, 1, null, committedMillis).toJson();
        reports.report(given(json, committedMillis - 5));
    }

    private static ConsumerRecord<byte[], byte[]> given(byte[] value, long timeMillis) {
        return new ConsumerRecord<>(
                "reports",
                3,
                0,
                timeMillis,
                TimestampType.CREATE_TIME,
                0,
                0,
                null,
                value,
                new RecordHeaders(),
                Optional.empty());
    }

    private static final class MovingClock extends Clock {
        private long millis = 100;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis);
        }
    }
}
