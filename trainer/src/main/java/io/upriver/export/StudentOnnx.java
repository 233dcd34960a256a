package io.upriver.export;

import io.upriver.export.OnnxGraph.ElementType;
import io.upriver.learn.Weights;
import io.upriver.learn.Weights.Tensor;
import io.upriver.student.Filter;
import io.upriver.student.StudentGraph;
import io.upriver.student.StudentOperators;
import io.upriver.student.StudentSpec;
import java.util.List;
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

    static final float PEAK = 255;

    /** What the graph is written for, and what comes out of it. Bytes go in. */
    public enum Form {
        /**
         * uint8 out, for CPUs: DequantizeLinear and QuantizeLinear with scale 1 are the quickest
         * cast, rounding and clipping, and rounding before the pixel shuffle moves a quarter of the
         * data.
         */
        CPU,
        /**
         * uint8 out, for TensorRT: that takes uint8 only as a network's input and output beside a
         * cast, and quantisation only for int8; here the ends are Cast, and Clip, Round, Cast.
         */
        TENSORRT,
        /** float code values out, neither rounded nor clipped: to compare with libtorch. */
        EXACT
    }

    private StudentOnnx() {}

    /** Writes the model. */
    public static byte[] model(
            StudentSpec spec,
            Weights weights,
            Form form,
            String producerVersion,
            Map<String, String> metadata) {
        OnnxGraph graph = new OnnxGraph("student");
        String bytes = graph.input(INPUT, ElementType.UINT8, spec.channels(), "H", "W");
        String upscaled =
                StudentGraph.apply(
                        spec,
                        form == Form.TENSORRT ? graph.toFloat(bytes) : graph.dequantize(bytes),
                        new Operators(graph, spec, weights, form));
        ElementType type = form == Form.EXACT ? ElementType.FLOAT : ElementType.UINT8;
        graph.output(
                upscaled, OUTPUT, type, spec.channels(), spec.scale() + "H", spec.scale() + "W");
        return graph.model("upriver-trainer", producerVersion, metadata);
    }

    private record Operators(OnnxGraph graph, StudentSpec spec, Weights weights, Form form)
            implements StudentOperators<String> {

        @Override
        public String padEdge(String input, int pixels) {
            return graph.padEdge(input, pixels);
        }

        @Override
        public String convolve(String input, Filter filter) {
            Tensor weight = weight(filter);
            float factorOut = factorOut(filter);
            Tensor bias =
                    filter.bias()
                            ? untied(weights.get(filter.biasName()), filter.tied(), factorOut)
                            : null;
            return graph.conv(
                    filter.name(),
                    input,
                    weight,
                    bias,
                    filter.stride(),
                    filter.groups(),
                    filter.padding());
        }

        private Tensor weight(Filter filter) {
            float factorIn = filter.name().equals(StudentGraph.firstFilter(spec)) ? 1 / PEAK : 1;
            return untied(
                    weights.get(filter.weightName()), filter.tied(), factorIn * factorOut(filter));
        }

        private float factorOut(Filter filter) {
            return filter.name().equals(StudentGraph.lastFilter(spec)) ? PEAK : 1;
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
            String name = null;
            Tensor merged = null;
            for (Filter filter : filters) {
                if (filter.kernel() == 1 && !filter.bias() && filter.tied() == 1) {
                    Tensor weight = weight(filter);
                    name = merged == null ? filter.name() : null; // a product is no filter's own
                    merged = merged == null ? weight : product(weight, merged);
                } else {
                    value = merged == null ? value : graph.conv(name, value, merged, null, 1, 1, 0);
                    merged = null;
                    value = convolve(value, filter);
                }
            }
            return merged == null ? value : graph.conv(name, value, merged, null, 1, 1, 0);
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
            return graph.conv(null, input, fixedWeight, null, stride, 1, 0);
        }

        @Override
        public String leakyRelu(String input, float slope) {
            return slope == 0 ? graph.relu(input) : graph.leakyRelu(input, slope);
        }

        @Override
        public String add(String left, String right) {
            return graph.add(left, right);
        }

        @Override
        public String multiply(String left, String right) {
            return graph.multiply(left, right);
        }

        @Override
        public String subtract(String left, String right) {
            return graph.subtract(left, right);
        }

        @Override
        public String concatenate(List<String> parts) {
            return graph.concatenate(parts);
        }

        /** With its statistics standing still it is a multiplication and an addition. */
        @Override
        public String normalise(String input, String name, int channels) {
            return graph.normalise(
                    input,
                    weights.get(name + ".weight"),
                    weights.get(name + ".bias"),
                    weights.get(name + ".running_mean"),
                    weights.get(name + ".running_var"));
        }

        /**
         * Shifts and spreads by convolutions with fixed weights of 0 and 1: no slices with computed
         * sizes, nothing that a runtime for GPUs would not take.
         */
        @Override
        public String involve(String input, String filters, int kernel, int groups) {
            int width = spec.width();
            int taps = kernel * kernel;
            String sum = null;
            for (int k = 0; k < taps; k++) {
                float[] shift = new float[width * taps];
                float[] spread = new float[width * groups * taps];
                for (int c = 0; c < width; c++) {
                    shift[c * taps + k] = 1;
                    spread[c * groups * taps + c / (width / groups) * taps + k] = 1;
                }
                String shifted =
                        graph.conv(
                                null,
                                input,
                                Tensor.of(shift, width, 1, kernel, kernel),
                                null,
                                1,
                                width,
                                kernel / 2);
                String weight =
                        graph.conv(
                                null,
                                filters,
                                Tensor.of(spread, width, (long) groups * taps, 1, 1),
                                null,
                                1,
                                1,
                                0);
                String product = graph.multiply(shifted, weight);
                sum = sum == null ? product : graph.add(sum, product);
            }
            return sum;
        }

        @Override
        public String globalMean(String input) {
            return graph.globalMean(input);
        }

        @Override
        public String localMean(String input, int window) {
            return graph.localMean(input, window);
        }

        @Override
        public String squareRoot(String input) {
            return graph.squareRoot(graph.addConstant(graph.relu(input), SQUARE_ROOT_FLOOR));
        }

        @Override
        public String sigmoid(String input) {
            return graph.sigmoid(input);
        }

        /** Ends the graph: the network shuffles once. */
        @Override
        public String pixelShuffle(String input, int block) {
            return switch (form) {
                case CPU -> graph.depthToSpace(graph.quantize(input), block);
                case TENSORRT -> graph.toBytes(graph.depthToSpace(input, block));
                case EXACT -> graph.depthToSpace(input, block);
            };
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
