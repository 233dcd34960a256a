package io.upriver.engine;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProtoOrBuilder;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.NodeProtoOrBuilder;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The constants of an ONNX graph, by the names under which its nodes use them. */
final class GraphConstants {

    private final Map<String, TensorProto> tensors = new HashMap<>();

    /** The constants of a graph as it is now. */
    GraphConstants(GraphProtoOrBuilder graph) {
        graph.getInitializerList().forEach(tensor -> tensors.put(tensor.getName(), tensor));
        for (NodeProto node : graph.getNodeList()) {
            AttributeProto value = attribute(node, "value");
            if (node.getOpType().equals("Constant") && value != null) {
                tensors.put(node.getOutput(0), value.getT());
            }
        }
    }

    /** The value of a constant with one float or byte; null for anything else. */
    @Nullable Float scalar(String name) {
        TensorProto tensor = tensors.get(name);
        if (tensor == null || tensor.getDimsList().stream().anyMatch(extent -> extent != 1)) {
            return null;
        }
        boolean isFloat = tensor.getDataType() == TensorProto.DataType.FLOAT.getNumber();
        boolean isByte = tensor.getDataType() == TensorProto.DataType.UINT8.getNumber();
        if (isFloat && tensor.getFloatDataCount() == 1) {
            return tensor.getFloatData(0);
        } else if (isFloat && tensor.getRawData().size() == Float.BYTES) {
            // little endian in the file, whatever the processor
            return Float.intBitsToFloat(
                    Integer.reverseBytes(tensor.getRawData().asReadOnlyByteBuffer().getInt()));
        } else if (isByte && tensor.getInt32DataCount() == 1) {
            return (float) tensor.getInt32Data(0);
        } else if (isByte && tensor.getRawData().size() == 1) {
            return (float) Byte.toUnsignedInt(tensor.getRawData().byteAt(0));
        }
        return null;
    }

    /** The shape of a constant; null if there is none of this name. */
    @Nullable List<Long> shape(String name) {
        TensorProto tensor = tensors.get(name);
        return tensor == null ? null : tensor.getDimsList();
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
