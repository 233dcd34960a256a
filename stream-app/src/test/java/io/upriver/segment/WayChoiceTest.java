package io.upriver.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.segment.WayChoice.Candidate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WayChoiceTest {

    private final WayChoice choice = new WayChoice();

    private static List<Candidate> ladder(double base, double nano, double interpolation) {
        return List.of(
                new Candidate("base", base, base),
                new Candidate("nano", nano, nano),
                new Candidate("interpolation", interpolation, interpolation),
                new Candidate("passthrough", 20, 20));
    }

    private String chosen(List<Candidate> ladder, long left) {
        return ladder.get(choice.choose(ladder, left)).name();
    }

    @ParameterizedTest
    @CsvSource({
        "100,  50, 30, 1000, base",
        "1000, 50, 30, 1000, base",
        "1001, 50, 30, 1000, nano",
        "5000, 900, 30, 1000, nano",
        "5000, 1900, 900, 1000, interpolation",
        "5000, 900, 1900, 1000, nano",
        "5000, 1900, 1100, 1000, passthrough",
        "100,  50, 30, 10, passthrough",
        "100,  50, 30, 0, passthrough",
        "100,  50, 30, -1, passthrough"
    })
    void takesTheDearestWayThatIsInTime(
            double base, double nano, double interpolation, long left, String expected) {
        assertEquals(expected, chosen(ladder(base, nano, interpolation), left));
    }

    @Test
    void goesUpAfterTwoMoreSegmentsOneStepAtATime() {
        // Given
        assertEquals("interpolation", chosen(ladder(9000, 5000, 500), 1000));

        // When the machine is free again
        List<String> then = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            then.add(chosen(ladder(400, 200, 100), 1000));
        }

        // Then
        assertEquals(
                List.of("interpolation", "interpolation", "nano", "nano", "nano", "base", "base"),
                then);
    }

    @Test
    void goesUpOnlyWithRoomToSpare() {
        // Given
        chosen(ladder(2000, 500, 300), 1000);

        // When
        for (int i = 0; i < 50; i++) {
            // Then
            assertEquals("nano", chosen(ladder(801, 500, 300), 1000));
        }
    }

    @Test
    void countsOnlySegmentsInARow() {
        // Given
        chosen(ladder(2000, 500, 300), 1000);

        // When every third one would not have had room
        for (int i = 0; i < 30; i++) {
            // Then
            assertEquals("nano", chosen(ladder(i % 3 == 2 ? 900 : 400, 500, 300), 1000));
        }
    }

    @Test
    void asksAMachineThatIsTooSlowForGoodLessAndLessOften() {
        // Given a network that fades from memory and is given up each time
        List<Candidate> ladder = ladder(400, 200, 100);
        List<Integer> waits = new ArrayList<>();
        chosen(ladder(2000, 200, 100), 1000);
        for (int tries = 0; tries < 8; tries++) {
            int waited = 0;
            while (choice.choose(ladder, 1000) != 0) {
                waited++;
            }
            waits.add(waited);

            // When
            assertEquals(1, choice.giveUp(ladder, 0, 500));
        }

        // Then
        assertEquals(List.of(2, 4, 8, 16, 16, 16, 16, 16), waits);
    }

    @Test
    void forgetsFailuresOnceAStepUpHasLasted() {
        // Given
        List<Candidate> free = ladder(400, 200, 100);
        chosen(ladder(2000, 200, 100), 1000);
        for (int tries = 0; tries < 4; tries++) {
            while (choice.choose(free, 1000) != 0) {
                assertTrue(choice.segmentsToWait() > 0);
            }
            choice.giveUp(free, 0, 500);
        }
        while (choice.choose(free, 1000) != 0) {
            assertTrue(choice.segmentsToWait() > 0);
        }

        // When
        for (int i = 0; i <= WayChoice.LASTING; i++) {
            assertEquals("base", chosen(free, 1000));
        }
        chosen(ladder(2000, 200, 100), 1000);

        // Then it waits as little as at first
        assertEquals("nano", chosen(free, 1000));
        assertEquals("nano", chosen(free, 1000));
        assertEquals("base", chosen(free, 1000));
    }

    @Test
    void saysHowManySegmentsLaterADearerWayIsTried() {
        // Given
        List<Candidate> free = ladder(400, 200, 100);
        chosen(ladder(2000, 200, 100), 1000);

        // Then
        assertEquals("nano", chosen(free, 1000));
        assertEquals(2, choice.segmentsToWait());
        assertEquals("nano", chosen(free, 1000));
        assertEquals(1, choice.segmentsToWait());
        assertEquals("base", chosen(free, 1000));
    }

    @Test
    void isNotImpressedByABacklogFromBeforeItsTime() {
        // Given
        List<Candidate> free = ladder(400, 200, 100);
        for (String late : Collections.nCopies(100, "passthrough")) {
            assertEquals(late, chosen(free, -5000));
        }

        // Then
        assertEquals("base", chosen(free, 1000));
    }

    @Test
    void triesSoonAgainWhereNothingIsLost() {
        // Given interpolation that is given up each time
        List<Candidate> ladder = ladder(5000, 3000, 100);
        List<Integer> waits = new ArrayList<>();
        chosen(ladder(5000, 3000, 2000), 1000);
        for (int tries = 0; tries < 4; tries++) {
            int waited = 0;
            while (choice.choose(ladder, 1000) != 2) {
                waited++;
            }
            waits.add(waited);

            // When
            assertEquals(3, choice.giveUp(ladder, 2, 50));
        }

        // Then
        assertEquals(List.of(2, 4, 4, 4), waits);
    }

    @Test
    void losesItsPatienceOnceTheMachineIsMuchFaster() {
        // Given a network that was given up three times
        List<Candidate> busy = ladder(400, 200, 100);
        chosen(ladder(2000, 200, 100), 1000);
        for (int tries = 0; tries < 3; tries++) {
            while (choice.choose(busy, 1000) != 0) {
                assertTrue(choice.segmentsToWait() > 0);
            }
            choice.giveUp(busy, 0, 500);
        }
        assertEquals("nano", chosen(busy, 1000));
        assertEquals(16, choice.segmentsToWait());

        // When
        List<Candidate> free = ladder(200, 100, 50);

        // Then
        assertEquals("nano", chosen(free, 1000));
        assertEquals("base", chosen(free, 1000));
    }

    @Test
    void hopesOnlyForWhatIsDearer() {
        // Given ways that have not been used for long
        List<Candidate> ladder =
                List.of(
                        new Candidate("base", 3000, 10),
                        new Candidate("interpolation", 1100, 10),
                        new Candidate("passthrough", 20, 20));

        // Then
        assertEquals("passthrough", chosen(ladder, 1000));
        assertEquals("passthrough", chosen(ladder, 1000));
        assertEquals("passthrough", chosen(ladder, 1000));
        assertEquals("interpolation", chosen(ladder, 1000));
    }

    @Test
    void givesASegmentUpForTheDearestWayThatIsStillInTime() {
        List<Candidate> ladder = ladder(900, 600, 200);
        assertEquals(1, choice.giveUp(ladder, 0, 700));
        assertEquals(2, choice.giveUp(ladder, 0, 500));
        assertEquals(3, choice.giveUp(ladder, 0, 100));
        assertEquals(3, choice.giveUp(ladder, 2, 1000));
        assertEquals(3, choice.giveUp(ladder, 1, -100));
    }

    @Test
    void beginsWithWhatIsAskedForOnceTheWayItHeldIsNoneAnyMore() {
        // Given
        assertEquals("nano", chosen(ladder(2000, 200, 100), 1000));

        // When
        List<Candidate> other =
                List.of(new Candidate("none", 100, 100), new Candidate("passthrough", 20, 20));

        // Then
        assertEquals("none", chosen(other, 1000));
    }
}
