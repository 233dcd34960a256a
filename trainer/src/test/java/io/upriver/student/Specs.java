package io.upriver.student;

import io.upriver.student.StudentSpec.Interpolation;
import io.upriver.student.StudentSpec.InvolutionSpec;
import io.upriver.student.StudentSpec.Operator;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Small students of every kind for the tests. */
public final class Specs {
    private Specs() {}

    /** One block, x2, space-to-depth, width 16. */
    public static StudentSpec of(Operator... operators) {
        return of(2, true, Interpolation.BICUBIC, new InvolutionSpec(3, 16, 1), operators);
    }

    public static StudentSpec of(
            int scale,
            boolean spaceToDepth,
            Interpolation skip,
            InvolutionSpec involution,
            Operator... operators) {
        return new StudentSpec(
                scale,
                16,
                16,
                List.of(Arrays.asList(operators)),
                involution,
                spaceToDepth,
                0.05f,
                skip,
                spaceToDepth ? 0 : 2);
    }

    /** Every operator, scale, kind of interpolation and involution at least once. */
    public static List<StudentSpec> variety() {
        return List.of(
                of(Operator.BSCONV_U),
                of(
                        3,
                        true,
                        Interpolation.BILINEAR,
                        new InvolutionSpec(5, 4, 2),
                        Operator.INVOLUTION),
                of(
                        4,
                        true,
                        Interpolation.NEAREST,
                        new InvolutionSpec(3, 1, 3),
                        Operator.INVOLUTION,
                        Operator.BSCONV_S),
                of(
                        2,
                        false,
                        Interpolation.BICUBIC,
                        new InvolutionSpec(3, 16, 1),
                        Operator.BOTTLENECK),
                of(
                        3,
                        false,
                        Interpolation.BICUBIC,
                        new InvolutionSpec(7, 8, 1),
                        Operator.INVOLUTION),
                of(Operator.BSCONV_S, Operator.BOTTLENECK, Operator.BSCONV_U));
    }

    /**
     * Weights that make everything matter: unlike the first weights of a training, none is near
     * zero.
     */
    public static float[] randomVector(StudentSpec spec, long seed) {
        Random random = new Random(seed);
        float[] vector = new float[new StudentNetwork(spec).parameters().count()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (random.nextGaussian() * 0.2);
        }
        return vector;
    }
}
