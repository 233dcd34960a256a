package io.upriver.segment;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaceTest {

    private static final int FRAMES = 40;

    private final TestClock clock = new TestClock();

    /** 40 frames in 1000 ms, 600 ms by a cheaper way; 400 ms too late is no use. */
    private Pace pace(double tail) {
        return new Pace(clock, "base", FRAMES, clock.millis() + 1000, tail, 600, 400);
    }

    /** After how many frames the work is ended, or 0. */
    private int endedAfter(Pace pace, long millisPerFrame) {
        for (int frame = 1; frame <= FRAMES; frame++) {
            clock.advance(millisPerFrame);
            try {
                pace.frameDone();
            } catch (LateException e) {
                return frame;
            }
        }
        return 0;
    }

    @ParameterizedTest
    @CsvSource({
        "20, 0, 0", // 800 ms
        "24, 0, 0", // 960 ms
        "24, 0.06, 17", // the encoder's 60 ms come on top, so at the last moment: after 400 ms
        "30, 0, 14", // 1200 ms, so at the last moment: after 400 ms
        "36, 0, 5", // 1440 ms, no doubt: as soon as an eighth has been seen
        "500, 0, 2" // nor here
    })
    void endsWhatWillBeLate(long millisPerFrame, double tail, int expected) {
        assertEquals(expected, endedAfter(pace(tail), millisPerFrame));
    }

    @Test
    void goesOnWithWhatIsSlowOnlyAtFirst() {
        // Given
        Pace pace = pace(0);
        clock.advance(200);
        pace.frameDone();

        // When
        assertEquals(0, endedAfter(pace, 15));
    }

    @Test
    void goesOnOnceItIsTooLateForACheaperWay() {
        // Given 38 of 40 frames in time, and a last moment that passed unnoticed
        Pace pace = new Pace(clock, "base", FRAMES, clock.millis() + 1000, 0, 10, 400);
        for (int frame = 0; frame < 38; frame++) {
            clock.advance(25);
            pace.frameDone();
        }

        // When
        clock.advance(60);

        // Then
        assertDoesNotThrow(pace::frameDone);
    }

    @Test
    void endsWhatIsFarTooLateInTheEncoder() {
        // Given
        Pace pace = pace(0);
        clock.advance(1400);
        pace.packetDone();

        // When
        clock.advance(1);

        // Then
        var late = assertThrows(LateException.class, pace::packetDone);
        assertEquals(1401, late.expectedMillis());
        assertEquals("base had 0 of 40 frames after 1401 ms, with -401 ms left", late.getMessage());
    }

    @Test
    void saysWhatItWouldHaveTaken() {
        // Given
        Pace pace = pace(0.05);
        for (int frame = 1; frame < 5; frame++) {
            clock.advance(50);
            pace.frameDone();
        }
        clock.advance(50);

        // When
        try {
            pace.frameDone();
            fail("expected that it ends");
        } catch (LateException e) {
            // Then
            assertEquals(2105, e.expectedMillis(), 1);
            assertEquals("base had 5 of 40 frames after 250 ms, with 750 ms left", e.getMessage());
        }
    }

    @Test
    void endsNothingWhereThereIsNoDeadline() {
        for (int frame = 0; frame < 1000; frame++) {
            Pace.FREE.frameDone();
            Pace.FREE.packetDone();
        }
        assertEquals(0, Pace.FREE.tailMillis());
    }
}
