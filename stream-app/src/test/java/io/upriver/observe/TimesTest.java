package io.upriver.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimesTest {

    @Test
    void sayHowMuchMostOfThemTookAtMost() {
        // Given 1 to 200 in any order
        List<Double> millis = new ArrayList<>();
        for (int i = 1; i <= 200; i++) {
            millis.add((double) i);
        }
        Collections.shuffle(millis, new Random(7));

        // Then
        assertEquals(new Times(100, 180, 198, 200), Times.of(millis));
        assertEquals("100, 198, 200", Times.of(millis).toWords());
    }

    @Test
    void areAllTheSameOfOne() {
        assertEquals(new Times(7, 7, 7, 7), Times.of(List.of(7.0)));
    }
}
