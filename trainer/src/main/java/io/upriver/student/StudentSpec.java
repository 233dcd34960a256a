package io.upriver.student;

import static io.upriver.learn.SpecText.require;

import io.upriver.learn.SpecText;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The shape of one student network, as it stands in a JSON file and in the exported model's
 * metadata. {@link StudentGraph} says what is computed from it.
 *
 * <p>A spec that cannot be built is refused here, with the key, its value and what is allowed.
 *
 * @param scale enlargement of both sides, 2 to 4
 * @param planes what goes in and comes out
 * @param topology how blocks are put together
 * @param width channels of the features, a multiple of 16 (narrower blocked layouts are slower on
 *     CPUs)
 * @param distilledWidth channels that the 1x1 branch keeps at each depth, a multiple of 8; 0 for
 *     blocks without such branches (STREAMLINED only)
 * @param blocks one list per block; each names the operator of every depth, outermost first
 * @param involution shape of the INVOLUTION operators
 * @param attention what weighs the channels at the end of a block
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
        Planes planes,
        Topology topology,
        int width,
        int distilledWidth,
        List<List<Operator>> blocks,
        InvolutionSpec involution,
        Attention attention,
        boolean spaceToDepth,
        float leakySlope,
        Interpolation skip,
        int skipBases) {

    /** What a picture is made of. */
    public enum Planes {
        /** One plane of luma. */
        LUMA(1),
        /** Red, green and blue. */
        RGB(3);

        private final int channels;

        Planes(int channels) {
            this.channels = channels;
        }
    }

    /** How blocks are put together: {@link StudentGraph} draws both. */
    public enum Topology {
        /** A chain of residual blocks: sums where a CPU adds them for nothing. */
        STREAMLINED,
        /** The authors' network (arXiv 2503.14779): all blocks' outputs are fused at the end. */
        IBMDN
    }

    /** What weighs the channels at the end of a block. */
    public enum Attention {
        NONE,
        /**
         * By the mean and the standard deviation of each channel over the whole picture (IMDN,
         * arXiv 1909.11856). A tile then differs from the whole picture.
         */
        CONTRAST,
        /**
         * By mean and standard deviation in a window around each pixel, wide for contrast and
         * narrow for high frequencies. Tiles exactly.
         */
        CONTRAST_HIGH_FREQUENCY
    }

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
        /** Not at all: the network makes the whole picture. */
        NONE,
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
     * @param hidden numbers per pixel between the two steps, 1 to 64. STREAMLINED: for each group,
     *     at most 8 (more would be slower than shifted slices). IBMDN: for all groups together
     */
    public record InvolutionSpec(int kernel, int groups, int hidden) {
        public InvolutionSpec {
            require(
                    "involution.kernel",
                    kernel,
                    kernel == 3 || kernel == 5 || kernel == 7,
                    "3, 5 or 7");
            require("involution.groups", groups, groups >= 1, "1 or more");
            require("involution.hidden", hidden, hidden >= 1 && hidden <= 64, "1 to 64");
        }
    }

    /** The most that a model's metadata can say of its receptive field. */
    private static final int FARTHEST = 1024;

    /** Specs that come with the trainer. */
    public static final List<String> PRESETS =
            List.of("nano-x2", "nano-x3", "nano-x4", "base-x2", "ibmdn-x2", "ibmdn-x4");

    public StudentSpec {
        require("scale", scale, scale >= 2 && scale <= 4, "2, 3 or 4");
        require("planes", planes, planes != null, Arrays.toString(Planes.values()));
        require("topology", topology, topology != null, Arrays.toString(Topology.values()));
        require(
                "width",
                width,
                width >= 16 && width <= 256 && width % 16 == 0,
                "a multiple of 16 from 16 to 256");
        require(
                "distilledWidth",
                distilledWidth,
                distilledWidth >= 0 && distilledWidth <= width && distilledWidth % 8 == 0,
                "0 or a multiple of 8 up to the width, " + width);
        require("blocks", blocks, blocks != null && !blocks.isEmpty(), "at least one block");
        for (List<Operator> block : blocks) {
            require(
                    "blocks",
                    blocks,
                    block != null && !block.isEmpty() && block.stream().allMatch(Objects::nonNull),
                    "at least one operator in every block");
        }
        blocks = blocks.stream().map(List::copyOf).toList();
        require("involution", involution, involution != null, "kernel, groups and hidden");
        require(
                "involution.groups",
                involution.groups(),
                width % involution.groups() == 0,
                "a divisor of the width, " + width);
        require("attention", attention, attention != null, Arrays.toString(Attention.values()));
        require("leakySlope", leakySlope, leakySlope >= 0 && leakySlope < 1, "0 to 1");
        require("skip", skip, skip != null, Arrays.toString(Interpolation.values()));
        require("skipBases", skipBases, skipBases >= 0 && skipBases <= 4, "0 to 4");
        if (topology == Topology.IBMDN) {
            require("distilledWidth", distilledWidth, distilledWidth > 0, "8 or more in IBMDN");
            require("spaceToDepth", spaceToDepth, !spaceToDepth, "false in IBMDN");
            require("skipBases", skipBases, skipBases == 0, "0 in IBMDN");
        } else {
            require(
                    "involution.hidden",
                    involution.hidden(),
                    involution.hidden() <= 8,
                    "1 to 8 in STREAMLINED");
        }
    }

    /** Planes that go in and come out: 1 or 3. */
    public int channels() {
        return planes.channels;
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
     * #multiple()}. Not a promise with {@link Attention#CONTRAST}, which looks at everything.
     */
    public int receptiveField() {
        int features = 0;
        for (List<Operator> block : blocks) {
            for (Operator operator : block) {
                features += operator == Operator.INVOLUTION ? involution.kernel() / 2 : 1;
            }
            features += topology == Topology.IBMDN ? 1 : 0; // the block's last BSConv-S
            features += attention == Attention.CONTRAST_HIGH_FREQUENCY ? ChannelAttention.REACH : 0;
        }
        features += topology == Topology.IBMDN ? 3 : 0; // head, fusion and tail
        int pixels = features * fold() + StudentGraph.INPUT_MARGIN;
        return (pixels + multiple() - 1) / multiple() * multiple();
    }

    /** Reads a preset by name or a JSON file. */
    public static StudentSpec load(String presetOrFile) throws IOException {
        return parse(SpecText.load("students", PRESETS, presetOrFile));
    }

    /** Reads a spec; what is wrong is named by key. */
    public static StudentSpec parse(String json) {
        StudentSpec spec = SpecText.parse(StudentSpec.class, json);
        int reach = spec.receptiveField();
        require(
                "blocks",
                "so deep that an output pixel looks at " + reach + " pixels on each side",
                reach <= FARTHEST,
                "at most " + FARTHEST + ", which the service can tile");
        return spec;
    }

    public String toJson() {
        return SpecText.write(this);
    }
}
