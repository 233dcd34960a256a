package io.upriver.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SegmentTimeTest {

    private static final long NOW = 1_800_000_000_000L;

    private final SegmentTime time =
            new SegmentTime(Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "written            | before        | expected",
                "0                  | -1            | 0",
                "1700000000000      | 1790000000000 | 1700000000000", // late ones keep their time
                "1800003600000      | -1            | 1800003600000", // an hour ahead
                "1800003600001      | -1            | 1800000000000",
                "1800003600001      | 1700000000000 | 1700000000000",
                "-1                 | -1            | 1800000000000",
                "-1                 | 1700000000000 | 1700000000000",
                "-62135596800000    | 1700000000000 | 1700000000000", // the year 1
                "9223372036854775807| 0             | 0",
            },
            useHeadersInDisplayName = true)
    void isWhatTheProducerWroteOrTheNearestThatATopicTakes(
            long written, long before, long expected) {
        assertEquals(expected, time.extract(record(written), before));
    }

    private static ConsumerRecord<Object, Object> record(long time) {
        return new ConsumerRecord<>(
                "segments",
                0,
                0,
                time,
                TimestampType.CREATE_TIME,
                0,
                0,
                null,
                null,
                new RecordHeaders(),
                Optional.empty());
    }
}
