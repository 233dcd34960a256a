package io.upriver.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProtoOrBuilder;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.NodeProtoOrBuilder;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The constants of an ONNX graph, by the names under which its nodes use them. */
final class GraphConstants {

    private final Map<String, TensorProto> tensors = new HashMap<>();

    /** The constants of a graph as it is now. */
    GraphConstants(GraphProtoOrBuilder graph) {
        graph.getInitializerList().forEach(tensor -> tensors.put(tensor.getName(), tensor));
        for (NodeProto node : graph.getNodeList()) {
            TensorProto value = node.getOpType().equals("Constant") ? Tensors.valueOf(node) : null;
            if (value != null) {
                tensors.put(node.getOutput(0), value);
            }
        }
    }

    /** A constant by its name, or null. */
    @Nullable TensorProto get(String name) {
        return tensors.get(name);
    }

    /** The whole numbers of a constant, or null for anything else. */
    long @Nullable [] longs(String name) {
        TensorProto tensor = tensors.get(name);
        if (tensor == null || tensor.getDataType() != TensorProto.DataType.INT64.getNumber()) {
            return null;
        }
        if (!tensor.hasRawData()) {
            return tensor.getInt64DataList().stream().mapToLong(Long::longValue).toArray();
        }
        long[] values = new long[tensor.getRawData().size() / Long.BYTES];
        littleEndian(tensor).asLongBuffer().get(values);
        return values;
    }

    /** The numbers of a constant of floats, or null for anything else. */
    float @Nullable [] floats(String name) {
        TensorProto tensor = tensors.get(name);
        if (tensor == null || tensor.getDataType() != TensorProto.DataType.FLOAT.getNumber()) {
            return null;
        }
        float[] values =
                new float
                        [tensor.hasRawData()
                                ? tensor.getRawData().size() / Float.BYTES
                                : tensor.getFloatDataCount()];
        if (tensor.hasRawData()) {
            littleEndian(tensor).asFloatBuffer().get(values);
        } else {
            for (int i = 0; i < values.length; i++) {
                values[i] = tensor.getFloatData(i);
            }
        }
        return values;
    }

    /** As in the file, whatever the processor. */
    private static ByteBuffer littleEndian(TensorProto tensor) {
        return tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The value of a constant with one float or byte; null for anything else. */
    @Nullable Float scalar(String name) {
        TensorProto tensor = tensors.get(name);
        if (tensor == null || tensor.getDimsList().stream().anyMatch(extent -> extent != 1)) {
            return null;
        }
        float[] floats = floats(name);
        if (floats != null) {
            return floats.length == 1 ? floats[0] : null;
        }
        boolean isByte = tensor.getDataType() == TensorProto.DataType.UINT8.getNumber();
        if (isByte && tensor.getInt32DataCount() == 1) {
            return (float) tensor.getInt32Data(0);
        } else if (isByte && tensor.getRawData().size() == 1) {
            return (float) Byte.toUnsignedInt(tensor.getRawData().byteAt(0));
        }
        return null;
    }

    /** A node's attribute, or null if it has none of this name. */
    static @Nullable AttributeProto attribute(NodeProtoOrBuilder node, String name) {
        for (AttributeProto attribute : node.getAttributeList()) {
            if (attribute.getName().equals(name)) {
                return attribute;
            }
        }
        return null;
    }
}
