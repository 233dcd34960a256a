package io.upriver.student;

import io.upriver.student.StudentSpec.InvolutionSpec;
import io.upriver.student.StudentSpec.Operator;
import java.util.ArrayList;
import java.util.List;

/** The blocks of a streamlined student: {@link StudentGraph} draws them. */
final class StreamlinedGraph {
    private StreamlinedGraph() {}

    /** Features [N, C, H, W] through all blocks. */
    static <V> V features(StudentSpec spec, V head, StudentOperators<V> ops) {
        V features = head;
        for (int i = 1; i <= spec.blocks().size(); i++) {
            String name = "block" + i;
            List<Operator> operators = spec.blocks().get(i - 1);
            features =
                    spec.distilledWidth() == 0
                            ? chain(spec, operators, name, features, ops)
                            : block(spec, operators, name, features, ops);
            features =
                    ChannelAttention.apply(
                            spec.attention(), name + ".cca", spec.width(), features, ops);
            features = ops.tap(name, features);
        }
        return features;
    }

    private static <V> V block(
            StudentSpec spec,
            List<Operator> operators,
            String name,
            V input,
            StudentOperators<V> ops) {
        V refined = input;
        List<V> kept = new ArrayList<>();
        for (int depth = 1; depth <= operators.size(); depth++) {
            String at = name + ".depth" + depth;
            kept.add(
                    ops.leakyRelu(
                            ops.convolve(
                                    refined,
                                    Filter.pointwise(
                                            at + ".keep", spec.width(), spec.distilledWidth())),
                            spec.leakySlope()));
            V change = refine(spec, operators.get(depth - 1), at + ".refine", refined, ops);
            refined = ops.add(ops.leakyRelu(change, spec.leakySlope()), refined);
            refined = ops.tap(at, refined);
        }
        V sum = input;
        for (int depth = 1; depth <= kept.size(); depth++) {
            Filter fuse =
                    Filter.pointwise(name + ".fuse" + depth, spec.distilledWidth(), spec.width());
            sum =
                    ops.add(
                            ops.convolve(kept.get(depth - 1), fuse.withoutBias().withGain(0.5f)),
                            sum);
        }
        Filter fuse = Filter.pointwise(name + ".fuse", spec.width(), spec.width());
        return ops.add(ops.convolve(refined, fuse.withGain(0.5f)), sum);
    }

    private static <V> V chain(
            StudentSpec spec,
            List<Operator> operators,
            String name,
            V input,
            StudentOperators<V> ops) {
        V refined = input;
        for (int depth = 1; depth <= operators.size(); depth++) {
            String at = name + ".depth" + depth;
            V change = refine(spec, operators.get(depth - 1), at + ".refine", refined, ops);
            refined = ops.tap(at, ops.leakyRelu(change, spec.leakySlope()));
        }
        return ops.add(refined, input);
    }

    static <V> V refine(
            StudentSpec spec, Operator operator, String name, V input, StudentOperators<V> ops) {
        int width = spec.width();
        return switch (operator) {
            case BSCONV_U ->
                    ops.convolveInTurn(
                            input,
                            Filter.pointwise(name + ".point", width, width).withoutBias(),
                            Filter.depthwise(name + ".depth", width, 3));
            case CONV ->
                    ops.convolve(
                            input,
                            new Filter(name + ".conv", width, width, 3, 1, 1, 1, true, 1, 1));
            case BSCONV_S ->
                    ops.convolveInTurn(
                            input,
                            Filter.pointwise(name + ".down", width, width / 4).withoutBias(),
                            Filter.pointwise(name + ".up", width / 4, width).withoutBias(),
                            Filter.depthwise(name + ".depth", width, 3));
            case BOTTLENECK -> {
                V mixed =
                        ops.leakyRelu(
                                ops.convolve(
                                        input, Filter.pointwise(name + ".first", width, width)),
                                spec.leakySlope());
                V spread =
                        ops.leakyRelu(
                                ops.convolve(mixed, Filter.depthwise(name + ".depth", width, 3)),
                                spec.leakySlope());
                yield ops.convolve(spread, Filter.pointwise(name + ".last", width, width));
            }
            case INVOLUTION -> involution(spec, name, input, ops);
        };
    }

    /** Package-private for the test that compares it with the paper. */
    static <V> V involution(StudentSpec spec, String name, V input, StudentOperators<V> ops) {
        InvolutionSpec shape = spec.involution();
        int channelsPerGroup = spec.width() / shape.groups();
        Filter basis = Filter.depthwise(name + ".basis0", spec.width(), shape.kernel());
        V sum = ops.convolve(input, basis.tiedBy(channelsPerGroup));
        for (int i = 1; i <= shape.hidden(); i++) {
            Filter generator =
                    Filter.pointwise(name + ".generator" + i, spec.width(), spec.width());
            V coefficient =
                    ops.leakyRelu(
                            ops.convolve(input, generator.tiedBy(channelsPerGroup)),
                            spec.leakySlope());
            Filter further = Filter.depthwise(name + ".basis" + i, spec.width(), shape.kernel());
            V filtered = ops.convolve(input, further.tiedBy(channelsPerGroup).withoutBias());
            sum = ops.add(sum, ops.multiply(coefficient, filtered));
        }
        return sum;
    }
}
