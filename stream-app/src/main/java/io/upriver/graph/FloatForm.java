package io.upriver.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes a network for floats from one for bytes: the same graph without the nodes at its ends that
 * turn bytes into floats, and floats into bytes again.
 *
 * <p>A network takes luma bytes and gives luma bytes, but in between it computes with floats, as
 * fine as one likes. Its float form takes and gives code values on the same scale, 0 to 255, with
 * what lies between them: fractions at both ends, and nothing rounded or limited.
 *
 * <p><b>The ends that are known.</b>
 *
 * <ul>
 *   <li>In front: {@code Cast} to float, or {@code DequantizeLinear}.
 *   <li>Behind: {@code QuantizeLinear}; or {@code Cast} to uint8 after {@code Round}; either with a
 *       {@code Clip} to the range of a byte before it.
 *   <li>Quantisation has one zero point of 0 and one scale, mostly 1. With another one it becomes a
 *       multiplication in front, and a division behind.
 *   <li>What only moves samples, such as {@code DepthToSpace}, may lie anywhere between.
 * </ul>
 *
 * <p>All other graphs are refused, with what was found in place of a known end. The source is the
 * ONNX operator specification, opset 17.
 */
final class FloatForm {

    /** Operators whose first input comes out again in other places, whatever its type. */
    private static final Set<String> MOVES =
            Set.of("Identity", "DepthToSpace", "SpaceToDepth", "Transpose", "Slice", "Pad");

    /** A byte's largest value. */
    private static final float PEAK = 255;

    private final GraphProto.Builder graph;
    private final GraphConstants constants;

    /** The nodes that use a tensor, once for each time. */
    private final Map<String, List<NodeProto.Builder>> users = new HashMap<>();

    private final Map<String, NodeProto.Builder> producers = new HashMap<>();

    private FloatForm(GraphProto.Builder graph) {
        this.graph = graph;
        this.constants = new GraphConstants(graph);
        for (NodeProto.Builder node : graph.getNodeBuilderList()) {
            for (String input : node.getInputList()) {
                users.computeIfAbsent(input, name -> new ArrayList<>()).add(node);
            }
            node.getOutputList().forEach(output -> producers.put(output, node));
        }
    }

    /**
     * The float form of a model.
     *
     * @param input the name of its input
     * @param output the name of its output
     * @throws GraphException if the graph's ends are not known, saying which
     */
    static byte[] of(ModelProto onnx, String input, String output) {
        ModelProto.Builder model = onnx.toBuilder();
        FloatForm form = new FloatForm(model.getGraphBuilder());
        form.openInput(input);
        form.openOutput(output);
        form.graph.getInputBuilderList().forEach(end -> makeFloat(end, input));
        form.graph.getOutputBuilderList().forEach(end -> makeFloat(end, output));
        form.graph.clearValueInfo(); // optional, and no longer true of the tensors at the ends
        return model.build().toByteArray();
    }

    private static void makeFloat(ValueInfoProto.Builder end, String name) {
        if (end.getName().equals(name)) {
            end.getTypeBuilder()
                    .getTensorTypeBuilder()
                    .setElemType(TensorProto.DataType.FLOAT.getNumber());
        }
    }

    /** Takes away what turns this tensor of bytes into floats, wherever it is used. */
    private void openInput(String input) {
        Deque<String> left = new ArrayDeque<>(List.of(input));
        Set<String> seen = new HashSet<>();
        while (!left.isEmpty()) {
            String bytes = left.pop();
            for (NodeProto.Builder node : users.getOrDefault(bytes, List.of())) {
                if (MOVES.contains(node.getOpType())) {
                    if (seen.add(node.getOutput(0))) {
                        left.push(node.getOutput(0));
                    }
                } else {
                    makeFloat(node);
                }
            }
        }
    }

    private void makeFloat(NodeProto.Builder first) {
        switch (first.getOpType()) {
            case "Cast" -> {
                requireCast(first, TensorProto.DataType.FLOAT, "begins");
                replace(first, "Identity");
            }
            case "DequantizeLinear" -> {
                requireQuantisation(first, "begins");
                replaceByArithmetic(first, "Mul");
            }
            default -> throw unknown("begins", first, "DequantizeLinear or Cast");
        }
    }

    /** Takes away what turns floats into this tensor of bytes. */
    private void openOutput(String bytes) {
        NodeProto.Builder last = producerBehindMoves(bytes);
        if (last == null) {
            throw new GraphException("its output is its input");
        }
        String before = last.getInput(0);
        switch (last.getOpType()) {
            case "QuantizeLinear" -> {
                float scale = requireQuantisation(last, "ends");
                requireUnseen(bytes);
                replaceByArithmetic(last, "Div");
                openRounding(before, scale);
            }
            case "Cast" -> {
                requireCast(last, TensorProto.DataType.UINT8, "ends");
                requireUnseen(bytes);
                replace(last, "Identity");
                if (!openRounding(before, 1)) {
                    throw new GraphException("it ends with a Cast to uint8 without Round");
                }
            }
            default -> throw unknown("ends", last, "QuantizeLinear or Cast");
        }
    }

    /**
     * Takes away rounding, and limits to the range of bytes of this scale, in front of the last
     * node; whether there was rounding.
     */
    private boolean openRounding(String floats, float scale) {
        boolean isRounded = false;
        String value = floats;
        NodeProto.Builder node = producerBehindMoves(value);
        while (node != null && (node.getOpType().equals("Round") || isClip(node, scale))) {
            requireUnseen(value);
            isRounded |= node.getOpType().equals("Round");
            value = node.getInput(0);
            replace(node, "Identity");
            node = producerBehindMoves(value);
        }
        return isRounded;
    }

    /** The node that computes this tensor, or the one that others only move; null for an input. */
    private NodeProto.@Nullable Builder producerBehindMoves(String tensor) {
        NodeProto.Builder node = producers.get(tensor);
        while (node != null && MOVES.contains(node.getOpType())) {
            node = producers.get(node.getInput(0));
        }
        return node;
    }

    /** Checks that what is computed there, moved to this tensor, is used for the output alone. */
    private void requireUnseen(String tensor) {
        String value = tensor;
        boolean isMoved = true;
        while (isMoved) {
            requireOneUse(value);
            NodeProto.Builder node = producers.get(value);
            isMoved = MOVES.contains(node.getOpType());
            value = node.getInput(0);
        }
    }

    private void requireOneUse(String tensor) {
        long uses =
                graph.getOutputList().stream().filter(o -> o.getName().equals(tensor)).count()
                        + users.getOrDefault(tensor, List.of()).size();
        if (uses != 1) {
            throw new GraphException(
                    "\"%s\" at its end is used %d times, expected once".formatted(tensor, uses));
        }
    }

    private boolean isClip(NodeProto.Builder node, float scale) {
        if (!node.getOpType().equals("Clip")) {
            return false;
        }
        Float least = bound(node, 1, "min");
        Float most = bound(node, 2, "max");
        return least != null
                && most != null
                && least == 0
                && Math.abs(most / scale - PEAK) < PEAK * 1e-5f;
    }

    /** A limit of Clip: an input since opset 11, an attribute before. */
    private @Nullable Float bound(NodeProto.Builder clip, int input, String attribute) {
        if (clip.getInputCount() > input) {
            return constants.scalar(clip.getInput(input));
        }
        AttributeProto value = GraphConstants.attribute(clip, attribute);
        return value == null ? null : Float.valueOf(value.getF());
    }

    private void requireCast(NodeProto.Builder cast, TensorProto.DataType type, String where) {
        AttributeProto to = GraphConstants.attribute(cast, "to");
        if (to == null || to.getI() != type.getNumber()) {
            String found = to == null ? "nothing" : "type " + to.getI();
            throw new GraphException(
                    "it %s with a Cast to %s, expected %s".formatted(where, found, type));
        }
    }

    /** The scale of a quantisation with a zero point of 0. */
    private float requireQuantisation(NodeProto.Builder node, String where) {
        Float scale = constants.scalar(node.getInput(1));
        boolean isZero =
                node.getInputCount() < 3
                        || node.getInput(2).isEmpty()
                        || Float.valueOf(0).equals(constants.scalar(node.getInput(2)));
        if (scale == null || !isZero) {
            throw new GraphException(
                    "it %s with %s, expected one scale and a zero point of 0"
                            .formatted(where, node.getOpType()));
        }
        return scale;
    }

    /**
     * A quantisation's node becomes plain arithmetic with its scale, or nothing for a scale of 1.
     */
    private void replaceByArithmetic(NodeProto.Builder node, String operator) {
        String scale = node.getInput(1);
        if (Float.valueOf(1).equals(constants.scalar(scale))) {
            replace(node, "Identity");
        } else {
            replace(node, operator);
            node.addInput(scale);
        }
    }

    /** Leaves a node's first input and its output, with another operator between. */
    private static void replace(NodeProto.Builder node, String operator) {
        String input = node.getInput(0);
        node.setOpType(operator).clearDomain().clearAttribute().clearInput().addInput(input);
    }

    private static GraphException unknown(String where, NodeProto.Builder node, String expected) {
        return new GraphException(
                "it %s with %s, expected %s".formatted(where, node.getOpType(), expected));
    }
}
