package io.upriver.export;

import io.upriver.export.OnnxGraph.ElementType;
import io.upriver.learn.Weights;
import io.upriver.learn.Weights.Tensor;
import io.upriver.student.Filter;
import io.upriver.student.StudentGraph;
import io.upriver.student.StudentOperators;
import io.upriver.student.StudentSpec;
import java.util.Map;

/**
 * A student as an ONNX model: {@code luma} [N,1,H,W] in, {@code upscaled} [N,1,sH,sW] out, code
 * values 0 to 255, all three sizes free. What the network was trained with is inside the graph: the
 * division by 255 is folded into the first convolution, the multiplication into the last, and
 * rounding and clipping end the graph, so that serving cannot drift from training.
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
            StudentSpec spec,
            Weights weights,
            Output output,
            String producerVersion,
            Map<String, String> metadata) {
        OnnxGraph graph = new OnnxGraph("student");
        String bytes = graph.input(INPUT, ElementType.UINT8, 1, "H", "W");
        String upscaled =
                StudentGraph.apply(
                        spec, graph.dequantize(bytes), new Operators(graph, weights, output));
        ElementType type = output == Output.BYTES ? ElementType.UINT8 : ElementType.FLOAT;
        graph.output(upscaled, OUTPUT, type, 1, spec.scale() + "H", spec.scale() + "W");
        return graph.model("upriver-trainer", producerVersion, metadata);
    }

    private record Operators(OnnxGraph graph, Weights weights, Output output)
            implements StudentOperators<String> {

        @Override
        public String padEdge(String input, int pixels) {
            return graph.padEdge(input, pixels);
        }

        @Override
        public String convolve(String input, Filter filter) {
            float factorIn = filter.name().equals(StudentGraph.HEAD) ? 1 / PEAK : 1;
            float factorOut = filter.name().equals(StudentGraph.TAIL) ? PEAK : 1;
            Tensor weight =
                    untied(weights.get(filter.weightName()), filter.tied(), factorIn * factorOut);
            Tensor bias =
                    filter.bias()
                            ? untied(weights.get(filter.biasName()), filter.tied(), factorOut)
                            : null;
            return graph.conv(
                    input, weight, bias, filter.stride(), filter.groups(), filter.padding());
        }

        /**
         * Merges neighbouring 1x1 convolutions into one: through a quarter of the channels and back
         * is slower than straight. A 1x1 is not merged into the depthwise convolution after it,
         * although that is exact as well: the full 3x3 convolution takes twice the time at 16
         * channels and three times at 32.
         */
        @Override
        public String convolveInTurn(String input, Filter... filters) {
            String value = input;
            Tensor merged = null;
            for (Filter filter : filters) {
                if (filter.kernel() == 1 && !filter.bias() && filter.tied() == 1) {
                    Tensor weight = weights.get(filter.weightName());
                    merged = merged == null ? weight : product(weight, merged);
                } else {
                    value = merged == null ? value : graph.conv(value, merged, null, 1, 1, 0);
                    merged = null;
                    value = convolve(value, filter);
                }
            }
            return merged == null ? value : graph.conv(value, merged, null, 1, 1, 0);
        }

        /**
         * The 1x1 convolution that equals {@code first}, then {@code then}: the product of their
         * matrices.
         */
        private static Tensor product(Tensor then, Tensor first) {
            int out = (int) then.shape()[0];
            int middle = (int) then.shape()[1];
            int in = (int) first.shape()[1];
            float[] values = new float[out * in];
            for (int o = 0; o < out; o++) {
                for (int i = 0; i < in; i++) {
                    double sum = 0;
                    for (int m = 0; m < middle; m++) {
                        sum += (double) then.values()[o * middle + m] * first.values()[m * in + i];
                    }
                    values[o * in + i] = (float) sum;
                }
            }
            return Tensor.of(values, out, in, 1, 1);
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

        /**
         * Ends the graph: the network shuffles once. Bytes are four times quicker to shuffle than
         * floats.
         */
        @Override
        public String pixelShuffle(String input, int block) {
            return graph.depthToSpace(
                    output == Output.BYTES ? graph.quantize(input) : input, block);
        }

        /**
         * Each row times {@code factor}, repeated for the {@code tied} output channels that share
         * it.
         */
        private static Tensor untied(Tensor tensor, int tied, float factor) {
            int rows = (int) tensor.shape()[0];
            int rowLength = tensor.values().length / rows;
            float[] values = new float[tensor.values().length * tied];
            for (int i = 0; i < values.length; i++) {
                values[i] =
                        tensor.values()[i / rowLength / tied * rowLength + i % rowLength] * factor;
            }
            long[] shape = tensor.shape().clone();
            shape[0] *= tied;
            return new Tensor(shape, values);
        }
    }
}
