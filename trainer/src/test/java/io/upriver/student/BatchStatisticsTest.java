package io.upriver.student;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.data.Batch;
import io.upriver.learn.Parameters.Entry;
import io.upriver.learn.Weights;
import io.upriver.student.PlainOperators.Maps;
import io.upriver.student.StudentSpec.Attention;
import io.upriver.student.StudentSpec.Planes;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The statistics of batch normalisation while a student of the authors' topology is trained. */
class BatchStatisticsTest {
    private static final StudentSpec SPEC = Specs.ibmdn(2, Planes.RGB, Attention.NONE);
    private static final long FROZEN_FROM = 10;
    private static final int SIDE = 8;

    /** The normalisation that comes first: nothing before it depends on another one. */
    private static final String FIRST = "B1.c2_r.conv1";

    private final StudentNetwork network = new StudentNetwork(SPEC, FROZEN_FROM);
    private final float[] vector = Specs.randomVector(SPEC, 1);
    private final float[] gradient = new float[vector.length];

    @Test
    void moveATenthOfTheWayToTheBatchsOwn() {
        // Given what goes into the first normalisation, by plain loops
        Batch batch = batch(FROZEN_FROM - 1, 2);
        Weights before = network.parameters().weights(vector);
        double[] sums = new double[5];
        double[] squares = new double[5];
        int count = 2 * SIDE * SIDE;
        for (int crop = 0; crop < 2; crop++) {
            Maps generated = intoTheFirst(batch, crop, new PlainOperators(before));
            for (int i = 0; i < generated.values().length; i++) {
                sums[i / SIDE / SIDE] += generated.values()[i];
                squares[i / SIDE / SIDE] += generated.values()[i] * generated.values()[i];
            }
        }

        // When
        network.lossAndGradient(vector, batch, gradient);

        // Then means and unbiased variances, as PyTorch keeps them, count for a tenth
        Weights after = network.parameters().weights(vector);
        for (int channel = 0; channel < 5; channel++) {
            double mean = sums[channel] / count;
            double variance = (squares[channel] - count * mean * mean) / (count - 1);
            assertEquals(
                    0.9 * value(before, "running_mean", channel) + 0.1 * mean,
                    value(after, "running_mean", channel),
                    1e-5);
            assertEquals(
                    0.9 * value(before, "running_var", channel) + 0.1 * variance,
                    value(after, "running_var", channel),
                    1e-5);
        }
    }

    @Test
    void moveInEveryNormalisationAndNothingElseDoes() {
        float[] before = vector.clone();
        network.lossAndGradient(vector, batch(0, 2), gradient);
        for (Entry entry : network.parameters().entries()) {
            int from = network.parameters().offset(entry.name());
            float[] then = Arrays.copyOfRange(before, from, from + entry.count());
            float[] now = Arrays.copyOfRange(vector, from, from + entry.count());
            assertEquals(entry.learned(), Arrays.equals(then, now), entry.name());
            if (!entry.learned()) {
                float[] slope = Arrays.copyOfRange(gradient, from, from + entry.count());
                assertArrayEquals(new float[entry.count()], slope, entry.name());
            }
        }
    }

    @Test
    void standStillFromTheFrozenStepOn() {
        for (long step : new long[] {FROZEN_FROM, FROZEN_FROM + 1, 1000}) {
            // Given
            float[] before = vector.clone();
            Batch batch = batch(step, 2);

            // When
            float loss = network.lossAndGradient(vector, batch, gradient);

            // Then the loss is that of the network as it enlarges pictures: by running statistics
            assertArrayEquals(before, vector);
            float[] output = network.upscale(vector, batch.low(), 2, SIDE, SIDE);
            double sum = 0;
            for (int i = 0; i < output.length; i++) {
                sum += Math.abs(output[i] - batch.high()[i]);
            }
            assertEquals(sum / output.length, loss, 1e-5);
        }
        float moving = network.lossAndGradient(vector.clone(), batch(0, 2), gradient);
        float standing = network.lossAndGradient(vector, batch(FROZEN_FROM, 2), gradient);
        assertNotEquals(moving, standing, "by the batch's own statistics");
    }

    @Test
    void areNotSpoiltByABrokenBatch() {
        float[] before = vector.clone();
        Batch broken = batch(0, 2);
        broken.low()[3] = Float.NaN;
        assertTrue(Float.isNaN(network.lossAndGradient(vector, broken, gradient)));
        assertArrayEquals(before, vector);
    }

    private static Maps intoTheFirst(Batch batch, int crop, PlainOperators plain) {
        double[] values = new double[3 * SIDE * SIDE];
        for (int i = 0; i < values.length; i++) {
            values[i] = batch.low()[crop * values.length + i];
        }
        Maps rgb = new Maps(3, SIDE, SIDE, values);
        Maps head =
                plain.convolveInTurn(
                        rgb,
                        Filter.pointwise("fea_conv.pw", 3, 16).withoutBias(),
                        Filter.depthwise("fea_conv.dw", 16, 3));
        Maps change =
                plain.convolveInTurn(
                        head,
                        Filter.pointwise("B1.c1_r.pw1", 16, 4).withoutBias(),
                        Filter.pointwise("B1.c1_r.pw2", 4, 16).withoutBias(),
                        Filter.depthwise("B1.c1_r.dw", 16, 3));
        Maps refined = plain.leakyRelu(plain.add(change, head), SPEC.leakySlope());
        return plain.convolve(refined, Filter.pointwise(FIRST + ".conv", 16, 5).withoutBias());
    }

    private static double value(Weights weights, String statistic, int channel) {
        return weights.get(FIRST + ".bn." + statistic).values()[channel];
    }

    private static Batch batch(long step, int count) {
        Random random = new Random(step + 7);
        float[] low = new float[count * 3 * SIDE * SIDE];
        float[] high = new float[4 * low.length];
        for (int i = 0; i < high.length; i++) {
            low[i / 4] = random.nextFloat();
            high[i] = random.nextFloat();
        }
        return Batch.of(step, low, high, count, 3, SIDE);
    }
}
