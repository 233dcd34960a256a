package io.upriver.student;

import io.upriver.student.StudentSpec.InvolutionSpec;
import io.upriver.student.StudentSpec.Operator;
import java.util.ArrayList;
import java.util.List;

/**
 * The student network, said once: luma in, enlarged luma out, both 0 to 1.
 *
 * <h2>The whole</h2>
 *
 * <pre>
 *   luma [N,1,H,W] - edge pad 2 -+- head conv, stride f -&gt; [N,C,H/f,W/f] - block 1 ... block B - tail 1x1 -+
 *                                +- fixed interpolation, stride f ---------------------------------------- + -&gt; shuffle s*f
 * </pre>
 *
 * With space-to-depth (f = 2) the head reads 6x6 pixels with stride 2, which is the same as a 3x3
 * convolution over the four phases of the picture: the features live at half the resolution, where
 * everything costs a quarter. The tail has (s * f)^2 channels that the pixel shuffle spreads out.
 * The interpolation is a convolution as well, one filter for each of those phases, so that the
 * network only learns what interpolation misses; the tail starts near zero.
 *
 * <h2>A block: multi-depth distillation</h2>
 *
 * In the sense of IMDN (arXiv 1909.11856) and of the challenge network this family follows (arXiv
 * 2503.14779), "distillation" is feature distillation inside one network: at every depth a 1x1
 * branch keeps a part of the features for the end of the block, while an operator refines them for
 * the next depth.
 *
 * <pre>
 *   r0 = x;   d_i = act(1x1(r_{i-1})),   r_i = r_{i-1} + act(operator_i(r_{i-1})),   i = 1..D
 *   block(x) = x + 1x1(concat(d_1, ..., d_D, r_D))
 * </pre>
 *
 * The 1x1 over a concatenation is computed as the sum of one 1x1 per part: the same numbers, but
 * ONNX Runtime adds each sum inside its convolution and never writes the concatenation. The same
 * reason puts the residual sum after the activation: a leaky activation fuses into the convolution
 * before it, not into a sum.
 *
 * <h2>Involution</h2>
 *
 * See {@link InvolutionSpec}: filter(pixel) = B_0 + sum_r h_r(pixel) B_r with h = act(1x1(x)), so
 * that the output is a sum of depthwise convolutions, the later ones times h_r. This is exact, not
 * an approximation, and three times faster than kernel x kernel shifted slices in ONNX Runtime. The
 * rows of the generator are repeated for the channels of a group, so that the product needs no
 * broadcasting.
 *
 * <p>There is no attention over the whole map: every output depends on a finite neighbourhood
 * ({@link StudentSpec#receptiveField()}), and a tile with that halo is bit for bit the whole
 * picture.
 */
public final class StudentGraph {
    /** Pixels that the head and the interpolation read beyond their own square on each side. */
    static final int INPUT_MARGIN = 2;

    /** The first convolution: the exporter folds the division by 255 into it. */
    public static final String HEAD = "head";

    /** The last convolution: the exporter folds the multiplication by 255 into it. */
    public static final String TAIL = "tail";

    /** Filters of the involution on the picture. */
    private static final String SKIP = "skip";

    private static final float NEAR_ZERO = 0.01f;

    private StudentGraph() {}

    /**
     * The network's output for {@code luma} [N, 1, H, W]: [N, 1, scale * H, scale * W], neither
     * clipped nor rounded.
     */
    public static <V> V apply(StudentSpec spec, V luma, StudentOperators<V> ops) {
        int fold = spec.fold();
        int window = fold + 2 * INPUT_MARGIN;
        V padded = ops.padEdge(luma, INPUT_MARGIN);
        V interpolated = ops.convolve(padded, InterpolationKernels.phases(spec), fold);
        V features =
                ops.convolve(
                        padded, new Filter(HEAD, 1, spec.width(), window, fold, 1, 0, true, 1, 1));
        for (int i = 0; i < spec.blocks().size(); i++) {
            features = block(spec, spec.blocks().get(i), "block" + (i + 1), features, ops);
        }
        int phases = spec.scale() * fold * spec.scale() * fold;
        V correction =
                ops.convolve(
                        features, Filter.pointwise(TAIL, spec.width(), phases).withGain(NEAR_ZERO));
        V enlarged = ops.add(correction, interpolated);
        for (int i = 1; i <= spec.skipBases(); i++) {
            Filter coefficient = Filter.pointwise(SKIP + ".generator" + i, spec.width(), phases);
            Filter basis =
                    new Filter(
                            SKIP + ".basis" + i,
                            1,
                            phases,
                            window,
                            fold,
                            1,
                            0,
                            false,
                            1,
                            NEAR_ZERO);
            enlarged =
                    ops.add(
                            ops.multiply(
                                    ops.convolve(features, coefficient),
                                    ops.convolve(padded, basis)),
                            enlarged);
        }
        return ops.pixelShuffle(enlarged, spec.scale() * fold);
    }

    private static <V> V block(
            StudentSpec spec,
            List<Operator> operators,
            String name,
            V input,
            StudentOperators<V> ops) {
        if (spec.distilledWidth() == 0) {
            return chain(spec, operators, name, input, ops);
        }
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
            String at = name + ".depth" + depth + ".refine";
            refined =
                    ops.leakyRelu(
                            refine(spec, operators.get(depth - 1), at, refined, ops),
                            spec.leakySlope());
        }
        return ops.add(refined, input);
    }

    private static <V> V refine(
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
