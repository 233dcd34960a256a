package io.upriver.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.upriver.export.StudentOnnx;
import io.upriver.export.StudentOnnx.Form;
import io.upriver.publish.StudentModels;
import io.upriver.schemas.ModelMetadata;
import io.upriver.schemas.ModelMetadata.Planes;
import io.upriver.student.Specs;
import io.upriver.student.StudentNetwork;
import io.upriver.student.StudentSpec;
import io.upriver.student.StudentSpec.Attention;
import io.upriver.student.StudentSpec.Operator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TensorContractTest {
    private static final StudentSpec SPEC = Specs.of(Operator.BSCONV_U);

    /** All that tile, and keep a picture of one value without having learned to. */
    static List<StudentSpec> specs() throws IOException {
        List<StudentSpec> specs = new ArrayList<>(Specs.variety());
        specs.removeIf(spec -> spec.attention() == Attention.CONTRAST);
        specs.removeIf(spec -> spec.skip() == StudentSpec.Interpolation.NONE);
        specs.add(StudentSpec.load("nano-x2"));
        return specs;
    }

    @ParameterizedTest
    @MethodSource("specs")
    void takesWhatTheExporterWrites(StudentSpec spec) {
        TensorContract.check(model(spec, Form.CPU, metadata(spec)), metadata(spec));
    }

    @ParameterizedTest
    @EnumSource(names = {"CPU", "TENSORRT"})
    void takesWhateverRuntimeTheGraphIsWrittenFor(Form form) {
        TensorContract.check(model(SPEC, form, metadata(SPEC)), metadata(SPEC));
    }

    @Test
    void refusesAnotherScaleThanTheMetadataSay() {
        refuses(
                model(SPEC, Form.CPU, metadata(SPEC)),
                ModelMetadata.of("a", 3, Planes.LUMA, 2, SPEC.receptiveField()),
                "expected [3,1,24,24] for an input of [3,1,8,8] and scale 3, got [3,1,16,16]");
    }

    @Test
    void refusesOtherPlanesThanTheMetadataSay() {
        refuses(
                model(SPEC, Form.CPU, metadata(SPEC)),
                ModelMetadata.of("a", 2, Planes.RGB, 2, SPEC.receptiveField()),
                "expected UINT8 [?,3,?,?] as the model's input, got UINT8 [?,1,?,?]");
    }

    @Test
    void refusesFloatsInTheOutput() {
        refuses(
                model(SPEC, Form.EXACT, metadata(SPEC)),
                metadata(SPEC),
                "expected UINT8 [?,1,?,?] as the model's output, got FLOAT [?,1,?,?]");
    }

    @Test
    void refusesAnInputOfOneSize() throws InvalidProtocolBufferException {
        refuses(
                withInput(0, 1),
                metadata(SPEC),
                "expected UINT8 [?,1,?,?] as the model's input, got UINT8 [1,1,?,?]");
        refuses(
                withInput(2, 24),
                metadata(SPEC),
                "expected UINT8 [?,1,?,?] as the model's input, got UINT8 [?,1,24,?]");
        refuses(
                withInput(3, 24),
                metadata(SPEC),
                "expected UINT8 [?,1,?,?] as the model's input, got UINT8 [?,1,?,24]");
    }

    @Test
    void refusesAReceptiveFieldThatIsTooSmall() {
        StudentSpec far = Specs.of(Operator.BSCONV_U, Operator.BSCONV_U, Operator.INVOLUTION);
        refuses(
                model(far, Form.CPU, metadata(far)),
                ModelMetadata.of("a", 2, Planes.LUMA, 2, 2),
                "expected a tile with 2 samples around it as in the whole picture, got another");
    }

    @Test
    void refusesWhatDoesNotKeepAPictureOfOneValue() {
        // Given weights that overshoot by far
        byte[] model =
                StudentOnnx.model(
                        SPEC,
                        new StudentNetwork(SPEC).parameters().weights(Specs.randomVector(SPEC, 1)),
                        Form.CPU,
                        "test",
                        Map.of());

        refuses(model, metadata(SPEC), "expected a picture of nothing but 16 to stay so within 2");
    }

    @Test
    void refusesWhatRunsOnlyOnOtherSizesThanTheMetadataSay() {
        // Given a network that folds squares of two by two and claims to take every size
        refuses(
                StudentModels.of(SPEC, Form.CPU, metadata(SPEC)),
                ModelMetadata.of("a", 2, Planes.LUMA, 1, 9),
                "expected [3,1,32,78] for an input of [3,1,16,39] and scale 2, got [3,1,32,76]");
    }

    private static void refuses(byte[] model, ModelMetadata metadata, String because) {
        var refusal =
                assertThrows(
                        IllegalStateException.class, () -> TensorContract.check(model, metadata));
        assertTrue(refusal.getMessage().startsWith(because), refusal.getMessage());
        assertEquals(1, refusal.getMessage().lines().count(), refusal.getMessage());
    }

    private static byte[] model(StudentSpec spec, Form form, ModelMetadata metadata) {
        return StudentModels.of(spec, form, metadata);
    }

    private static ModelMetadata metadata(StudentSpec spec) {
        return ModelMetadata.of(
                "a",
                spec.scale(),
                spec.channels() == 1 ? Planes.LUMA : Planes.RGB,
                spec.multiple(),
                spec.receptiveField());
    }

    /** The good model with one size of its input fixed. */
    private static byte[] withInput(int dimension, long size)
            throws InvalidProtocolBufferException {
        ModelProto.Builder model =
                ModelProto.parseFrom(model(SPEC, Form.CPU, metadata(SPEC))).toBuilder();
        TensorShapeProto.Builder shape =
                model.getGraphBuilder()
                        .getInputBuilder(0)
                        .getTypeBuilder()
                        .getTensorTypeBuilder()
                        .getShapeBuilder();
        shape.setDim(dimension, TensorShapeProto.Dimension.newBuilder().setDimValue(size));
        return model.build().toByteArray();
    }
}
