package io.upriver.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentTest {

    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private static Segment full(byte[] data) {
        return new Segment(
                "cam-7",
                1042,
                Container.MP4,
                data,
                2000,
                true,
                true,
                new PresentationRange(0, 10),
                TRACE);
    }

    @Test
    void keepsTheBytesItWasGivenWithoutCopying() {
        byte[] data = {1, 2, 3};
        assertSame(data, Segment.of("cam-7", 0, Container.MP4, data).data());
    }

    @Test
    void equalsASegmentWithOtherArrayButSameBytes() {
        // Given
        Segment one = full(new byte[] {1, 2, 3});
        Segment other = full(new byte[] {1, 2, 3});

        // Then
        assertEquals(one, other);
        assertEquals(one.hashCode(), other.hashCode());
    }

    static Stream<UnaryOperator<Segment>> changes() {
        return Stream.of(
                s -> copy(s, "cam-8", 1042, 2000, true, true),
                s -> copy(s, "cam-7", 1043, 2000, true, true),
                s -> copy(s, "cam-7", 1042, 2001, true, true),
                s -> copy(s, "cam-7", 1042, 2000, false, true),
                s -> copy(s, "cam-7", 1042, 2000, true, false),
                s -> s.withMedia(Container.MP4, s.data()),
                s -> s.withPresentation(null),
                s -> s.withTraceparent(null),
                s -> full(new byte[] {1, 2, 4}),
                s -> s.withMedia(Container.MPEG_TS, s.data()).withPresentation(s.presentation()));
    }

    private static Segment copy(
            Segment s, String id, long sequence, long millis, boolean gap, boolean end) {
        return new Segment(
                id,
                sequence,
                s.container(),
                s.data(),
                millis,
                gap,
                end,
                s.presentation(),
                s.traceparent());
    }

    @ParameterizedTest
    @MethodSource("changes")
    void differsWhenAnyPartDiffers(UnaryOperator<Segment> change) {
        // Given
        Segment segment = full(new byte[] {1, 2, 3});

        // When
        Segment changed = change.apply(segment);

        // Then
        assertNotEquals(segment, changed);
    }

    @Test
    void neverPrintsItsMedia() {
        // Given media that would be seen
        byte[] data = {77, 77, 77, 77};

        // When
        String text = full(data).toString();

        // Then only the number of bytes is told
        assertEquals(
                "Segment[stream cam-7 segment 1042, MP4, 4 bytes, 2000 ms, discontinuity, end of"
                        + " stream, PresentationRange[startNanos=0, endNanos=10], "
                        + TRACE
                        + "]",
                text);
    }

    @Test
    void keepsItsPlaceButNotItsRangeWithOtherMedia() {
        // Given
        Segment in = full(new byte[] {1});

        // When
        Segment out = in.withMedia(Container.MPEG_TS, new byte[] {9, 9});

        // Then
        assertEquals("stream cam-7 segment 1042", out.label());
        assertEquals(Container.MPEG_TS, out.container());
        assertEquals(2, out.data().length);
        assertEquals(2000, out.durationMillis());
        assertTrue(out.discontinuity());
        assertTrue(out.endOfStream());
        assertNull(out.presentation());
        assertEquals(TRACE, out.traceparent());
    }

    @Test
    void callsAStreamWithoutIdUnnamed() {
        assertEquals("an unnamed stream segment 3", Segment.label(null, 3));
    }

    static List<String> badIds() {
        return List.of("", "  ", "a\nb", "a\u0000", "\uD83C", "x".repeat(250));
    }

    @ParameterizedTest
    @MethodSource("badIds")
    void refusesAnIdThatIsBlankLongOrUnprintable(String id) {
        // When
        var refusal =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> Segment.of(id, 0, Container.MP4, new byte[1]));

        // Then the sentence names the property and stays on one line
        assertTrue(refusal.getMessage().startsWith("stream id: expected "));
        assertEquals(1, refusal.getMessage().lines().count());
    }

    @Test
    void refusesNegativeNumbersAndEmptyMedia() {
        byte[] data = {1};
        assertRefused(
                "sequence: expected at least 0, got -1",
                () -> Segment.of("a", -1, Container.MP4, data));
        assertRefused(
                "data: expected media, got 0 bytes",
                () -> Segment.of("a", 0, Container.MP4, new byte[0]));
        assertRefused(
                "durationMillis: expected at least 0, got -2",
                () -> new Segment("a", 0, Container.MP4, data, -2, false, false, null, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"
            })
    void refusesATraceContextThatIsNone(String traceparent) {
        Segment segment = Segment.of("a", 0, Container.MP4, new byte[1]);
        assertThrows(IllegalArgumentException.class, () -> segment.withTraceparent(traceparent));
    }

    private static void assertRefused(String sentence, Runnable attempt) {
        var refusal = assertThrows(IllegalArgumentException.class, attempt::run);
        assertEquals(sentence, refusal.getMessage());
    }
}
