package io.upriver.graph;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The operators that a network may have, with what each makes of the shapes of its inputs and how
 * much it computes. They are those of convolutional networks for pictures, without control flow and
 * without any whose shape depends on data: Shape, Reshape, Expand, Tile, ConstantOfShape and the
 * like. Source: the ONNX operator specification, opsets {@link Structure#LEAST_OPSET} to {@link
 * Structure#MOST_OPSET}.
 */
final class Operators {

    /** From the shapes of a node's inputs to those of its outputs. */
    interface Rule {
        Result apply(Step step);
    }

    /**
     * What a node makes.
     *
     * @param outputs their shapes
     * @param multiplyAdds how much it computes
     */
    record Result(List<Shape> outputs, long multiplyAdds) {

        static Result of(Shape output, long multiplyAdds) {
            return new Result(List.of(output), multiplyAdds);
        }
    }

    /** Give what they get, number by number; other inputs are parameters, spread over the first. */
    private static final Set<String> NUMBER_BY_NUMBER =
            Set.of(
                    "Abs",
                    "BatchNormalization",
                    "Ceil",
                    "Clip",
                    "DequantizeLinear",
                    "Elu",
                    "Erf",
                    "Exp",
                    "Floor",
                    "Gelu",
                    "HardSigmoid",
                    "HardSwish",
                    "Identity",
                    "LeakyRelu",
                    "Log",
                    "Mish",
                    "Neg",
                    "QuantizeLinear",
                    "Reciprocal",
                    "Relu",
                    "Round",
                    "Selu",
                    "Sigmoid",
                    "Softplus",
                    "Softsign",
                    "Sqrt",
                    "Tanh",
                    "ThresholdedRelu");

    private static final Set<String> TOGETHER =
            Set.of("Add", "Div", "Max", "Mean", "Min", "Mul", "PRelu", "Pow", "Sub", "Sum");

    /** No type of a cast is wider than a float. */
    private static final Set<Integer> CASTS =
            Set.of(
                    DataType.FLOAT.getNumber(),
                    DataType.FLOAT16.getNumber(),
                    DataType.BFLOAT16.getNumber(),
                    DataType.UINT8.getNumber(),
                    DataType.INT8.getNumber(),
                    DataType.INT32.getNumber());

    private static final Map<String, Rule> RULES = rules();

    private Operators() {}

    static boolean isKnown(String operator) {
        return RULES.containsKey(operator);
    }

    static Rule rule(String operator) {
        return RULES.get(operator);
    }

    private static Map<String, Rule> rules() {
        Map<String, Rule> rules = new HashMap<>();
        NUMBER_BY_NUMBER.forEach(name -> rules.put(name, Operators::numberByNumber));
        TOGETHER.forEach(name -> rules.put(name, Operators::together));
        rules.put("Cast", Operators::cast);
        rules.put("Concat", Operators::concat);
        rules.put("Split", Operators::split);
        rules.put("Slice", Operators::slice);
        rules.put("Transpose", Operators::transpose);
        rules.put("ReduceMean", Operators::reduceMean);
        rules.putAll(SpatialOperators.RULES);
        return Collections.unmodifiableMap(rules);
    }

    private static Result numberByNumber(Step step) {
        Shape shape = step.shape(0);
        for (int i = 1; i < step.inputs(); i++) {
            if (step.has(i) && step.shape(i).elements() > shape.elements()) {
                throw step.refusal(
                        "parameters of at most %s, got %s".formatted(shape, step.shape(i)));
            }
        }
        return Result.of(shape, shape.elements());
    }

    private static Result together(Step step) {
        Shape shape = step.shape(0);
        for (int i = 1; i < step.inputs(); i++) {
            try {
                shape = shape.spread(step.shape(i));
            } catch (IllegalArgumentException e) {
                throw step.refusal(e.getMessage().substring("expected ".length()));
            }
        }
        return Result.of(shape, Math.multiplyExact(shape.elements(), step.inputs()));
    }

    private static Result cast(Step step) {
        long to = step.number("to", 0, 0);
        if (!CASTS.contains((int) to)) {
            throw step.refusal("a cast to a type of at most four bytes, got type " + to);
        }
        return numberByNumber(step);
    }

    private static Result concat(Step step) {
        Shape first = step.shape(0);
        int axis = step.axis(step.number("axis", 0, -first.rank()), first);
        long extent = 0;
        for (int i = 0; i < step.inputs(); i++) {
            Shape part = step.shape(i);
            if (part.rank() != first.rank() || !part.with(axis, first.at(axis)).equals(first)) {
                throw step.refusal(
                        "parts that differ on axis %d alone, got %s and %s"
                                .formatted(axis, first, part));
            }
            extent = Math.addExact(extent, part.at(axis));
        }
        Shape shape = first.with(axis, extent);
        return Result.of(shape, shape.elements());
    }

    private static Result split(Step step) {
        Shape whole = step.shape(0);
        int axis = step.axis(step.number("axis", 0, -whole.rank()), whole);
        long[] sizes = step.numbers("split", step.outputs(), 0); // an input since opset 13
        if (step.has(1)) {
            sizes = step.constantLongs(1, step.outputs());
        }
        long equal = (whole.at(axis) + step.outputs() - 1) / step.outputs();
        long left = whole.at(axis);
        Shape[] parts = new Shape[step.outputs()];
        for (int i = 0; i < parts.length; i++) {
            long size = sizes == null ? Math.min(equal, left) : sizes[i];
            if (size < 0 || size > left) {
                throw step.refusal(
                        "parts that make up %d, got one of %d more".formatted(left, size));
            }
            left -= size;
            parts[i] = whole.with(axis, size);
        }
        if (left != 0) {
            throw step.refusal("parts that make up axis %d, %d are left".formatted(axis, left));
        }
        return new Result(List.of(parts), whole.elements());
    }

    private static Result slice(Step step) {
        Shape shape = step.shape(0);
        long[] starts = step.constantLongs(1, -1);
        long[] ends = step.constantLongs(2, starts.length);
        long[] axes = step.has(3) ? step.constantLongs(3, starts.length) : null;
        long[] steps = step.has(4) ? step.constantLongs(4, starts.length) : null;
        for (int i = 0; i < starts.length; i++) {
            int axis = step.axis(axes == null ? i : axes[i], shape);
            long stride = steps == null ? 1 : steps[i];
            if (stride < 1) {
                throw step.refusal("steps of at least 1, got " + stride);
            }
            long extent = shape.at(axis);
            long start = clamp(starts[i], extent);
            long end = clamp(ends[i], extent);
            long taken = Math.max(0, end - start);
            shape = shape.with(axis, taken == 0 ? 0 : (taken - 1) / stride + 1);
        }
        return Result.of(shape, shape.elements());
    }

    private static long clamp(long position, long extent) {
        long fromStart = position < 0 ? Math.max(position, -extent) + extent : position;
        return Math.min(fromStart, extent);
    }

    private static Result transpose(Step step) {
        Shape shape = step.shape(0);
        long[] order = step.numbers("perm", shape.rank(), 0);
        long[] turned = new long[shape.rank()];
        Set<Long> seen = new HashSet<>();
        for (int axis = 0; axis < turned.length; axis++) {
            long from = order == null ? turned.length - 1 - axis : order[axis];
            turned[axis] = shape.at(step.axis(from, shape));
            if (!seen.add(from)) {
                throw step.refusal("every axis once, got %d twice".formatted(from));
            }
        }
        return Result.of(Shape.of(turned), shape.elements());
    }

    private static Result reduceMean(Step step) {
        Shape shape = step.shape(0);
        long[] axes = step.numbers("axes", -1, -shape.rank()); // an input since opset 18
        if (step.has(1)) {
            axes = step.constantLongs(1, -1);
        }
        if (axes == null || step.number("keepdims", 1, 0) != 1) {
            throw step.refusal("axes, and that they are kept");
        }
        long work = shape.elements();
        for (long axis : axes) {
            shape = shape.with(step.axis(axis, shape), 1);
        }
        return Result.of(shape, work);
    }
}
