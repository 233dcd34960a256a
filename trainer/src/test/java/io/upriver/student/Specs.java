package io.upriver.student;

import io.upriver.learn.Parameters;
import io.upriver.student.StudentSpec.Attention;
import io.upriver.student.StudentSpec.Interpolation;
import io.upriver.student.StudentSpec.InvolutionSpec;
import io.upriver.student.StudentSpec.Operator;
import io.upriver.student.StudentSpec.Planes;
import io.upriver.student.StudentSpec.Topology;
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
                Planes.LUMA,
                Topology.STREAMLINED,
                16,
                16,
                List.of(Arrays.asList(operators)),
                involution,
                Attention.NONE,
                spaceToDepth,
                0.05f,
                skip,
                spaceToDepth ? 0 : 2);
    }

    /** The authors' topology, narrow: two blocks with every kind of operator of theirs. */
    public static StudentSpec ibmdn(int scale, Planes planes, Attention attention) {
        return new StudentSpec(
                scale,
                planes,
                Topology.IBMDN,
                16,
                8,
                List.of(
                        List.of(Operator.BSCONV_S, Operator.INVOLUTION),
                        List.of(Operator.INVOLUTION, Operator.BSCONV_U)),
                new InvolutionSpec(3, 2, 5),
                attention,
                false,
                0.05f,
                planes == Planes.RGB ? Interpolation.NONE : Interpolation.BICUBIC,
                0);
    }

    /** A streamlined one in colour, without branches, with attention that tiles. */
    public static StudentSpec chain() {
        return new StudentSpec(
                2,
                Planes.RGB,
                Topology.STREAMLINED,
                16,
                0,
                List.of(List.of(Operator.CONV, Operator.BSCONV_U), List.of(Operator.BSCONV_U)),
                new InvolutionSpec(3, 16, 1),
                Attention.CONTRAST_HIGH_FREQUENCY,
                false,
                0.05f,
                Interpolation.BICUBIC,
                1);
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
                of(Operator.BSCONV_S, Operator.BOTTLENECK, Operator.BSCONV_U),
                ibmdn(3, Planes.RGB, Attention.CONTRAST_HIGH_FREQUENCY),
                ibmdn(2, Planes.LUMA, Attention.CONTRAST),
                chain());
    }

    /**
     * Weights that make everything matter: unlike the first weights of a training, none is near
     * zero.
     */
    public static float[] randomVector(StudentSpec spec, long seed) {
        Random random = new Random(seed);
        Parameters parameters = new StudentNetwork(spec).parameters();
        float[] vector = new float[parameters.count()];
        int at = 0;
        for (Parameters.Entry entry : parameters.entries()) {
            for (int i = 0; i < entry.count(); i++) {
                float value = (float) (random.nextGaussian() * 0.2);
                vector[at++] = entry.name().endsWith("running_var") ? 0.5f + value * value : value;
            }
        }
        return vector;
    }
}
