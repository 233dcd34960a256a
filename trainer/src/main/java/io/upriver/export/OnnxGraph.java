package io.upriver.export;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.upriver.learn.Weights.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/**
 * An ONNX graph under construction: one method per operator, each returning the name of the value
 * it produces. Writes opset 17, IR 8, which every runtime of the last years reads.
 *
 * <p>Only the operators that the students need. Not safe for several threads.
 */
final class OnnxGraph {
    private static final int OPSET = 17;
    private static final int IR_VERSION = 8;

    /** Element types of a graph's ends. */
    enum ElementType {
        UINT8(TensorProto.DataType.UINT8),
        FLOAT(TensorProto.DataType.FLOAT);

        private final TensorProto.DataType onnx;

        ElementType(TensorProto.DataType onnx) {
            this.onnx = onnx;
        }
    }

    private final GraphProto.Builder graph = GraphProto.newBuilder();
    private int values;

    OnnxGraph(String name) {
        graph.setName(name);
    }

    /** A graph input of shape [N, channels, H, W] with N, H and W free. */
    String input(String name, ElementType type, int channels, String heightName, String widthName) {
        graph.addInput(planes(name, type, channels, heightName, widthName));
        return name;
    }

    /** Names {@code value} as the graph's output of shape [N, channels, height, width]. */
    void output(
            String value,
            String name,
            ElementType type,
            int channels,
            String heightName,
            String widthName) {
        for (int i = 0; i < graph.getNodeCount(); i++) {
            if (graph.getNode(i).getOutput(0).equals(value)) {
                graph.getNodeBuilder(i).setOutput(0, name);
            }
        }
        graph.addOutput(planes(name, type, channels, heightName, widthName));
    }

    /**
     * Convolution with weight [out, in / groups, k, k], bias [out] (null: none) and zero padding on
     * all sides.
     *
     * @param name its tensors are {@code name.weight} and {@code name.bias} in the file; null for
     *     tensors that are no network's own
     */
    String conv(
            String name,
            String input,
            Tensor weight,
            Tensor bias,
            int stride,
            int groups,
            int padding) {
        long kernel = weight.shape()[2];
        NodeProto.Builder node =
                node("Conv", input, constant(weight, name == null ? null : name + ".weight"));
        if (bias != null) {
            node.addInput(constant(bias, name == null ? null : name + ".bias"));
        }
        return add(
                node.addAttribute(ints("kernel_shape", kernel, kernel))
                        .addAttribute(ints("strides", stride, stride))
                        .addAttribute(ints("pads", padding, padding, padding, padding))
                        .addAttribute(integer("group", groups)));
    }

    String leakyRelu(String input, float slope) {
        return add(
                node("LeakyRelu", input)
                        .addAttribute(
                                AttributeProto.newBuilder()
                                        .setName("alpha")
                                        .setType(AttributeProto.AttributeType.FLOAT)
                                        .setF(slope)));
    }

    String add(String left, String right) {
        return add(node("Add", left, right));
    }

    String multiply(String left, String right) {
        return add(node("Mul", left, right));
    }

    String subtract(String left, String right) {
        return add(node("Sub", left, right));
    }

    String relu(String input) {
        return add(node("Relu", input));
    }

    String sigmoid(String input) {
        return add(node("Sigmoid", input));
    }

    String squareRoot(String input) {
        return add(node("Sqrt", input));
    }

    String addConstant(String input, float constant) {
        return add(node("Add", input, scalar(constant)));
    }

    /** The channels of the parts one after the other. */
    String concatenate(List<String> parts) {
        return add(node("Concat", parts.toArray(new String[0])).addAttribute(integer("axis", 1)));
    }

    /** Batch normalisation with fixed statistics, each [channels]. */
    String normalise(String input, Tensor scale, Tensor shift, Tensor mean, Tensor variance) {
        return add(
                node(
                        "BatchNormalization",
                        input,
                        constant(scale),
                        constant(shift),
                        constant(mean),
                        constant(variance)));
    }

    /** Mean over height and width: [N, C, 1, 1]. */
    String globalMean(String input) {
        return add(node("GlobalAveragePool", input));
    }

    /** Mean over a square around each pixel, over what lies inside the picture. */
    String localMean(String input, int window) {
        int margin = window / 2;
        return add(
                node("AveragePool", input)
                        .addAttribute(ints("kernel_shape", window, window))
                        .addAttribute(ints("pads", margin, margin, margin, margin))
                        .addAttribute(ints("strides", 1, 1))
                        .addAttribute(integer("count_include_pad", 0)));
    }

    /** Repeats the outermost rows and columns {@code pixels} times on every side. */
    String padEdge(String input, int pixels) {
        return add(
                node("Pad", input, longs(0, 0, pixels, pixels, 0, 0, pixels, pixels))
                        .addAttribute(string("mode", "edge")));
    }

    /**
     * Channel c * b * b + i * b + j becomes pixel (i, j) of channel c's b x b square: libtorch's
     * pixel_shuffle.
     */
    String depthToSpace(String input, int block) {
        return add(
                node("DepthToSpace", input)
                        .addAttribute(integer("blocksize", block))
                        .addAttribute(string("mode", "CRD")));
    }

    /** uint8 to float, value for value. On the CPU this is the cheapest cast. */
    String dequantize(String input) {
        return add(node("DequantizeLinear", input, scalar(1f), scalarByte()));
    }

    /** float to uint8: rounds to nearest (ties to even) and clips to 0..255 in one operator. */
    String quantize(String input) {
        return add(node("QuantizeLinear", input, scalar(1f), scalarByte()));
    }

    /** uint8 to float. */
    String toFloat(String input) {
        return cast(input, ElementType.FLOAT);
    }

    /** float to uint8: clips to 0..255, rounds to nearest (ties to even), casts. */
    String toBytes(String input) {
        String clipped = add(node("Clip", input, scalar(0f), scalar(255f)));
        return cast(add(node("Round", clipped)), ElementType.UINT8);
    }

    private String cast(String input, ElementType type) {
        return add(node("Cast", input).addAttribute(integer("to", type.onnx.getNumber())));
    }

    /** The finished model with its self-description. */
    byte[] model(String producer, String producerVersion, Map<String, String> metadata) {
        ModelProto.Builder model =
                ModelProto.newBuilder()
                        .setIrVersion(IR_VERSION)
                        .setProducerName(producer)
                        .setProducerVersion(producerVersion)
                        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
                        .setGraph(graph);
        metadata.forEach(
                (key, value) ->
                        model.addMetadataProps(
                                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        return model.build().toByteArray();
    }

    private static NodeProto.Builder node(String operator, String... inputs) {
        NodeProto.Builder node = NodeProto.newBuilder().setOpType(operator);
        for (String input : inputs) {
            node.addInput(input);
        }
        return node;
    }

    private String add(NodeProto.Builder node) {
        String name = "v" + values++;
        graph.addNode(node.setName(node.getOpType() + "_" + name).addOutput(name));
        return name;
    }

    private String constant(Tensor tensor) {
        return constant(tensor, null);
    }

    private String constant(Tensor tensor, String name) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Float.BYTES * tensor.values().length)
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(tensor.values());
        TensorProto.Builder proto =
                TensorProto.newBuilder()
                        .setDataType(TensorProto.DataType.FLOAT.getNumber())
                        .setRawData(ByteString.copyFrom(bytes));
        for (long size : tensor.shape()) {
            proto.addDims(size);
        }
        return initializer(proto, name);
    }

    private String longs(long... values) {
        TensorProto.Builder proto =
                TensorProto.newBuilder()
                        .setDataType(TensorProto.DataType.INT64.getNumber())
                        .addDims(values.length);
        for (long value : values) {
            proto.addInt64Data(value);
        }
        return initializer(proto);
    }

    private String scalar(float value) {
        return initializer(
                TensorProto.newBuilder()
                        .setDataType(TensorProto.DataType.FLOAT.getNumber())
                        .addFloatData(value));
    }

    private String scalarByte() {
        return initializer(
                TensorProto.newBuilder()
                        .setDataType(TensorProto.DataType.UINT8.getNumber())
                        .addInt32Data(0));
    }

    private String initializer(TensorProto.Builder tensor) {
        return initializer(tensor, null);
    }

    private String initializer(TensorProto.Builder tensor, String wanted) {
        String name = wanted == null ? "c" + graph.getInitializerCount() : wanted;
        graph.addInitializer(tensor.setName(name));
        return name;
    }

    private static AttributeProto.Builder ints(String name, long... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder()
                        .setName(name)
                        .setType(AttributeProto.AttributeType.INTS);
        for (long value : values) {
            attribute.addInts(value);
        }
        return attribute;
    }

    private static AttributeProto.Builder integer(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value);
    }

    private static AttributeProto.Builder string(String name, String value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.STRING)
                .setS(ByteString.copyFromUtf8(value));
    }

    private static ValueInfoProto planes(
            String name, ElementType type, int channels, String heightName, String widthName) {
        TensorShapeProto shape =
                TensorShapeProto.newBuilder()
                        .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("N"))
                        .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(channels))
                        .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam(heightName))
                        .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam(widthName))
                        .build();
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(
                        TypeProto.newBuilder()
                                .setTensorType(
                                        TypeProto.Tensor.newBuilder()
                                                .setElemType(type.onnx.getNumber())
                                                .setShape(shape)))
                .build();
    }
}
