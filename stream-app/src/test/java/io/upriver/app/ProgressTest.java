package io.upriver.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ProgressTest {

    @Test
    void saysHowFarHowFastAndHowMuchLonger() {
        assertEquals("50 of 200 frames, 10.0 fps, 15 s left", Progress.line(50, 200, 5));
    }

    @Test
    void promisesNothingBeforeTheFirstFrame() {
        assertEquals("0 of 200 frames, 0.0 fps", Progress.line(0, 200, 5));
    }

    @Test
    void countsAlsoWhereTheTotalIsNotKnown() {
        assertEquals("50 frames, 10.0 fps", Progress.line(50, 0, 5));
    }
}
