package io.upriver.student;

import static io.upriver.learn.SpecText.require;

import io.upriver.learn.SpecText;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * The shape of one student network, as it stands in a JSON file and in the exported model's
 * metadata. {@link StudentGraph} says what is computed from it.
 *
 * <p>A spec that cannot be built is refused here, with the key, its value and what is allowed.
 *
 * @param scale enlargement of both sides, 2 to 4
 * @param width channels of the features, a multiple of 16 (narrower blocked layouts are slower on
 *     CPUs, and libtorch leaves their padding uninitialised)
 * @param distilledWidth channels that the 1x1 branch keeps at each depth, a multiple of 16; 0 for
 *     blocks without such branches
 * @param blocks one list per block; each names the operator of every depth, outermost first
 * @param involution shape of the INVOLUTION operators
 * @param spaceToDepth true: the network works on 2x2 squares of pixels, at half the resolution and
 *     a quarter of the arithmetic; picture sides must then be even
 * @param leakySlope slope of the activations below zero, 0 to 1
 * @param skip interpolation that the network corrects
 * @param skipBases numbers per output pixel by which the network bends that interpolation, 0 to 4:
 *     an involution on the picture itself, see {@link StudentGraph}; 0 leaves the interpolation
 *     fixed
 */
public record StudentSpec(
        int scale,
        int width,
        int distilledWidth,
        List<List<Operator>> blocks,
        InvolutionSpec involution,
        boolean spaceToDepth,
        float leakySlope,
        Interpolation skip,
        int skipBases) {

    /** What refines the features at one depth. */
    public enum Operator {
        /** 1x1 convolution, then a 3x3 depthwise one (arXiv 2003.13549, unconstrained). */
        BSCONV_U,
        /** A full 3x3 convolution: what a BSCONV_U is once its two factors are multiplied out. */
        CONV,
        /**
         * As BSCONV_U with the 1x1 split in two through a quarter of the channels (the same paper,
         * subspace).
         */
        BSCONV_S,
        /** 1x1, 3x3 depthwise, 1x1, with activations between: MobileNet's order. */
        BOTTLENECK,
        /** A depthwise filter that each pixel makes for itself (arXiv 2103.06255). */
        INVOLUTION
    }

    /** How the picture is enlarged before the network's correction is added. */
    public enum Interpolation {
        NEAREST,
        BILINEAR,
        BICUBIC
    }

    /**
     * The shape of an involution.
     *
     * <p>The filter of a pixel is made by two linear steps with an activation between: features to
     * {@code hidden} numbers, those to kernel x kernel weights. Because the second step is linear,
     * the result equals a fixed depthwise filter plus {@code hidden} further ones, each times its
     * number at that pixel; that is how it is computed.
     *
     * @param kernel side of the filter, 3, 5 or 7
     * @param groups groups of channels that share filters; divides the width. With as many groups
     *     as channels, every channel has its own
     * @param hidden numbers per pixel and group between the two steps, 1 to 8 (more would be slower
     *     this way than as shifted slices)
     */
    public record InvolutionSpec(int kernel, int groups, int hidden) {
        public InvolutionSpec {
            require(
                    "involution.kernel",
                    kernel,
                    kernel == 3 || kernel == 5 || kernel == 7,
                    "3, 5 or 7");
            require("involution.groups", groups, groups >= 1, "1 or more");
            require("involution.hidden", hidden, hidden >= 1 && hidden <= 8, "1 to 8");
        }
    }

    public StudentSpec {
        require("scale", scale, scale >= 2 && scale <= 4, "2, 3 or 4");
        require(
                "width",
                width,
                width >= 16 && width <= 256 && width % 16 == 0,
                "a multiple of 16 from 16 to 256");
        require(
                "distilledWidth",
                distilledWidth,
                distilledWidth >= 0 && distilledWidth <= width && distilledWidth % 16 == 0,
                "0 or a multiple of 16 up to the width, " + width);
        require("blocks", blocks, blocks != null && !blocks.isEmpty(), "at least one block");
        blocks = blocks.stream().map(List::copyOf).toList();
        for (List<Operator> block : blocks) {
            require("blocks", blocks, !block.isEmpty(), "at least one operator in every block");
        }
        require("involution", involution, involution != null, "kernel, groups and hidden");
        require(
                "involution.groups",
                involution.groups(),
                width % involution.groups() == 0,
                "a divisor of the width, " + width);
        require("leakySlope", leakySlope, leakySlope >= 0 && leakySlope < 1, "0 to 1");
        require("skipBases", skipBases, skipBases >= 0 && skipBases <= 4, "0 to 4");
        require("skip", skip, skip != null, Arrays.toString(Interpolation.values()));
    }

    /** Planes that go in and come out: 1, luma. */
    public int channels() {
        return 1;
    }

    /** Side of the square of input pixels that share one position of the features: 2 or 1. */
    public int fold() {
        return spaceToDepth ? 2 : 1;
    }

    /** Picture sides must be a multiple of this. */
    public int multiple() {
        return fold();
    }

    /**
     * Input pixels around a piece of the picture that its output depends on: a tile with this many
     * more pixels on each side gives exactly what the whole picture gives. A multiple of {@link
     * #multiple()}.
     */
    public int receptiveField() {
        int features = 0;
        for (List<Operator> block : blocks) {
            for (Operator operator : block) {
                features += operator == Operator.INVOLUTION ? involution.kernel() / 2 : 1;
            }
        }
        int pixels = features * fold() + StudentGraph.INPUT_MARGIN;
        return (pixels + multiple() - 1) / multiple() * multiple();
    }

    /** Reads a preset by name or a JSON file. */
    public static StudentSpec load(String presetOrFile) throws IOException {
        return parse(SpecText.load("students", List.of("default"), presetOrFile));
    }

    /** Reads a spec; what is wrong is named by key. */
    public static StudentSpec parse(String json) {
        return SpecText.parse(StudentSpec.class, json);
    }

    public String toJson() {
        return SpecText.write(this);
    }
}
