package io.upriver.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.upriver.export.OnnxGraph.ElementType;
import io.upriver.export.StudentOnnx.Form;
import io.upriver.learn.Weights.Tensor;
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
        value = graph.conv(graph.dequantize(value), tensor(8, 1, 2, 2), null, 2, 1, 0);
        value = graph.conv(graph.padEdge(value, 1), tensor(8, 1, 3, 3), tensor(8), 1, 8, 0);
        value = graph.conv(graph.leakyRelu(value, 0.1f), tensor(16, 8, 1, 1), null, 1, 1, 0);
        graph.output(graph.depthToSpace(value, 4), "upscaled", ElementType.FLOAT, 1, "2H", "2W");

        // Then an output of 80x48 has 20x12 places for each
        assertEquals(
                20 * 12 * (8 * 4 + 8 * 9 + 16 * 8),
                new OnnxCost(graph.model("test", "1", Map.of())).multiplyAdds(80, 48));
    }

    @Test
    void countsTheDefaultStudent() throws IOException {
        // Given the default: x2, so 320x180 places of 2x2 pixels for an output of 1280x720
        StudentSpec spec = StudentSpec.load("default");
        int interpolation = 16 * 6 * 6;
        int head = 32 * 6 * 6;
        int keep = 32 * 16;
        int bsconv = 32 * 32 + 32 * 9;
        int involution = 32 * 9 + 32 * 32 + 32 * 9;
        int fuse = 3 * 16 * 32 + 32 * 32;
        int tail = 32 * 16;

        // Then
        assertEquals(
                320L
                        * 180
                        * (interpolation
                                + head
                                + 6 * keep
                                + 5 * bsconv
                                + involution
                                + 2 * fuse
                                + tail),
                new OnnxCost(model(spec)).multiplyAdds(1280, 720));
    }

    @Test
    void doesNotGuessWhatItCannotFollow() throws IOException {
        ModelProto.Builder model =
                ModelProto.parseFrom(model(StudentSpec.load("default"))).toBuilder();
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
