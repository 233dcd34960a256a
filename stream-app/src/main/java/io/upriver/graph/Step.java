package io.upriver.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node while shapes are followed: what an operator's rule asks of it. Whatever is not there is
 * refused with the node's name.
 */
final class Step {

    private static final long MOST = Integer.MAX_VALUE;

    private final NodeProto node;
    private final List<@Nullable Shape> inputs;
    private final GraphConstants constants;

    /**
     * @param inputs the shapes of the node's inputs; null for those left out
     */
    Step(NodeProto node, List<@Nullable Shape> inputs, GraphConstants constants) {
        this.node = node;
        this.inputs = inputs;
        this.constants = constants;
    }

    /** For example {@code node "head" (Conv)}. */
    static String describe(NodeProto node) {
        String name =
                node.getName().isEmpty() ? String.join(",", node.getOutputList()) : node.getName();
        return "node \"%s\" (%s)".formatted(name, node.getOpType());
    }

    /** A refusal of this node: "expected ..., got ...". */
    GraphException refusal(String expected) {
        return new GraphException(describe(node) + ": expected " + expected);
    }

    int inputs() {
        return inputs.size();
    }

    int outputs() {
        return node.getOutputCount();
    }

    boolean has(int input) {
        return input < inputs.size() && inputs.get(input) != null;
    }

    Shape shape(int input) {
        Shape shape = input < inputs.size() ? inputs.get(input) : null;
        if (shape == null) {
            throw refusal("an input number %d, got %d inputs".formatted(input, inputs.size()));
        }
        return shape;
    }

    /** The shape of an input of pictures, [N,C,H,W]. */
    Shape pictures(int input) {
        Shape shape = shape(input);
        if (shape.rank() != 4) {
            throw refusal("input number %d as [N,C,H,W], got %s".formatted(input, shape));
        }
        return shape;
    }

    /** Refuses an input that would change the rule. */
    void requireNone(int input, String what) {
        if (has(input)) {
            throw refusal("no " + what + ", got one");
        }
    }

    /** Refuses an attribute that would change the rule. */
    void requireNone(String attribute) {
        if (GraphConstants.attribute(node, attribute) != null) {
            throw refusal("no attribute " + attribute + ", got one");
        }
    }

    /** The whole numbers of an input that must be a constant. */
    long[] constantLongs(int input, int count) {
        shape(input);
        long[] values = constants.longs(node.getInput(input));
        if (values == null || (count >= 0 && values.length != count)) {
            throw refusal(
                    "input number %d as a constant of whole numbers%s, got %s"
                            .formatted(
                                    input,
                                    count < 0 ? "" : ", " + count + " of them",
                                    values == null ? "another" : values.length));
        }
        return values;
    }

    /** The numbers of an input that must be a constant. */
    float[] constantFloats(int input, int count) {
        shape(input);
        float[] values = constants.floats(node.getInput(input));
        if (values == null || values.length != count) {
            throw refusal("input number %d as a constant of %d floats".formatted(input, count));
        }
        return values;
    }

    /** A whole number between two, and at most 2^31. */
    long number(String attribute, long fallback, long least) {
        AttributeProto value = GraphConstants.attribute(node, attribute);
        long actual = value == null ? fallback : value.getI();
        requireBetween(attribute, actual, least);
        return actual;
    }

    /** Whole numbers, at most 2^31; null where the attribute is not there. */
    long @Nullable [] numbers(String attribute, int count, long least) {
        AttributeProto value = GraphConstants.attribute(node, attribute);
        if (value == null) {
            return null;
        }
        if (count >= 0 && value.getIntsCount() != count) {
            throw refusal(
                    "%d numbers as %s, got %d".formatted(count, attribute, value.getIntsCount()));
        }
        value.getIntsList().forEach(number -> requireBetween(attribute, number, least));
        return value.getIntsList().stream().mapToLong(Long::longValue).toArray();
    }

    String text(String attribute, String fallback) {
        AttributeProto value = GraphConstants.attribute(node, attribute);
        return value == null ? fallback : value.getS().toStringUtf8();
    }

    /** An axis of a shape, counted from the end where it is below 0. */
    int axis(long given, Shape shape) {
        long axis = given < 0 ? given + shape.rank() : given;
        if (axis < 0 || axis >= shape.rank()) {
            throw refusal("an axis of %s, got %d".formatted(shape, given));
        }
        return (int) axis;
    }

    private void requireBetween(String attribute, long actual, long least) {
        if (actual < least || actual > MOST) {
            throw refusal("%s of %d to %d, got %d".formatted(attribute, least, MOST, actual));
        }
    }
}
