package io.upriver.teacher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HalfFloatTest {

    /** Values that the standard's tables give. */
    @ParameterizedTest
    @CsvSource({
        "0000, 0",
        "8000, -0.0",
        "0001, 5.9604644775390625e-8",
        "03FF, 6.097555160522461e-5",
        "0400, 6.103515625e-5",
        "3C00, 1",
        "3C01, 1.0009765625",
        "3555, 0.333251953125",
        "C000, -2",
        "7BFF, 65504",
        "7C00, Infinity",
        "FC00, -Infinity"
    })
    void knowsTheStandardsExamples(String bits, float value) {
        short half = (short) Integer.parseInt(bits, 16);
        assertEquals(value, HalfFloat.toFloat(half));
        assertEquals(half, HalfFloat.of(value));
    }

    @Test
    void readsBackEveryHalf() {
        for (int bits = 0; bits < 65536; bits++) {
            float value = HalfFloat.toFloat((short) bits);
            if (Float.isNaN(value)) {
                assertTrue(Float.isNaN(HalfFloat.toFloat(HalfFloat.of(value))));
            } else {
                assertEquals((short) bits, HalfFloat.of(value));
            }
        }
    }

    @Test
    void roundsToTheNearestAndInTheMiddleToTheEvenOne() {
        for (int bits = 0; bits < 0x7BFF; bits++) {
            // Given two neighbours, whose middle is a float exactly
            float below = HalfFloat.toFloat((short) bits);
            float above = HalfFloat.toFloat((short) (bits + 1));
            float middle = (below + above) / 2;

            // Then
            int even = bits % 2 == 0 ? bits : bits + 1;
            assertEquals((short) even, HalfFloat.of(middle));
            assertEquals((short) bits, HalfFloat.of(Math.nextDown(middle)));
            assertEquals((short) (bits + 1), HalfFloat.of(Math.nextUp(middle)));
            assertEquals((short) (0x8000 | even), HalfFloat.of(-middle));
        }
    }

    @Test
    void goesToInfinityHalfAStepBeyondTheLargest() {
        assertEquals((short) 0x7BFF, HalfFloat.of(Math.nextDown(65520f)));
        assertEquals((short) 0x7C00, HalfFloat.of(65520f));
        assertEquals((short) 0x7C00, HalfFloat.of(Float.MAX_VALUE));
        assertEquals((short) 0, HalfFloat.of(Float.MIN_VALUE));
    }

    @Test
    void staysWithinHalfAStepOfAnyNumber() {
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            float value = (float) (random.nextGaussian() * Math.exp(random.nextGaussian() * 4));
            float rounded = HalfFloat.toFloat(HalfFloat.of(value));
            double step = Math.max(Math.abs(value) / 2048.0, Math.scalb(1.0, -25));
            assertTrue(Math.abs(value) > 65504 || Math.abs(rounded - value) <= step);
        }
    }
}
