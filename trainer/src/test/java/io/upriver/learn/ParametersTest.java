package io.upriver.learn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.upriver.learn.Parameters.Entry;
import io.upriver.learn.Weights.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ParametersTest {
    private static final Parameters PARAMETERS =
            new Parameters(
                    List.of(
                            Entry.around0("head.weight", 1, 2, 3),
                            Entry.constant("head.bias", 0.5, 2),
                            Entry.statistic("norm.running_mean", 1, 2)));

    @Test
    void makesAVectorOfNamedTensorsAndTensorsOfAVector() {
        // Given
        Weights weights =
                new Weights(
                        Map.of(
                                "norm.running_mean", Tensor.of(new float[] {9, 10}, 2),
                                "head.weight", Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3),
                                "foreign", Tensor.of(new float[] {11}, 1),
                                "head.bias", Tensor.of(new float[] {7, 8}, 2)));

        // When
        float[] vector = PARAMETERS.vector(weights);

        // Then
        assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, vector);
        Weights again = PARAMETERS.weights(vector);
        assertArrayEquals(new float[] {7, 8}, again.get("head.bias").values());
        assertArrayEquals(new long[] {2, 3}, again.get("head.weight").shape());
        assertEquals(8, PARAMETERS.learnedCount());
        boolean[] learned = PARAMETERS.learned();
        for (int i = 0; i < 10; i++) {
            assertEquals(i < 8, learned[i]);
        }
    }

    @Test
    void namesTheTensorThatIsMissingAndBothShapesOfOneThatDoesNotFit() {
        Tensor bias = Tensor.of(new float[2], 2);
        Tensor weight = Tensor.of(new float[6], 2, 3);

        assertEquals(
                "the weights have no head.weight, expected one of shape [2, 3]",
                refusal(Map.of("head.bias", bias, "norm.running_mean", bias)));
        assertEquals(
                "head.weight: expected shape [2, 3], got [3, 2]",
                refusal(
                        Map.of(
                                "head.weight", Tensor.of(new float[6], 3, 2),
                                "head.bias", bias,
                                "norm.running_mean", bias)));
        assertEquals(
                "norm.running_mean: expected shape [2], got []",
                refusal(
                        Map.of(
                                "head.weight", weight,
                                "head.bias", bias,
                                "norm.running_mean", Tensor.of(new float[1]))));
    }

    private static String refusal(Map<String, Tensor> tensors) {
        return assertThrows(
                        IllegalArgumentException.class,
                        () -> PARAMETERS.vector(new Weights(tensors)))
                .getMessage();
    }

    @Test
    void putsFurtherParametersBehindItsOwn() {
        // Given
        Parameters further = new Parameters(List.of(Entry.constant("adapter.weight", 3, 4)));

        // When
        Parameters both = PARAMETERS.and(further);

        // Then
        assertEquals(14, both.count());
        assertEquals(10, both.offset("adapter.weight"));
        float[] alone = PARAMETERS.initial(5);
        assertArrayEquals(alone, java.util.Arrays.copyOf(both.initial(5), 10));
        assertEquals(3, both.initial(5)[13]);
        var refusal = assertThrows(IllegalArgumentException.class, () -> both.and(further));
        assertEquals("two parameters are named adapter.weight", refusal.getMessage());
    }
}
