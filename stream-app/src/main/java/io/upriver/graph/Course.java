package io.upriver.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.upriver.graph.Operators.Result;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Follows the shapes of a frame through a graph of checked structure, node by node, and adds up
 * what they take: the memory of everything that is still needed, and the multiplications. The first
 * node that is beyond a limit ends it.
 */
final class Course {

    /** No number between the layers takes more, see {@link Operators}. */
    private static final int BYTES_OF_A_NUMBER = 4;

    private final GraphProto graph;
    private final GraphConstants constants;
    private final GraphLimits limits;
    private final Map<String, Shape> shapes = new HashMap<>();
    private final Map<String, Integer> lastUses = new HashMap<>();
    private long bytes;
    private long multiplyAdds;

    private Course(GraphProto graph, GraphConstants constants, GraphLimits limits) {
        this.graph = graph;
        this.constants = constants;
        this.limits = limits;
        for (int i = 0; i < graph.getNodeCount(); i++) {
            for (String input : graph.getNode(i).getInputList()) {
                lastUses.put(input, i);
            }
        }
    }

    /**
     * The shape that comes out of a graph.
     *
     * @param input the shape that goes in
     * @throws GraphException if the shapes do not fit each other, or are beyond the limits
     */
    static Shape follow(
            GraphProto graph, GraphConstants constants, GraphLimits limits, Shape input) {
        Course course = new Course(graph, constants, limits);
        course.hold(graph.getInput(0).getName(), input);
        for (TensorProto tensor : graph.getInitializerList()) {
            course.hold(tensor.getName(), Tensors.shape(tensor));
        }
        for (int i = 0; i < graph.getNodeCount(); i++) {
            course.pass(i);
        }
        return course.shapes.get(graph.getOutput(0).getName());
    }

    private void pass(int number) {
        NodeProto node = graph.getNode(number);
        try {
            Result result = result(node);
            for (int i = 0; i < node.getOutputCount(); i++) {
                hold(node.getOutput(i), result.outputs().get(i));
            }
            multiplyAdds = Math.addExact(multiplyAdds, result.multiplyAdds());
        } catch (ArithmeticException e) {
            throw new GraphException(
                    Step.describe(node) + ": expected shapes that can be, got some beyond 2^63", e);
        }
        require(node, "bytes of memory", bytes, limits.maxFrameBytes());
        require(node, "multiply-adds", multiplyAdds, limits.maxFrameMultiplyAdds());
        for (String input : node.getInputList()) {
            release(input, number);
        }
        for (String output : node.getOutputList()) {
            release(output, number);
        }
    }

    private Result result(NodeProto node) {
        if (Structure.isConstant(node)) {
            return Result.of(Tensors.shape(constants.get(node.getOutput(0))), 0);
        }
        List<@Nullable Shape> inputs = new ArrayList<>();
        for (String input : node.getInputList()) {
            inputs.add(input.isEmpty() ? null : shapes.get(input));
        }
        Step step = new Step(node, inputs, constants);
        Result result = Operators.rule(node.getOpType()).apply(step);
        if (result.outputs().size() != node.getOutputCount()) {
            throw step.refusal(
                    "%d outputs, got %d".formatted(result.outputs().size(), node.getOutputCount()));
        }
        for (Shape shape : result.outputs()) {
            if (shape.extents().stream().anyMatch(extent -> extent < 1)) {
                throw step.refusal("something to come out, got " + shape);
            }
        }
        return result;
    }

    private void hold(String name, Shape shape) {
        shapes.put(name, shape);
        bytes = Math.addExact(bytes, bytesOf(shape));
    }

    /** The output is held to the end; what nobody uses is not kept. */
    private void release(String name, int number) {
        boolean isDone = lastUses.getOrDefault(name, -1) <= number;
        boolean isOutput = name.equals(graph.getOutput(0).getName());
        if (isDone && !isOutput && !name.isEmpty() && constants.get(name) == null) {
            bytes -= bytesOf(shapes.get(name));
            lastUses.put(name, Integer.MAX_VALUE); // an input that is used twice is released once
        }
    }

    private static long bytesOf(Shape shape) {
        return Math.multiplyExact(shape.elements(), BYTES_OF_A_NUMBER);
    }

    private static void require(NodeProto node, String what, long actual, long most) {
        if (actual > most) {
            throw new GraphException(
                    "%s: expected at most %d %s for a frame of %dx%d, got %d"
                            .formatted(
                                    Step.describe(node),
                                    most,
                                    what,
                                    GraphLimits.FRAME_WIDTH,
                                    GraphLimits.FRAME_HEIGHT,
                                    actual));
        }
    }
}
