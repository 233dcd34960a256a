package io.upriver.publish;

import io.upriver.export.StudentOnnx;
import io.upriver.export.StudentOnnx.Form;
import io.upriver.learn.Parameters;
import io.upriver.learn.Weights;
import io.upriver.schemas.ModelMetadata;
import io.upriver.schemas.ModelMetadata.Planes;
import io.upriver.student.Specs;
import io.upriver.student.StudentGraph;
import io.upriver.student.StudentNetwork;
import io.upriver.student.StudentSpec;
import io.upriver.student.StudentSpec.Interpolation;
import io.upriver.student.StudentSpec.InvolutionSpec;
import io.upriver.student.StudentSpec.Operator;

/** Untrained students as models: as good as the interpolation they correct, by next to nothing. */
public final class StudentModels {
    /** What the exporter writes of a student that agrees. */
    public static final String AGREEING = "{\"step\":40,\"parity\":1.2E-7}";

    private static final float LOUDNESS = 0.04f;

    private StudentModels() {}

    /** Exported as the exporter does it. */
    public static byte[] of(String name, StudentSpec spec, String scores) {
        ModelMetadata metadata =
                new ModelMetadata(
                        name,
                        spec.scale(),
                        spec.channels() == 1 ? Planes.LUMA : Planes.RGB,
                        spec.multiple(),
                        spec.receptiveField(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        scores,
                        null,
                        null);
        return of(spec, Form.CPU, metadata);
    }

    /** With metadata that may say something else. */
    public static byte[] of(StudentSpec spec, Form form, ModelMetadata metadata) {
        return StudentOnnx.model(spec, quiet(spec), form, "test", metadata.toMap());
    }

    /** First weights, so small where the correction ends that a picture of one value stays one. */
    private static Weights quiet(StudentSpec spec) {
        Parameters parameters = new StudentNetwork(spec).parameters();
        float[] vector = parameters.initial(3);
        int at = 0;
        for (Parameters.Entry entry : parameters.entries()) {
            boolean last =
                    entry.name().startsWith(StudentGraph.lastFilter(spec))
                            || entry.name().startsWith("skip.basis");
            for (int i = 0; i < entry.count(); i++, at++) {
                vector[at] *= last ? LOUDNESS : 1;
            }
        }
        return parameters.weights(vector);
    }

    /** A student that corrects one kind of interpolation; bicubic is the best of them. */
    public static StudentSpec correcting(Interpolation interpolation, int scale) {
        return Specs.of(
                scale, true, interpolation, new InvolutionSpec(3, 16, 1), Operator.BSCONV_U);
    }
}
