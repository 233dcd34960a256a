package io.upriver.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.InvalidProtocolBufferException;
import io.upriver.data.Picture;
import io.upriver.data.SyntheticPictures;
import io.upriver.evaluate.OnnxNetwork;
import io.upriver.export.StudentOnnx.Form;
import io.upriver.student.Specs;
import io.upriver.student.StudentNetwork;
import io.upriver.student.StudentSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds every exported graph to what TensorRT 10's ONNX parser takes, by its published table of
 * operators ("Supported ONNX Operators", docs/operators.md of onnx-tensorrt, as of TensorRT 10.15:
 * opset 9 to 24; uint8 for the network's input and output only; pooling without dilation). TensorRT
 * itself has not run these graphs.
 */
class TensorRtSupportTest {

    /** Operators of that table that take float32, as far as the exporter may use them. */
    private static final Set<String> ON_FLOATS =
            Set.of(
                    "Add",
                    "AveragePool",
                    "BatchNormalization",
                    "Clip",
                    "Concat",
                    "Conv",
                    "DepthToSpace",
                    "GlobalAveragePool",
                    "LeakyRelu",
                    "Mul",
                    "Pad",
                    "Relu",
                    "Round",
                    "Sigmoid",
                    "Sqrt",
                    "Sub");

    static List<StudentSpec> specs() throws IOException {
        List<StudentSpec> specs = new ArrayList<>(Specs.variety());
        for (String preset : StudentSpec.PRESETS) {
            specs.add(StudentSpec.load(preset));
        }
        return specs;
    }

    @ParameterizedTest
    @MethodSource("specs")
    void usesOnlyWhatTensorRtTakes(StudentSpec spec) throws InvalidProtocolBufferException {
        // Given
        StudentNetwork network = new StudentNetwork(spec);
        var weights = network.parameters().weights(network.parameters().initial(1));

        // When
        ModelProto model =
                ModelProto.parseFrom(
                        StudentOnnx.model(spec, weights, Form.TENSORRT, "test", Map.of()));
        GraphProto graph = model.getGraph();

        // Then the opset is one that it reads
        assertEquals(1, model.getOpsetImportCount());
        long opset = model.getOpsetImport(0).getVersion();
        assertTrue(opset >= 9 && opset <= 24, "opset " + opset);

        // And uint8 is seen at the two ends only, beside a cast
        String input = graph.getInput(0).getName();
        String output = graph.getOutput(0).getName();
        assertEquals(DataType.UINT8.getNumber(), elementType(graph.getInput(0)));
        assertEquals(DataType.UINT8.getNumber(), elementType(graph.getOutput(0)));
        Set<String> constants = new java.util.HashSet<>();
        graph.getInitializerList().forEach(constant -> constants.add(constant.getName()));
        for (NodeProto node : graph.getNodeList()) {
            boolean atAnEnd = node.getInputList().contains(input) || isOutput(node, output);
            if (atAnEnd) {
                assertEquals("Cast", node.getOpType());
            } else {
                assertTrue(ON_FLOATS.contains(node.getOpType()), node.getOpType());
            }
            if (node.getOpType().equals("AveragePool")) {
                assertTrue(
                        node.getAttributeList().stream()
                                .noneMatch(attribute -> attribute.getName().equals("dilations")));
            }
            if (node.getOpType().equals("Conv")) {
                assertTrue(constants.contains(node.getInput(1)), "weights are initialisers");
            }
        }
        graph.getInitializerList()
                .forEach(
                        constant -> {
                            assertTrue(constant.getDimsCount() <= 5);
                            assertTrue(
                                    constant.getDataType() == DataType.FLOAT.getNumber()
                                            || constant.getDataType()
                                                    == DataType.INT64.getNumber());
                        });
    }

    @ParameterizedTest
    @MethodSource("specs")
    void givesTheSameBytesAsTheFormForCpus(StudentSpec spec) {
        // Given weights that overshoot by far
        StudentNetwork network = new StudentNetwork(spec);
        var weights = network.parameters().weights(Specs.randomVector(spec, 1));
        Picture noise = SyntheticPictures.noise(16, 12, spec.channels(), 1);

        // When
        Picture cpu;
        Picture tensorRt;
        try (OnnxNetwork onnx =
                new OnnxNetwork(StudentOnnx.model(spec, weights, Form.CPU, "test", Map.of()))) {
            cpu = onnx.upscale(noise);
        }
        try (OnnxNetwork onnx =
                new OnnxNetwork(
                        StudentOnnx.model(spec, weights, Form.TENSORRT, "test", Map.of()))) {
            tensorRt = onnx.upscale(noise);
        }

        // Then
        assertArrayEquals(cpu.samples(), tensorRt.samples());
    }

    private static boolean isOutput(NodeProto node, String output) {
        return node.getOutput(0).equals(output);
    }

    private static int elementType(ai.onnx.proto.OnnxMl.ValueInfoProto value) {
        return value.getType().getTensorType().getElemType();
    }
}
