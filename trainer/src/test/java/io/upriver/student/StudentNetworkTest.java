package io.upriver.student;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.upriver.data.Batch;
import io.upriver.data.Bicubic;
import io.upriver.data.Picture;
import io.upriver.data.SyntheticPictures;
import io.upriver.learn.Weights;
import io.upriver.student.PlainOperators.Maps;
import io.upriver.student.StudentSpec.Interpolation;
import io.upriver.student.StudentSpec.InvolutionSpec;
import io.upriver.student.StudentSpec.Operator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StudentNetworkTest {

    static List<StudentSpec> specs() {
        return Specs.variety();
    }

    @ParameterizedTest
    @MethodSource("specs")
    void computesWhatPlainLoopsCompute(StudentSpec spec) {
        // Given
        int height = 12;
        int width = 10;
        StudentNetwork network = new StudentNetwork(spec);
        float[] vector = Specs.randomVector(spec, 1);
        float[] luma = uniform(spec.channels() * height * width, 2);

        // When
        float[] actual = network.upscale(vector, luma, 1, height, width);

        // Then
        double[] values = new double[luma.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = luma[i];
        }
        PlainOperators plain = new PlainOperators(network.parameters().weights(vector));
        Maps expected =
                StudentGraph.apply(spec, new Maps(spec.channels(), height, width, values), plain);
        assertEquals(expected.values().length, actual.length);
        for (int i = 0; i < actual.length; i++) {
            assertEquals(
                    expected.values()[i], actual[i], 1e-4 * (1 + Math.abs(expected.values()[i])));
        }
    }

    /**
     * The other way round: kernel by kernel, as the paper defines it, with its two linear steps
     * written out.
     */
    @Test
    void computesAnInvolutionAsItsPaperDefinesIt() {
        // Given a network that is nothing but an involution
        StudentSpec spec =
                Specs.of(
                        2,
                        true,
                        Interpolation.BICUBIC,
                        new InvolutionSpec(5, 4, 3),
                        Operator.INVOLUTION);
        Weights weights =
                new StudentNetwork(spec).parameters().weights(Specs.randomVector(spec, 3));
        PlainOperators plain = new PlainOperators(weights);
        double[] values = new double[16 * 7 * 6];
        Random random = new Random(4);
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextGaussian();
        }
        Maps input = new Maps(16, 7, 6, values);

        // When
        Maps actual = StreamlinedGraph.involution(spec, "block1.depth1.refine", input, plain);

        // Then at each pixel: a kernel is generated for each group, and read over the neighbourhood
        for (int y = 0; y < 7; y++) {
            for (int x = 0; x < 6; x++) {
                for (int channel = 0; channel < 16; channel++) {
                    double expected = involutionBias(weights, channel / 4);
                    for (int tap = 0; tap < 25; tap++) {
                        expected +=
                                kernelWeight(weights, input, channel / 4, y, x, tap)
                                        * input.at(channel, y + tap / 5 - 2, x + tap % 5 - 2);
                    }
                    assertEquals(expected, actual.at(channel, y, x), 1e-9);
                }
            }
        }
    }

    private static double involutionBias(Weights weights, int group) {
        return weights.get("block1.depth1.refine.basis0.bias").values()[group];
    }

    /**
     * Second linear step of the kernel's generation: constant part plus hidden numbers times their
     * weights.
     */
    private static double kernelWeight(
            Weights weights, Maps input, int group, int y, int x, int tap) {
        double weight =
                weights.get("block1.depth1.refine.basis0.weight").values()[group * 25 + tap];
        for (int hidden = 1; hidden <= 3; hidden++) {
            String generator = "block1.depth1.refine.generator" + hidden;
            double number = weights.get(generator + ".bias").values()[group];
            for (int channel = 0; channel < 16; channel++) {
                number +=
                        weights.get(generator + ".weight").values()[group * 16 + channel]
                                * input.at(channel, y, x);
            }
            double activated = number < 0 ? 0.05f * number : number;
            weight +=
                    activated
                            * weights.get("block1.depth1.refine.basis" + hidden + ".weight")
                                    .values()[group * 25 + tap];
        }
        return weight;
    }

    @Test
    void isItsInterpolationWhenItsWeightsAreZero() {
        for (int scale = 2; scale <= 4; scale++) {
            for (boolean spaceToDepth : new boolean[] {true, false}) {
                // Given
                StudentSpec spec =
                        Specs.of(
                                scale,
                                spaceToDepth,
                                Interpolation.BICUBIC,
                                new InvolutionSpec(3, 16, 1),
                                Operator.BSCONV_U);
                StudentNetwork network = new StudentNetwork(spec);
                Picture low = Picture.rgb(SyntheticPictures.draw(24, 20, scale)).luma();
                float[] fractions = new float[low.samples().length];
                for (int i = 0; i < fractions.length; i++) {
                    fractions[i] = (low.samples()[i] & 255) / 255f;
                }

                // When
                float[] output =
                        network.upscale(
                                new float[network.parameters().count()], fractions, 1, 20, 24);

                // Then it agrees with the resizer away from the edges, which they treat differently
                Picture expected = Bicubic.enlarge(low, scale);
                for (int y = 2 * scale; y < 18 * scale; y++) {
                    for (int x = 2 * scale; x < 22 * scale; x++) {
                        double clipped =
                                Math.max(0, Math.min(255, output[y * 24 * scale + x] * 255));
                        assertEquals(expected.at(0, x, y), clipped, 0.501);
                    }
                }
            }
        }
    }

    @Test
    void treatsEachPlaneOfABatchAlone() {
        // Given
        StudentSpec spec = Specs.of(Operator.BSCONV_U, Operator.INVOLUTION);
        StudentNetwork network = new StudentNetwork(spec);
        float[] vector = Specs.randomVector(spec, 1);
        float[] planes = uniform(3 * 16 * 12, 2);

        // When
        float[] together = network.upscale(vector, planes, 3, 16, 12);

        // Then
        for (int i = 0; i < 3; i++) {
            float[] alone =
                    network.upscale(
                            vector,
                            java.util.Arrays.copyOfRange(planes, i * 192, (i + 1) * 192),
                            1,
                            16,
                            12);
            assertArrayEquals(
                    alone, java.util.Arrays.copyOfRange(together, i * 768, (i + 1) * 768), 1e-5f);
        }
    }

    @Test
    void hasTheGradientOfItsLoss() {
        // Given
        StudentSpec spec = Specs.of(Operator.BSCONV_U, Operator.INVOLUTION);
        StudentNetwork network = new StudentNetwork(spec);
        float[] vector = Specs.randomVector(spec, 1);
        Batch batch = Batch.of(0, uniform(2 * 16 * 16, 2), uniform(2 * 32 * 32, 3), 2, 1, 16);
        float[] gradient = new float[vector.length];
        float[] unused = new float[vector.length];

        // When
        float loss = network.lossAndGradient(vector, batch, gradient);

        // Then a small step against the gradient changes the loss by the step times the gradient's
        // square
        double square = 0;
        for (float g : gradient) {
            square += g * g;
        }
        double step = 1e-3 / Math.sqrt(square);
        float[] moved = vector.clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] -= (float) (step * gradient[i]);
        }
        float lower = network.lossAndGradient(moved, batch, unused);
        assertEquals(step * square, loss - lower, 0.05 * step * square);
    }

    @Test
    void passesTheSelfTestOfItsConvolutions() {
        SelfTest.convolutions(16);
        SelfTest.convolutions(32);
    }

    private static float[] uniform(int count, long seed) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextFloat();
        }
        return values;
    }
}
