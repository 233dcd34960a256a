package io.upriver.teacher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.data.Batch;
import io.upriver.data.Picture;
import io.upriver.learn.Parameters;
import io.upriver.learn.Weights;
import io.upriver.student.PlainOperators.Maps;
import io.upriver.teacher.PlainNetworks.Result;
import io.upriver.teacher.Teacher.Computed;
import io.upriver.teacher.Teacher.FeatureMap;
import io.upriver.teacher.Teacher.Labels;
import io.upriver.teacher.TeacherSpec.Architecture;
import java.util.List;
import java.util.Set;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TeacherNetworkTest {

    /** Sizes: pooled to one value and to uneven cells; smaller than a cell; one pixel. */
    @ParameterizedTest
    @CsvSource({
        "SMFANET, 2, 16, 1, 12, 10",
        "SMFANET, 3, 12, 2, 17, 26",
        "SMFANET, 4, 16, 1, 5, 3",
        "SMFANET, 2, 16, 1, 1, 1",
        "EDSR, 2, 16, 1, 7, 6",
        "EDSR, 3, 12, 2, 5, 6",
        "EDSR, 4, 16, 1, 4, 5"
    })
    void computesWhatPlainLoopsCompute(
            Architecture architecture, int scale, int width, int blocks, int rows, int columns) {
        // Given
        TeacherSpec spec = new TeacherSpec(architecture, scale, width, blocks);
        TeacherNetwork network = TeacherNetwork.of(spec);
        float[] vector = Networks.randomVector(network.parameters(), 1);
        float[] rgb = Networks.uniform(3 * rows * columns, 2);

        // When
        Computed actual = network.compute(vector, rgb, rows, columns, network.featureNames());

        // Then
        double[] values = new double[rgb.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = rgb[i];
        }
        Weights weights = network.parameters().weights(vector);
        PlainNetworks plain = new PlainNetworks(weights);
        Maps input = new Maps(3, rows, columns, values);
        Result expected =
                architecture == Architecture.EDSR
                        ? plain.edsr(input, scale, blocks)
                        : plain.smfaNet(input, scale, blocks);
        assertSame(expected.enlarged(), actual.enlarged());
        assertEquals(blocks + 1, actual.features().size());
        for (int block = 0; block <= blocks; block++) {
            assertSame(expected.features().get(block), actual.features().get("feat_" + block));
        }
    }

    private static void assertSame(Maps expected, FeatureMap actual) {
        assertEquals(expected.channels(), actual.channels());
        assertEquals(expected.height(), actual.height());
        assertEquals(expected.width(), actual.width());
        for (int i = 0; i < actual.values().length; i++) {
            double value = expected.values()[i];
            assertEquals(value, actual.values()[i], 1e-4 * (1 + Math.abs(value)));
        }
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void hasTheGradientOfItsLoss(Architecture architecture) {
        // Given
        TeacherNetwork network = TeacherNetwork.of(Networks.small(architecture));
        float[] vector = Networks.randomVector(network.parameters(), 1);
        Batch batch =
                Batch.of(
                        0,
                        Networks.uniform(2 * 3 * 16 * 16, 2),
                        Networks.uniform(2 * 3 * 32 * 32, 3),
                        2,
                        3,
                        16);
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

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void hasAFiniteGradientOnABlackPicture(Architecture architecture) {
        // Given
        TeacherNetwork network = TeacherNetwork.of(Networks.small(architecture));
        float[] vector = network.parameters().initial(1);
        Batch batch = Batch.of(0, new float[3 * 64], Networks.uniform(3 * 256, 1), 1, 3, 8);
        float[] gradient = new float[vector.length];

        // When
        network.lossAndGradient(vector, batch, gradient);

        // Then
        double largest = 0;
        for (float g : gradient) {
            assertTrue(Float.isFinite(g));
            largest = Math.max(largest, Math.abs(g));
        }
        assertTrue(largest > 0);
    }

    @Test
    void refusesABatchOfLuma() {
        TeacherNetwork network = TeacherNetwork.of(Networks.small(Architecture.EDSR));
        Batch luma = Batch.of(0, new float[64], new float[256], 1, 1, 8);
        float[] vector = new float[network.parameters().count()];
        var refusal =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> network.lossAndGradient(vector, luma, new float[vector.length]));
        assertEquals("expected a batch of 3 channels, got 1", refusal.getMessage());
    }

    /** Enlarges by repeating, and notes what libtorch would keep for gradients. */
    private static final class Noting extends TeacherNetwork {
        private boolean gradients;

        Noting() {
            super(new Parameters(TorchWeights.convolution("twelve", 12, 3, 1)), 2, 12, 0);
        }

        @Override
        Tensor forward(TorchWeights weights, Tensor rgb, Features features) {
            Tensor twelve = weights.convolve(rgb, "twelve");
            gradients = GradMode.is_enabled() || twelve.requires_grad();
            features.after(0, twelve);
            return torch.pixel_shuffle(twelve, 2);
        }
    }

    @Test
    void isFrozenAsATeacher() {
        // Given a network that learns, as the same weights kept by a teacher
        Noting network = new Noting();
        float[] vector = network.parameters().initial(1);
        float[] kept = vector.clone();
        Teacher teacher = new FrozenTeacher("noting", network, vector, "digest");
        Batch batch =
                Batch.of(0, Networks.uniform(3 * 64, 1), Networks.uniform(3 * 256, 2), 1, 3, 8);
        network.lossAndGradient(vector, batch, new float[vector.length]);
        assertTrue(network.gradients);

        // When the caller's vector goes on
        java.util.Arrays.fill(vector, 1);
        Picture low = Picture.ofFractions(8, 8, 3, batch.low());
        Labels labels = teacher.label(low, List.of("feat_0"));

        // Then
        assertFalse(network.gradients);
        Computed expected = network.compute(kept, low.fractions(), 8, 8, List.of("feat_0"));
        assertArrayEquals(
                expected.features().get("feat_0").values(),
                labels.features().get("feat_0").values());
        assertTrue(GradMode.is_enabled(), "it is off only while the teacher computes");
    }

    @Test
    void keepsOnlyTheFeaturesAskedForAndRefusesUnknownOnes() {
        TeacherNetwork network = TeacherNetwork.of(Networks.small(Architecture.SMFANET));
        float[] vector = network.parameters().initial(1);
        Teacher teacher = new FrozenTeacher("small", network, vector, "digest");
        Picture low = new Picture(9, 8, 3, new byte[216]);
        assertEquals(List.of("feat_0", "feat_1", "feat_2"), teacher.featureNames());
        assertEquals(16, teacher.featureWidth("feat_1"));
        Labels labels = teacher.label(low, List.of("feat_2"));
        assertEquals(18, labels.enlarged().width());
        assertEquals(Set.of("feat_2"), labels.features().keySet());
        var refusal =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> teacher.label(low, List.of("feat_3")));
        assertEquals(
                "no feature named feat_3, there are [feat_0, feat_1, feat_2]",
                refusal.getMessage());
        refusal =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> teacher.upscale(Picture.luma(8, 8, new byte[64])));
        assertEquals("small: expected a picture of 3 channels, got 1", refusal.getMessage());
    }

    /** EDSR's convolutions by hand: 3 to 16, four times 16 to 16, trunk, 16 to 64, 16 to 3. */
    @Test
    void countsMultiplications() {
        TeacherNetwork network = TeacherNetwork.of(Networks.small(Architecture.EDSR));
        long lowPixel = 9 * (3 * 16 + 5 * 16 * 16 + 16 * 64);
        long highPixel = 9 * 16 * 3;
        assertEquals(
                lowPixel * 640 * 360 + highPixel * 1280 * 720, network.multiplyAdds(1280, 720));
    }
}
