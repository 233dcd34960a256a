package io.upriver.teacher;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;

/** Small foreign models. */
public final class OnnxModels {
    private OnnxModels() {}

    /**
     * Doubles a picture by repeating its pixels, brightened by {@code more}: features "body", 12
     * channels, each colour four times; picture "sr".
     *
     * @param channels planes of the input as declared
     */
    public static byte[] repeating(int channels, float more) {
        TensorProto.Builder weight =
                TensorProto.newBuilder()
                        .setName("w")
                        .setDataType(TensorProto.DataType.FLOAT.getNumber())
                        .addDims(4L * channels)
                        .addDims(channels)
                        .addDims(1)
                        .addDims(1);
        TensorProto.Builder bias =
                TensorProto.newBuilder()
                        .setName("b")
                        .setDataType(TensorProto.DataType.FLOAT.getNumber())
                        .addDims(4L * channels);
        for (int out = 0; out < 4 * channels; out++) {
            bias.addFloatData(more);
            for (int in = 0; in < channels; in++) {
                weight.addFloatData(out / 4 == in ? 1 : 0);
            }
        }
        NodeProto.Builder shuffle =
                NodeProto.newBuilder()
                        .setOpType("DepthToSpace")
                        .addInput("body")
                        .addOutput("sr")
                        .addAttribute(
                                AttributeProto.newBuilder()
                                        .setName("blocksize")
                                        .setType(AttributeProto.AttributeType.INT)
                                        .setI(2))
                        .addAttribute(
                                AttributeProto.newBuilder()
                                        .setName("mode")
                                        .setType(AttributeProto.AttributeType.STRING)
                                        .setS(ByteString.copyFromUtf8("CRD")));
        GraphProto.Builder graph =
                GraphProto.newBuilder()
                        .setName("repeating")
                        .addInput(maps("rgb", channels))
                        .addInitializer(weight)
                        .addInitializer(bias)
                        .addNode(
                                NodeProto.newBuilder()
                                        .setOpType("Conv")
                                        .addInput("rgb")
                                        .addInput("w")
                                        .addInput("b")
                                        .addOutput("body"))
                        .addNode(shuffle)
                        .addOutput(maps("body", 4 * channels))
                        .addOutput(maps("sr", channels));
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(graph)
                .build()
                .toByteArray();
    }

    /** Float [N, channels, free, free]. */
    private static ValueInfoProto maps(String name, int channels) {
        TensorShapeProto shape =
                TensorShapeProto.newBuilder()
                        .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("N"))
                        .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(channels))
                        .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam(name + "H"))
                        .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam(name + "W"))
                        .build();
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(
                        TypeProto.newBuilder()
                                .setTensorType(
                                        TypeProto.Tensor.newBuilder()
                                                .setElemType(TensorProto.DataType.FLOAT.getNumber())
                                                .setShape(shape)))
                .build();
    }
}
