package io.upriver.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.upriver.data.Mixture.Part;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MixtureTest {
    private static final int STEPS = 20_000;

    @Test
    void givesEveryKindItsShareOfTheSteps() {
        // Given shares that do not add up to 1
        Mixture mixture =
                new Mixture(
                        List.of(
                                new Part(kind(0), 1),
                                new Part(kind(1), 3),
                                new Part(kind(2), 0),
                                new Part(kind(3), 6)),
                        7);

        // When
        int[] counts = new int[4];
        for (int kind : kinds(mixture, STEPS)) {
            counts[kind]++;
        }

        // Then within four standard deviations of a fair draw
        assertEquals(0.1 * STEPS, counts[0], 4 * Math.sqrt(0.1 * 0.9 * STEPS));
        assertEquals(0.3 * STEPS, counts[1], 4 * Math.sqrt(0.3 * 0.7 * STEPS));
        assertEquals(0, counts[2]);
        assertEquals(0.6 * STEPS, counts[3], 4 * Math.sqrt(0.6 * 0.4 * STEPS));
    }

    @Test
    void dependsOnlyOnTheSeedAndTheStep() {
        // Given two of the same, asked in different orders
        Mixture one = halves(7);
        Mixture other = halves(7);
        other.batch(99);

        // Then
        assertEquals(kinds(one, 200), kinds(other, 200));
        assertNotEquals(kinds(one, 200), kinds(halves(8), 200));
    }

    @Test
    void handsOutTheBatchOfTheSameStep() {
        Batch[] kept = new Batch[10];
        for (int step = 0; step < 10; step++) {
            kept[step] = kind(0).batch(step);
        }
        Mixture mixture = new Mixture(List.of(new Part(step -> kept[(int) step], 0.3)), 1);
        for (int step = 0; step < 10; step++) {
            assertSame(kept[step], mixture.batch(step));
        }
    }

    @Test
    void refusesSharesThatAreNone() {
        for (double share : new double[] {-0.1, Double.NaN}) {
            var refusal =
                    assertThrows(IllegalArgumentException.class, () -> new Part(kind(0), share));
            assertEquals("share is " + share + ", allowed is 0 or more", refusal.getMessage());
        }
        List<Part> none = List.of(new Part(kind(0), 0));
        var refusal = assertThrows(IllegalArgumentException.class, () -> new Mixture(none, 1));
        assertEquals("no part of the mixture has a share", refusal.getMessage());
    }

    private static Mixture halves(long seed) {
        return new Mixture(List.of(new Part(kind(0), 0.5), new Part(kind(1), 0.5)), seed);
    }

    /** Batches that can be told by their only sample. */
    private static BatchSource kind(int kind) {
        return step -> Batch.of(step, new float[] {kind}, new float[4], 1, 1, 1);
    }

    private static List<Integer> kinds(BatchSource source, int steps) {
        List<Integer> kinds = new ArrayList<>();
        for (int step = 0; step < steps; step++) {
            kinds.add((int) source.batch(step).low()[0]);
        }
        return kinds;
    }
}
