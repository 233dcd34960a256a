package io.upriver.export;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.upriver.evaluate.OnnxNetwork;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the convolutions of an ONNX model multiply: for each, the numbers in its weight times the
 * places where it is applied. The fixed interpolation counts as well, sums and activations do not.
 *
 * <p>Heights and widths are followed from the input through the graph: strides and pads of
 * convolutions, Pad, DepthToSpace and SpaceToDepth change them. A model with an operator that could
 * change them in another way, or that multiplies without being a convolution, has no known cost.
 * Immutable.
 */
public final class OnnxCost implements OnnxNetwork.Cost {
    private static final long UNKNOWN = -1;
    private static final int PROBE = 240;
    private static final Set<String> NOT_FOLLOWED =
            Set.of(
                    "ConvTranspose",
                    "Einsum",
                    "Expand",
                    "Flatten",
                    "Gather",
                    "Gemm",
                    "GlobalMaxPool",
                    "GridSample",
                    "If",
                    "Loop",
                    "MatMul",
                    "MaxPool",
                    "QLinearConv",
                    "ConvInteger",
                    "ReduceMax",
                    "ReduceMean",
                    "ReduceSum",
                    "Reshape",
                    "Resize",
                    "Slice",
                    "Squeeze",
                    "Tile",
                    "Transpose",
                    "Unsqueeze",
                    "Upsample");

    private final GraphProto graph;
    private final Map<String, TensorProto> constants = new HashMap<>();

    /** Reads a model's bytes. */
    public OnnxCost(byte[] model) {
        try {
            graph = ModelProto.parseFrom(model).getGraph();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("no ONNX model: " + e.getMessage(), e);
        }
        graph.getInitializerList().forEach(constant -> constants.put(constant.getName(), constant));
    }

    /** For an input of about that size divided by the scale; -1 if not known. */
    @Override
    public long multiplyAdds(int outputWidth, int outputHeight) {
        Followed probe = follow(new Size(PROBE, PROBE));
        if (probe == null) {
            return UNKNOWN;
        }
        double scale = (double) probe.output.height / PROBE;
        return follow(new Size(Math.round(outputHeight / scale), Math.round(outputWidth / scale)))
                .multiplyAdds;
    }

    private record Size(long height, long width) {}

    private record Followed(Size output, long multiplyAdds) {}

    /** From the input to the output; null where that is not possible. */
    private Followed follow(Size input) {
        Map<String, Size> sizes = new HashMap<>();
        sizes.put(graph.getInput(0).getName(), input);
        long multiplyAdds = 0;
        for (NodeProto node : graph.getNodeList()) {
            Size in =
                    node.getInputList().stream()
                            .filter(sizes::containsKey)
                            .map(sizes::get)
                            .findFirst()
                            .orElse(null);
            if (in == null) {
                continue; // computed from constants alone
            }
            Size out = NOT_FOLLOWED.contains(node.getOpType()) ? null : after(node, in);
            if (out == null) {
                return null;
            }
            if (node.getOpType().equals("Conv")) {
                long numbers =
                        constants.get(node.getInput(1)).getDimsList().stream()
                                .reduce(1L, Math::multiplyExact);
                multiplyAdds += numbers * out.height * out.width;
            }
            node.getOutputList().forEach(name -> sizes.put(name, out));
        }
        return new Followed(sizes.get(graph.getOutput(0).getName()), multiplyAdds);
    }

    private Size after(NodeProto node, Size in) {
        return switch (node.getOpType()) {
            case "Conv" -> convolved(node, in);
            case "Pad" -> padded(node, in);
            case "DepthToSpace" -> {
                long block = attribute(node, "blocksize").getI();
                yield new Size(in.height * block, in.width * block);
            }
            case "SpaceToDepth" -> {
                long block = attribute(node, "blocksize").getI();
                yield new Size(in.height / block, in.width / block);
            }
            case "GlobalAveragePool" -> new Size(1, 1);
            case "AveragePool" -> pooled(node, in);
            default -> in;
        };
    }

    /** Null unless the size stays: the students pool no other way. */
    private static Size pooled(NodeProto node, Size in) {
        long kernel = longs(node, "kernel_shape", 1, 2).get(0);
        boolean same =
                longs(node, "strides", 1, 2).stream().allMatch(stride -> stride == 1)
                        && longs(node, "pads", 0, 4).stream().allMatch(pad -> pad == kernel / 2);
        return same ? in : null;
    }

    private Size convolved(NodeProto node, Size in) {
        TensorProto weight = constants.get(node.getInput(1));
        String autoPad = attribute(node, "auto_pad").getS().toStringUtf8();
        if (weight == null || !(autoPad.isEmpty() || autoPad.equals("NOTSET"))) {
            return null;
        }
        List<Long> pads = longs(node, "pads", 0, 4);
        List<Long> strides = longs(node, "strides", 1, 2);
        List<Long> dilations = longs(node, "dilations", 1, 2);
        long reachHeight = dilations.get(0) * (weight.getDims(2) - 1) + 1;
        long reachWidth = dilations.get(1) * (weight.getDims(3) - 1) + 1;
        return new Size(
                (in.height + pads.get(0) + pads.get(2) - reachHeight) / strides.get(0) + 1,
                (in.width + pads.get(1) + pads.get(3) - reachWidth) / strides.get(1) + 1);
    }

    /** Pads of [N,C,H,W]: four at the beginnings, four at the ends. */
    private Size padded(NodeProto node, Size in) {
        TensorProto pads = node.getInputCount() == 2 ? constants.get(node.getInput(1)) : null;
        if (pads == null) {
            return null;
        }
        LongBuffer values =
                pads.getInt64DataCount() > 0
                        ? LongBuffer.wrap(
                                pads.getInt64DataList().stream().mapToLong(n -> n).toArray())
                        : pads.getRawData()
                                .asReadOnlyByteBuffer()
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .asLongBuffer();
        return values.remaining() == 8
                ? new Size(
                        in.height + values.get(2) + values.get(6),
                        in.width + values.get(3) + values.get(7))
                : null;
    }

    private static List<Long> longs(NodeProto node, String name, long byDefault, int count) {
        AttributeProto attribute = attribute(node, name);
        return attribute.getIntsCount() == 0
                ? Collections.nCopies(count, byDefault)
                : attribute.getIntsList();
    }

    private static AttributeProto attribute(NodeProto node, String name) {
        return node.getAttributeList().stream()
                .filter(attribute -> attribute.getName().equals(name))
                .findFirst()
                .orElse(AttributeProto.getDefaultInstance());
    }
}
