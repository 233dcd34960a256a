package io.upriver.learn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The optimisers' steps. Rates over four steps without a warm-up are 0.1, 0.085355, 0.05 and
 * 0.014645.
 */
class TrainingStateTest {
    private static final TrainingSettings ADAM =
            TrainingSettings.defaults(4, 1)
                    .with(Map.of("peakRate", "0.1", "warmupSteps", "0", "clipNorm", "100"));
    private static final float[][] GRADIENTS = {{0.3f, -0.04f}, {-0.1f, 0.05f}, {0.2f, 0}};
    private static final boolean[] BOTH = {true, true};

    /** Worked out by hand: Kingma and Ba, algorithm 1. */
    @Test
    void takesTheStepsOfAdam() {
        float[][] expected = {{1.9f, -0.9f}, {1.8658392f, -0.9138901f}, {1.8356849f, -0.9201797f}};
        assertSteps(expected, ADAM);
    }

    /** Worked out by hand: Loshchilov and Hutter, algorithm 2, a decay of a half. */
    @Test
    void takesTheStepsOfAdamW() {
        float[][] expected = {{1.8f, -0.85f}, {1.6890194f, -0.8276141f}, {1.6166396f, -0.8132133f}};
        assertSteps(expected, ADAM.with(Map.of("optimizer", "ADAMW", "weightDecay", "0.5")));
    }

    @Test
    void isAdamWithoutADecay() {
        TrainingState adam = TrainingState.begin(new float[] {2, -1});
        TrainingState adamW = TrainingState.begin(new float[] {2, -1});
        for (float[] gradient : GRADIENTS) {
            adam.advance(gradient, 1, BOTH, ADAM);
            adamW.advance(gradient, 1, BOTH, ADAM.with(Map.of("optimizer", "ADAMW")));
        }
        assertArrayEquals(adam.parameters(), adamW.parameters());
    }

    @Test
    void decaysAWeightThatHasNoGradientButNotItsMoments() {
        TrainingSettings settings = ADAM.with(Map.of("optimizer", "ADAMW", "weightDecay", "0.5"));
        TrainingState state = TrainingState.begin(new float[] {2, -1});

        state.advance(new float[2], 0, BOTH, settings);

        assertArrayEquals(new float[] {1.9f, -0.95f}, state.parameters(), 1e-7f);
    }

    @Test
    void isWrittenInTheSameOrderByEveryProcess(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("checkpoint.safetensors");
        TrainingState.begin(new float[] {2, -1}).write(file);
        assertEquals(
                List.of("parameters", "average", "firstMoment", "secondMoment"),
                List.copyOf(Safetensors.read(file).tensors().keySet()));
    }

    @Test
    void leavesStatisticsToThoseWhoKeepThem() {
        // Given a statistic behind a weight, and a gradient for both
        TrainingSettings settings = ADAM.with(Map.of("optimizer", "ADAMW", "weightDecay", "0.5"));
        TrainingState state = TrainingState.begin(new float[] {2, 4});

        // When the statistic is brought up to date as a network does it, before each step
        for (int step = 0; step < 3; step++) {
            state.parameters()[1] = 5 + step;
            state.advance(new float[] {0.3f, 7}, 1, new boolean[] {true, false}, settings);

            // Then
            assertEquals(5 + step, state.parameters()[1], "neither decayed nor moved");
        }
        double average = 4;
        for (int step = 1; step <= 3; step++) {
            double decay = (1.0 + step) / (10 + step);
            average = decay * average + (1 - decay) * (4 + step);
        }
        assertEquals(average, state.average()[1], 1e-6);
    }

    private static void assertSteps(float[][] expected, TrainingSettings settings) {
        TrainingState state = TrainingState.begin(new float[] {2, -1});
        for (int step = 0; step < expected.length; step++) {
            state.advance(GRADIENTS[step], 1, BOTH, settings);
            assertEquals(step + 1, state.step());
            assertArrayEquals(expected[step], state.parameters(), 5e-7f);
        }
    }
}
