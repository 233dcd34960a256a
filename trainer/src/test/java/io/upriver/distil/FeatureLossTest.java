package io.upriver.distil;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.BinaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/** Two channels, two pixels: small enough for a sheet of paper. */
@SuppressWarnings("try") // native scopes are only there to be closed
class FeatureLossTest {
    /** Pixels (3, 4) and (1, 0): as directions (0.6, 0.8) and (1, 0). */
    private static final float[] STUDENT = {3, 1, 4, 0};

    /** Pixels (0, 2) and (5, 0): as directions (0, 1) and (1, 0). */
    private static final float[] TEACHER = {0, 5, 2, 0};

    @Test
    void comparesDirections() {
        assertEquals((0.6 + 0.2) / 4, of(FeatureLoss::absolute, STUDENT, TEACHER), 1e-6);
        assertEquals((0.36 + 0.04) / 4, of(FeatureLoss::squared, STUDENT, TEACHER), 1e-6);
    }

    @Test
    void comparesHowMuchAlikePixelsAre() {
        // The student's two are alike by 0.6, the teacher's by 0; each is alike to itself by 1
        assertEquals(2 * 0.6 / 4, of(FeatureLoss::affinity, STUDENT, TEACHER), 1e-6);
    }

    @Test
    void doesNotMindTheSizeOfFeatures() {
        float[] larger = {300, 100, 400, 0};
        assertEquals(
                of(FeatureLoss::absolute, STUDENT, TEACHER),
                of(FeatureLoss::absolute, larger, TEACHER),
                1e-6);
        assertEquals(0, of(FeatureLoss::affinity, STUDENT, larger), 1e-6);
        assertEquals(0, of(FeatureLoss::squared, larger, STUDENT), 1e-6);
    }

    @Test
    void hasAFiniteSlopeWhereThereAreNoFeatures() {
        try (PointerScope scope = new PointerScope()) {
            Tensor student = Tensor.create(new float[4], 1, 2, 1, 2);
            student.set_requires_grad(true);
            Tensor teacher = Tensor.create(TEACHER, 1, 2, 1, 2);
            Tensor loss =
                    FeatureLoss.absolute(student, teacher)
                            .add(FeatureLoss.squared(student, teacher))
                            .add(FeatureLoss.affinity(student, teacher));
            loss.backward();
            java.nio.FloatBuffer slope = student.grad().contiguous().createBuffer();
            for (int i = 0; i < 4; i++) {
                assertTrue(Float.isFinite(slope.get(i)), "slope: " + slope.get(i));
            }
        }
    }

    private static double of(BinaryOperator<Tensor> term, float[] student, float[] teacher) {
        try (PointerScope scope = new PointerScope()) {
            return term.apply(
                            Tensor.create(student, 1, 2, 1, 2), Tensor.create(teacher, 1, 2, 1, 2))
                    .item_float();
        }
    }
}
