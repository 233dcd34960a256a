package io.upriver.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.upriver.api.ProblemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of RFC 9110, 14.1.2, and what lies at their edges. */
class ByteRangeTest {

    @ParameterizedTest
    @CsvSource({
        "bytes=0-499, 0, 500",
        "bytes=500-999, 500, 1000",
        "bytes=-500, 9500, 10000",
        "bytes=9500-, 9500, 10000",
        "bytes=0-0, 0, 1",
        "bytes=0-, 0, 10000",
        "BYTES=9999-99999999999, 9999, 10000",
        "bytes=-99999, 0, 10000"
    })
    void isThePartThatIsAskedFor(String header, int from, int end) {
        assertEquals(new ByteRange(from, end), ByteRange.of(header, 10_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bytes=0-1,5-6", "lines=0-1", "bytes=-", "bytes=5-4", "bytes=a-b"})
    void isAllOfItWhereOnePartIsNotAskedFor(String header) {
        assertNull(ByteRange.of(header, 10_000));
        assertNull(ByteRange.of(null, 10_000));
    }

    @Test
    void refusesWhatIsBehindTheEnd() {
        ProblemException refusal =
                assertThrows(ProblemException.class, () -> ByteRange.of("bytes=10000-", 10_000));
        assertEquals("expected a range within 10000 bytes, got bytes=10000-", refusal.getMessage());
        assertThrows(ProblemException.class, () -> ByteRange.of("bytes=-0", 10_000));
    }
}
