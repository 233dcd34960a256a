package io.upriver.graph;

import io.upriver.graph.Operators.Result;
import io.upriver.graph.Operators.Rule;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The operators that look beyond one place of a picture, or move samples between places. */
final class SpatialOperators {

    /** What the widest kernel of {@code Resize}, the cubic one, multiplies for a sample. */
    private static final int RESIZE_TAPS = 16;

    static final Map<String, Rule> RULES =
            Map.of(
                    "Conv", SpatialOperators::conv,
                    "ConvTranspose", SpatialOperators::convTranspose,
                    "DepthToSpace", SpatialOperators::depthToSpace,
                    "SpaceToDepth", SpatialOperators::spaceToDepth,
                    "Pad", SpatialOperators::pad,
                    "Resize", SpatialOperators::resize,
                    "AveragePool", SpatialOperators::pool,
                    "MaxPool", SpatialOperators::pool,
                    "GlobalAveragePool", SpatialOperators::poolAll,
                    "GlobalMaxPool", SpatialOperators::poolAll);

    private SpatialOperators() {}

    private static Result conv(Step step) {
        Shape in = step.pictures(0);
        Shape weight = step.pictures(1);
        long groups = step.number("group", 1, 1);
        if (Math.multiplyExact(weight.at(1), groups) != in.at(1) || weight.at(0) % groups != 0) {
            throw step.refusal(
                    "weights for %d channels in %d groups, got %s"
                            .formatted(in.at(1), groups, weight));
        }
        requireBias(step, weight.at(0));
        long[] kernel = kernel(step, weight);
        Shape out =
                Shape.of(
                        in.at(0),
                        weight.at(0),
                        slid(step, in.at(2), kernel[0], 0, false),
                        slid(step, in.at(3), kernel[1], 1, false));
        long each = Math.multiplyExact(weight.at(1), Math.multiplyExact(kernel[0], kernel[1]));
        return Result.of(out, Math.multiplyExact(out.elements(), each));
    }

    private static Result convTranspose(Step step) {
        Shape in = step.pictures(0);
        Shape weight = step.pictures(1);
        long groups = step.number("group", 1, 1);
        step.requireNone("output_shape");
        if (weight.at(0) != in.at(1) || in.at(1) % groups != 0) {
            throw step.refusal(
                    "weights for %d channels in %d groups, got %s"
                            .formatted(in.at(1), groups, weight));
        }
        if (!step.text("auto_pad", "NOTSET").equals("NOTSET")) {
            throw step.refusal("its pads as numbers, got auto_pad");
        }
        long channels = Math.multiplyExact(weight.at(1), groups);
        requireBias(step, channels);
        long[] kernel = kernel(step, weight);
        Shape out =
                Shape.of(
                        in.at(0),
                        channels,
                        spread(step, in.at(2), kernel[0], 0),
                        spread(step, in.at(3), kernel[1], 1));
        long each = Math.multiplyExact(weight.at(1), Math.multiplyExact(kernel[0], kernel[1]));
        long inward = Math.multiplyExact(in.elements(), each);
        return Result.of(out, Math.addExact(inward, out.elements()));
    }

    private static void requireBias(Step step, long channels) {
        if (step.has(2) && !step.shape(2).equals(Shape.of(channels))) {
            throw step.refusal("a bias of [%d], got %s".formatted(channels, step.shape(2)));
        }
    }

    private static long[] kernel(Step step, Shape weight) {
        long[] kernel = {weight.at(2), weight.at(3)};
        long[] given = step.numbers("kernel_shape", 2, 1);
        if (given != null && (given[0] != kernel[0] || given[1] != kernel[1])) {
            throw step.refusal(
                    "a kernel_shape as its weights have, %s, got %d and %d"
                            .formatted(weight, given[0], given[1]));
        }
        return kernel;
    }

    /** How many places a kernel has on an axis: 0 the height, 1 the width. */
    private static long slid(Step step, long extent, long kernel, int axis, boolean isCeiled) {
        long stride = of(step.numbers("strides", 2, 1), axis, 1);
        long reach = reach(step, kernel, axis);
        String padding = step.text("auto_pad", "NOTSET");
        if (padding.startsWith("SAME_")) {
            return (extent - 1) / stride + 1;
        }
        long padded = padding.equals("VALID") ? extent : Math.addExact(extent, pads(step, axis));
        if (padded < reach) {
            throw step.refusal("a kernel within %d samples, got %d".formatted(padded, reach));
        }
        return (padded - reach + (isCeiled ? stride - 1 : 0)) / stride + 1;
    }

    private static long spread(Step step, long extent, long kernel, int axis) {
        long stride = of(step.numbers("strides", 2, 1), axis, 1);
        long more = of(step.numbers("output_padding", 2, 0), axis, 0);
        long whole =
                Math.addExact(
                        Math.multiplyExact(stride, extent - 1),
                        Math.addExact(reach(step, kernel, axis), more));
        return whole - pads(step, axis);
    }

    private static long reach(Step step, long kernel, int axis) {
        long dilation = of(step.numbers("dilations", 2, 1), axis, 1);
        return Math.addExact(Math.multiplyExact(dilation, kernel - 1), 1);
    }

    /** Both pads of an axis. */
    private static long pads(Step step, int axis) {
        long[] pads = step.numbers("pads", 4, 0);
        return pads == null ? 0 : pads[axis] + pads[axis + 2];
    }

    private static long of(long @Nullable [] values, int axis, long fallback) {
        return values == null ? fallback : values[axis];
    }

    private static Result depthToSpace(Step step) {
        Shape in = step.pictures(0);
        long block = step.number("blocksize", 0, 1);
        long square = Math.multiplyExact(block, block);
        if (in.at(1) % square != 0) {
            throw step.refusal(
                    "a number of channels that %d divides, got %d".formatted(square, in.at(1)));
        }
        Shape out =
                Shape.of(
                        in.at(0),
                        in.at(1) / square,
                        Math.multiplyExact(in.at(2), block),
                        Math.multiplyExact(in.at(3), block));
        return Result.of(out, out.elements());
    }

    private static Result spaceToDepth(Step step) {
        Shape in = step.pictures(0);
        long block = step.number("blocksize", 0, 1);
        if (in.at(2) % block != 0 || in.at(3) % block != 0) {
            throw step.refusal("a height and width that %d divides, got %s".formatted(block, in));
        }
        long channels = Math.multiplyExact(in.at(1), Math.multiplyExact(block, block));
        Shape out = Shape.of(in.at(0), channels, in.at(2) / block, in.at(3) / block);
        return Result.of(out, out.elements());
    }

    private static Result pad(Step step) {
        Shape shape = step.shape(0);
        step.requireNone(3, "axes of pads");
        int rank = shape.rank();
        long[] pads = step.constantLongs(1, 2 * rank);
        for (int axis = 0; axis < rank; axis++) {
            long more = Math.addExact(pads[axis], pads[rank + axis]);
            long extent = Math.addExact(shape.at(axis), more);
            if (extent < 0) {
                throw step.refusal("something left of %s, got %d".formatted(shape, extent));
            }
            shape = shape.with(axis, extent);
        }
        return Result.of(shape, shape.elements());
    }

    private static Result resize(Step step) {
        Shape in = step.pictures(0);
        step.requireNone(3, "sizes, which hold for one frame size");
        step.requireNone("axes");
        float[] scales = step.constantFloats(2, 4);
        Shape out = in;
        for (int axis = 0; axis < 4; axis++) {
            double extent = Math.floor((double) in.at(axis) * scales[axis]);
            if (!(extent >= 1 && extent <= Integer.MAX_VALUE)) {
                throw step.refusal("scales above 0 and not too large, got " + scales[axis]);
            }
            out = out.with(axis, (long) extent);
        }
        return Result.of(out, Math.multiplyExact(out.elements(), RESIZE_TAPS));
    }

    private static Result pool(Step step) {
        Shape in = step.pictures(0);
        long[] kernel = step.numbers("kernel_shape", 2, 1);
        if (kernel == null) {
            throw step.refusal("a kernel_shape, got none");
        }
        boolean isCeiled = step.number("ceil_mode", 0, 0) != 0;
        Shape out =
                in.with(2, slid(step, in.at(2), kernel[0], 0, isCeiled))
                        .with(3, slid(step, in.at(3), kernel[1], 1, isCeiled));
        long each = Math.multiplyExact(kernel[0], kernel[1]);
        return Result.of(out, Math.multiplyExact(out.elements(), each));
    }

    private static Result poolAll(Step step) {
        Shape in = step.pictures(0);
        return Result.of(in.with(2, 1).with(3, 1), in.elements());
    }
}
