package io.upriver.export;

import io.upriver.export.OnnxGraph.ElementType;
import io.upriver.student.Filter;
import io.upriver.student.StudentGraph;
import io.upriver.student.StudentOperators;
import io.upriver.student.StudentSpec;
import io.upriver.student.Weights;
import io.upriver.student.Weights.Tensor;
import java.util.Map;

/**
 * A student as an ONNX model: {@code luma} [N,1,H,W] in, {@code upscaled} [N,1,sH,sW] out, code values 0 to 255, all
 * three sizes free. What the network was trained with is inside the graph: the division by 255 is folded into the first
 * convolution, the multiplication into the last, and rounding and clipping end the graph, so that serving cannot drift
 * from training.
 */
public final class StudentOnnx {
    /** Name of the only input. */
    public static final String INPUT = "luma";

    /** Name of the only output. */
    public static final String OUTPUT = "upscaled";

    private static final float PEAK = 255;

    /** What comes out. Bytes go in. */
    public enum Output {
        /** uint8: what is served. */
        BYTES,
        /** float code values, neither rounded nor clipped: to compare with libtorch. */
        FLOATS
    }

    private StudentOnnx() {}

    /** Writes the model. */
    public static byte[] model(
            StudentSpec spec, Weights weights, Output output, String producerVersion, Map<String, String> metadata) {
        OnnxGraph graph = new OnnxGraph("student");
        String bytes = graph.input(INPUT, ElementType.UINT8, 1, "H", "W");
        String upscaled = StudentGraph.apply(spec, graph.dequantize(bytes), new Operators(graph, weights, output));
        ElementType type = output == Output.BYTES ? ElementType.UINT8 : ElementType.FLOAT;
        graph.output(upscaled, OUTPUT, type, 1, spec.scale() + "H", spec.scale() + "W");
        return graph.model("upriver-trainer", producerVersion, metadata);
    }

    private record Operators(OnnxGraph graph, Weights weights, Output output) implements StudentOperators<String> {

        @Override
        public String padEdge(String input, int pixels) {
            return graph.padEdge(input, pixels);
        }

        @Override
        public String convolve(String input, Filter filter) {
            float factorIn = filter.name().equals(StudentGraph.HEAD) ? 1 / PEAK : 1;
            float factorOut = filter.name().equals(StudentGraph.TAIL) ? PEAK : 1;
            Tensor weight = untied(weights.get(filter.weightName()), filter.tied(), factorIn * factorOut);
            Tensor bias = filter.bias() ? untied(weights.get(filter.biasName()), filter.tied(), factorOut) : null;
            return graph.conv(input, weight, bias, filter.stride(), filter.groups(), filter.padding());
        }

        @Override
        public String convolve(String input, Tensor fixedWeight, int stride) {
            return graph.conv(input, fixedWeight, null, stride, 1, 0);
        }

        @Override
        public String leakyRelu(String input, float slope) {
            return graph.leakyRelu(input, slope);
        }

        @Override
        public String add(String left, String right) {
            return graph.add(left, right);
        }

        @Override
        public String multiply(String left, String right) {
            return graph.multiply(left, right);
        }

        /** Ends the graph: the network shuffles once. Bytes are four times quicker to shuffle than floats. */
        @Override
        public String pixelShuffle(String input, int block) {
            return graph.depthToSpace(output == Output.BYTES ? graph.quantize(input) : input, block);
        }

        /** Each row times {@code factor}, repeated for the {@code tied} output channels that share it. */
        private static Tensor untied(Tensor tensor, int tied, float factor) {
            int rows = (int) tensor.shape()[0];
            int rowLength = tensor.values().length / rows;
            float[] values = new float[tensor.values().length * tied];
            for (int i = 0; i < values.length; i++) {
                values[i] = tensor.values()[i / rowLength / tied * rowLength + i % rowLength] * factor;
            }
            long[] shape = tensor.shape().clone();
            shape[0] *= tied;
            return new Tensor(shape, values);
        }
    }
}
