package io.upriver.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WorkerLimitsTest {

    @Test
    void refusesADeadlineInThePast() {
        for (Duration deadline : new Duration[] {Duration.ZERO, Duration.ofSeconds(-1)}) {
            // When
            Exception refusal =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> new WorkerLimits(deadline, 1, PictureLimits.DEFAULT, 1, 1, 1));

            // Then
            assertEquals("expected a deadline above 0, got " + deadline, refusal.getMessage());
        }
    }

    @Test
    void refusesLimitsThatLetNothingThrough() {
        int[][] limits = {{0, 1, 1, 1}, {1, 0, 1, 1}, {1, 1, 0, 1}, {1, 1, 1, 0}};
        for (int[] limit : limits) {
            // When
            Exception refusal =
                    assertThrows(
                            IllegalArgumentException.class,
                            () ->
                                    new WorkerLimits(
                                            Duration.ofSeconds(1),
                                            limit[0],
                                            PictureLimits.DEFAULT,
                                            limit[1],
                                            limit[2],
                                            limit[3]));

            // Then
            assertTrue(
                    refusal.getMessage().startsWith("expected limits of at least 1, got "),
                    refusal.getMessage());
        }
    }
}
