package io.upriver.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.upriver.export.OnnxGraph.ElementType;
import io.upriver.export.StudentOnnx.Form;
import io.upriver.learn.Weights.Tensor;
import io.upriver.student.Specs;
import io.upriver.student.StudentNetwork;
import io.upriver.student.StudentSpec;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OnnxCostTest {

    @Test
    void countsEveryConvolutionAtItsOwnSize() {
        // Given 8 channels from 2x2 pixels with stride 2, edges of 1 around, a depthwise 3x3
        // without
        // padding, a 1x1, a shuffle by 4
        OnnxGraph graph = new OnnxGraph("test");
        String value = graph.input("luma", ElementType.UINT8, 1, "H", "W");
        value = graph.conv(null, graph.dequantize(value), tensor(8, 1, 2, 2), null, 2, 1, 0);
        value = graph.conv(null, graph.padEdge(value, 1), tensor(8, 1, 3, 3), tensor(8), 1, 8, 0);
        value = graph.conv(null, graph.leakyRelu(value, 0.1f), tensor(16, 8, 1, 1), null, 1, 1, 0);
        graph.output(graph.depthToSpace(value, 4), "upscaled", ElementType.FLOAT, 1, "2H", "2W");

        // Then an output of 80x48 has 20x12 places for each
        assertEquals(
                20 * 12 * (8 * 4 + 8 * 9 + 16 * 8),
                new OnnxCost(graph.model("test", "1", Map.of())).multiplyAdds(80, 48));
    }

    @Test
    void countsTheNanoStudent() throws IOException {
        // Given nano: x2, so 640x360 places for an output of 1280x720
        StudentSpec spec = StudentSpec.load("nano-x2");
        int interpolation = 4 * 5 * 5;
        int bending = 4 * 16 + 4 * 5 * 5;
        int head = 16 * 5 * 5;
        int bsconv = 16 * 16 + 16 * 9;
        int tail = 4 * 16;

        // Then
        assertEquals(
                640L * 360 * (interpolation + bending + head + 8 * bsconv + tail),
                new OnnxCost(model(spec)).multiplyAdds(1280, 720));
    }

    @Test
    void followsEveryStudent() {
        for (StudentSpec spec : Specs.variety()) {
            assertTrue(new OnnxCost(model(spec)).multiplyAdds(1280, 720) > 0, spec.toJson());
        }
    }

    @Test
    void doesNotGuessWhatItCannotFollow() throws IOException {
        ModelProto.Builder model =
                ModelProto.parseFrom(model(StudentSpec.load("nano-x2"))).toBuilder();
        model.getGraphBuilder()
                .addNode(
                        0,
                        NodeProto.newBuilder()
                                .setOpType("Resize")
                                .addInput(StudentOnnx.INPUT)
                                .addOutput("larger"));
        assertEquals(-1, new OnnxCost(model.build().toByteArray()).multiplyAdds(1280, 720));
    }

    @Test
    void refusesWhatIsNoModel() {
        assertThrows(IllegalArgumentException.class, () -> new OnnxCost(new byte[] {1, 2, 3}));
    }

    private static byte[] model(StudentSpec spec) {
        StudentNetwork network = new StudentNetwork(spec);
        return StudentOnnx.model(
                spec,
                network.parameters().weights(network.parameters().initial(1)),
                Form.CPU,
                "test",
                Map.of());
    }

    private static Tensor tensor(long... shape) {
        return Tensor.of(new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)], shape);
    }
}
