package io.upriver.student;

import io.upriver.student.StudentSpec.Interpolation;
import io.upriver.student.StudentSpec.InvolutionSpec;
import io.upriver.student.StudentSpec.Topology;

/**
 * The student network, said once: a picture in, the enlarged picture out, both 0 to 1. This is the
 * streamlined topology; the authors' own is drawn in {@link IbmdnGraph}.
 *
 * <h2>The whole</h2>
 *
 * <pre>
 *   input [N,c,H,W] - edge pad 2 -+- head conv, stride f -&gt; [N,C,H/f,W/f] - block 1 ... block B - tail 1x1 -+
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
 *
 *   without branches (distilledWidth 0):   r_i = act(operator_i(r_{i-1})),   block(x) = x + r_D
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
 * <h2>Involution on the picture</h2>
 *
 * With {@code skipBases} = R the interpolation becomes an involution as well: output phase(pixel) =
 * (I + sum_r c_r(pixel) B_r) * picture, with I the fixed interpolation, B_r learned filters of the
 * same size and c_r numbers that the network makes for each output pixel. The filter of a pixel is
 * made for that pixel, but acts on one plane instead of on all features: a dozen times cheaper.
 *
 * <p>Without attention over the whole map every output depends on a finite neighbourhood ({@link
 * StudentSpec#receptiveField()}), and a tile with that halo is bit for bit the whole picture.
 */
public final class StudentGraph {
    /** Pixels that the head and the interpolation read beyond their own square on each side. */
    static final int INPUT_MARGIN = 2;

    private static final String HEAD = "head";
    private static final String TAIL = "tail";

    /** Filters of the involution on the picture. */
    private static final String SKIP = "skip";

    static final float NEAR_ZERO = 0.01f;

    private StudentGraph() {}

    /** The first convolution: the exporter folds the division by 255 into it. */
    public static String firstFilter(StudentSpec spec) {
        return spec.topology() == Topology.IBMDN ? IbmdnGraph.HEAD : HEAD;
    }

    /** The last convolution: the exporter folds the multiplication by 255 into it. */
    public static String lastFilter(StudentSpec spec) {
        return spec.topology() == Topology.IBMDN ? IbmdnGraph.TAIL : TAIL;
    }

    /**
     * The network's output for {@code input} [N, C, H, W]: [N, C, scale * H, scale * W], neither
     * clipped nor rounded.
     */
    public static <V> V apply(StudentSpec spec, V input, StudentOperators<V> ops) {
        int fold = spec.fold();
        V padded =
                spec.skip() == Interpolation.NONE && spec.topology() == Topology.IBMDN
                        ? input
                        : ops.padEdge(input, INPUT_MARGIN);
        V phases =
                spec.topology() == Topology.IBMDN
                        ? IbmdnGraph.phases(spec, input, ops)
                        : streamlined(spec, padded, ops);
        if (spec.skip() != Interpolation.NONE) {
            V interpolated = ops.convolve(padded, InterpolationKernels.phases(spec), fold);
            phases = ops.add(phases, interpolated);
        }
        return ops.pixelShuffle(phases, spec.scale() * fold);
    }

    private static <V> V streamlined(StudentSpec spec, V padded, StudentOperators<V> ops) {
        int window = spec.fold() + 2 * INPUT_MARGIN;
        int channels = spec.channels();
        int phases = channels * spec.scale() * spec.fold() * spec.scale() * spec.fold();
        Filter head =
                new Filter(HEAD, channels, spec.width(), window, spec.fold(), 1, 0, true, 1, 1);
        V features = ops.tap("head", ops.convolve(padded, head));
        features = StreamlinedGraph.features(spec, features, ops);
        V sum =
                ops.convolve(
                        features, Filter.pointwise(TAIL, spec.width(), phases).withGain(NEAR_ZERO));
        for (int i = 1; i <= spec.skipBases(); i++) {
            Filter coefficient = Filter.pointwise(SKIP + ".generator" + i, spec.width(), phases);
            Filter basis =
                    new Filter(
                            SKIP + ".basis" + i,
                            channels,
                            phases,
                            window,
                            spec.fold(),
                            1,
                            0,
                            false,
                            1,
                            NEAR_ZERO);
            V bent = ops.multiply(ops.convolve(features, coefficient), ops.convolve(padded, basis));
            sum = ops.add(bent, sum);
        }
        return sum;
    }
}
