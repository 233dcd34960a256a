package io.upriver.student;

import io.upriver.student.StudentSpec.Interpolation;
import io.upriver.student.StudentSpec.InvolutionSpec;
import io.upriver.student.StudentSpec.Operator;
import java.util.ArrayList;
import java.util.List;

/**
 * The authors' network (arXiv 2503.14779, their entry to the NTIRE 2025 challenge on efficient
 * super-resolution), with its weights' names, so that their checkpoint can be loaded.
 *
 * <pre>
 *   f = BSConv-U(input);   b_1 = block_1(f), b_i = block_i(b_{i-1})
 *   y = f + BSConv-U(act(1x1(concat(b_1, ..., b_B))));   output = shuffle(3x3(y)) [+ interpolation]
 *
 *   block(x):  r_0 = x;   d_i = act(1x1(r_{i-1}));   r_i = act(operator_i(r_{i-1}) + r_{i-1})
 *              attention(1x1(concat(d_1, ..., d_D, act(BSConv-S(r_D)))))       no sum around it
 * </pre>
 *
 * The involution has one generator for all groups: 1x1 to {@code hidden}, batch normalisation,
 * ReLU, 1x1 to groups * K * K.
 */
final class IbmdnGraph {
    static final String HEAD = "fea_conv.pw";
    static final String TAIL = "upsampler.0";

    private IbmdnGraph() {}

    /** Input [N, C, H, W], 0 to 1; output [N, C * s * s, H, W], to be shuffled. */
    static <V> V phases(StudentSpec spec, V input, StudentOperators<V> ops) {
        int width = spec.width();
        V head =
                ops.tap(
                        "head",
                        ops.convolveInTurn(
                                input,
                                Filter.pointwise(HEAD, spec.channels(), width).withoutBias(),
                                Filter.depthwise("fea_conv.dw", width, 3)));
        List<V> outputs = new ArrayList<>();
        V features = head;
        for (int i = 1; i <= spec.blocks().size(); i++) {
            features = block(spec, spec.blocks().get(i - 1), "B" + i, features, ops);
            outputs.add(ops.tap("block" + i, features));
        }
        V fused =
                ops.leakyRelu(
                        ops.convolve(
                                ops.concatenate(outputs),
                                Filter.pointwise("c.0", outputs.size() * width, width)),
                        spec.leakySlope());
        V refined =
                ops.convolveInTurn(
                        fused,
                        Filter.pointwise("LR_conv.pw", width, width).withoutBias(),
                        Filter.depthwise("LR_conv.dw", width, 3));
        int phases = spec.channels() * spec.scale() * spec.scale();
        float gain = spec.skip() == Interpolation.NONE ? 1 : StudentGraph.NEAR_ZERO;
        Filter tail = new Filter(TAIL, width, phases, 3, 1, 1, 1, true, 1, gain);
        return ops.convolve(ops.add(refined, head), tail);
    }

    private static <V> V block(
            StudentSpec spec,
            List<Operator> operators,
            String name,
            V input,
            StudentOperators<V> ops) {
        int width = spec.width();
        int kept = spec.distilledWidth();
        V refined = input;
        List<V> parts = new ArrayList<>();
        for (int depth = 1; depth <= operators.size(); depth++) {
            String at = name + ".c" + depth;
            V part = ops.convolve(refined, Filter.pointwise(at + "_d", width, kept));
            parts.add(ops.leakyRelu(part, spec.leakySlope()));
            V change = refine(spec, operators.get(depth - 1), at + "_r", refined, ops);
            refined = ops.leakyRelu(ops.add(change, refined), spec.leakySlope());
        }
        String last = name + ".c" + (operators.size() + 1);
        parts.add(ops.leakyRelu(bsconvS(last, width, kept, refined, ops), spec.leakySlope()));
        String fuse = name + ".c" + (operators.size() + 2);
        V fused =
                ops.convolve(
                        ops.concatenate(parts), Filter.pointwise(fuse, parts.size() * kept, width));
        return ChannelAttention.apply(spec.attention(), name + ".cca", width, fused, ops);
    }

    private static <V> V refine(
            StudentSpec spec, Operator operator, String name, V input, StudentOperators<V> ops) {
        return switch (operator) {
            case BSCONV_S -> bsconvS(name, spec.width(), spec.width(), input, ops);
            case INVOLUTION -> involution(spec, name, input, ops);
            default -> StreamlinedGraph.refine(spec, operator, name, input, ops);
        };
    }

    private static <V> V bsconvS(String name, int in, int out, V input, StudentOperators<V> ops) {
        int middle = in / 4;
        return ops.convolveInTurn(
                input,
                Filter.pointwise(name + ".pw1", in, middle).withoutBias(),
                Filter.pointwise(name + ".pw2", middle, out).withoutBias(),
                Filter.depthwise(name + ".dw", out, 3));
    }

    private static <V> V involution(
            StudentSpec spec, String name, V input, StudentOperators<V> ops) {
        InvolutionSpec shape = spec.involution();
        int hidden = shape.hidden();
        int filters = shape.groups() * shape.kernel() * shape.kernel();
        V generated =
                ops.convolve(
                        input,
                        Filter.pointwise(name + ".conv1.conv", spec.width(), hidden).withoutBias());
        V activated = ops.leakyRelu(ops.normalise(generated, name + ".conv1.bn", hidden), 0);
        return ops.involve(
                input,
                ops.convolve(activated, Filter.pointwise(name + ".conv2.conv", hidden, filters)),
                shape.kernel(),
                shape.groups());
    }
}
