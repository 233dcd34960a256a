package io.upriver.teacher;

import static io.upriver.teacher.TorchWeights.convolution;
import static io.upriver.teacher.TorchWeights.piece;

import io.upriver.learn.Parameters;
import io.upriver.learn.Parameters.Entry;
import io.upriver.learn.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * SMFANet and, wider and deeper, SMFANet+ (Zheng et al., ECCV 2024), with the names of the
 * published state dicts.
 *
 * <pre>
 *   whole:  f = to_feat(rgb);  to_img(feats(f) + f), pixel shuffle
 *   block:  x = smfa(n(x)) + x;  x = pcfn(n(x)) + x        n: Euclidean length 1 over the channels
 *   smfa:   y, g = halves of linear_0(x)
 *           gate = gelu(linear_1(alpha * dw_conv(max pool of g to an eighth) + belt * variance of g))
 *           linear_2(g * enlarged gate + lde(y))           lde: depthwise 3x3, 1x1, gelu, 1x1
 *   pcfn:   h = gelu(conv_0(x)); its first channels through conv_1 and gelu; conv_2
 * </pre>
 *
 * The variance and, near it, the pooling look at the whole map: a tile differs from the whole
 * picture. Sides below 8 are pooled to one value.
 */
final class SmfaNet extends TeacherNetwork {
    private static final String FEATS = "feats.";
    private static final int POOLED = 8;
    private static final double SHORTEST = 1e-12;

    /**
     * All that can differ between two of these networks.
     *
     * @param localHidden channels inside lde, a multiple of the width
     * @param hidden channels inside pcfn
     * @param partial those of them that get a 3x3 convolution
     */
    private record Shape(
            int scale, int width, int blocks, int localHidden, int hidden, int partial) {

        private Shape {
            if (localHidden % width != 0 || partial > hidden) {
                throw new IllegalArgumentException(
                        "lde has "
                                + localHidden
                                + " channels, expected a multiple of "
                                + width
                                + "; pcfn convolves "
                                + partial
                                + " of "
                                + hidden);
            }
        }

        static Shape of(TeacherSpec spec) {
            int width = spec.width();
            return new Shape(
                    spec.scale(), width, spec.blocks(), 2 * width, 2 * width, 2 * width / 4);
        }

        /** What the sizes of published tensors say. */
        static Shape of(Weights weights) {
            int blocks = 1;
            while (hasBlock(weights, blocks)) {
                blocks++;
            }
            return new Shape(
                    (int) Math.round(Math.sqrt(rows(weights, "to_img.0") / 3.0)),
                    rows(weights, "to_feat"),
                    blocks,
                    rows(weights, "feats.0.smfa.lde.conv_0.0"),
                    rows(weights, "feats.0.pcfn.conv_0"),
                    rows(weights, "feats.0.pcfn.conv_1"));
        }

        private static boolean hasBlock(Weights weights, int block) {
            return weights.names().stream().anyMatch(name -> name.startsWith(FEATS + block + "."));
        }

        private static int rows(Weights weights, String convolution) {
            String name = convolution + ".weight";
            if (!weights.names().contains(name)) {
                throw new IllegalArgumentException(
                        "the weights have no " + name + ", which the network's shape is read from");
            }
            return Math.toIntExact(weights.get(name).shape()[0]);
        }
    }

    private final Shape shape;

    SmfaNet(TeacherSpec spec) {
        this(Shape.of(spec));
    }

    private SmfaNet(Shape shape) {
        super(parameters(shape), shape.scale(), shape.width(), shape.blocks());
        this.shape = shape;
    }

    /**
     * The network that a state dict was written by.
     *
     * @throws IllegalArgumentException if it is another network's, or tensors do not fit together
     */
    static SmfaNet of(Weights published) {
        SmfaNet network = new SmfaNet(Shape.of(published));
        network.parameters().vector(published); // names what is missing or of another shape
        TreeSet<String> others = new TreeSet<>(published.names());
        network.parameters().entries().forEach(entry -> others.remove(entry.name()));
        if (!others.isEmpty()) {
            throw new IllegalArgumentException("SMFANet has no tensors named " + others);
        }
        return network;
    }

    private static Parameters parameters(Shape shape) {
        int width = shape.width();
        List<Entry> entries = new ArrayList<>(convolution("to_feat", width, 3, 3));
        for (int block = 0; block < shape.blocks(); block++) {
            String smfa = FEATS + block + ".smfa";
            entries.add(Entry.constant(smfa + ".alpha", 1, 1, width, 1, 1));
            entries.add(Entry.constant(smfa + ".belt", 0, 1, width, 1, 1));
            entries.addAll(convolution(smfa + ".linear_0", 2 * width, width, 1));
            entries.addAll(convolution(smfa + ".linear_1", width, width, 1));
            entries.addAll(convolution(smfa + ".linear_2", width, width, 1));
            entries.addAll(convolution(smfa + ".lde.conv_0.0", shape.localHidden(), 1, 3));
            entries.addAll(
                    convolution(
                            smfa + ".lde.conv_0.1", shape.localHidden(), shape.localHidden(), 1));
            entries.addAll(convolution(smfa + ".lde.conv_1", width, shape.localHidden(), 1));
            entries.addAll(convolution(smfa + ".dw_conv", width, 1, 3));
            String pcfn = FEATS + block + ".pcfn";
            entries.addAll(convolution(pcfn + ".conv_0", shape.hidden(), width, 1));
            entries.addAll(convolution(pcfn + ".conv_1", shape.partial(), shape.partial(), 3));
            entries.addAll(convolution(pcfn + ".conv_2", width, shape.hidden(), 1));
        }
        entries.addAll(convolution("to_img.0", 3 * shape.scale() * shape.scale(), width, 3));
        return new Parameters(entries);
    }

    @Override
    Tensor forward(TorchWeights weights, Tensor rgb, Features features) {
        Tensor first = weights.convolve(rgb, "to_feat");
        features.after(0, first);
        Tensor refined = first;
        for (int block = 0; block < shape.blocks(); block++) {
            String name = FEATS + block;
            Tensor input = refined;
            Tensor mixed = piece(() -> smfa(weights, name + ".smfa", normal(input)).add(input));
            refined = piece(() -> pcfn(weights, name + ".pcfn", normal(mixed)).add(mixed));
            features.after(block + 1, refined);
        }
        return torch.pixel_shuffle(weights.convolve(refined.add(first), "to_img.0"), shape.scale());
    }

    /** The same direction at every position, of length 1. */
    private static Tensor normal(Tensor input) {
        return piece(
                () -> {
                    Tensor squared = sum(input.mul(input), 1);
                    Tensor atLeast = squared.clamp_min(new Scalar(SHORTEST * SHORTEST));
                    return input.div(atLeast.sqrt());
                });
    }

    /**
     * Of each map, with one value less than there are as the divisor; 0 for a single value. Written
     * out because libtorch's own reduction is slower.
     */
    private static Tensor variance(Tensor maps) {
        double values = maps.size(2) * maps.size(3);
        return piece(
                () -> {
                    Tensor mean = sum(maps, 2, 3).div(new Scalar(values));
                    Tensor deviation = maps.sub(mean);
                    return sum(deviation.mul(deviation), 2, 3)
                            .div(new Scalar(Math.max(1, values - 1)));
                });
    }

    private static Tensor sum(Tensor tensor, long... dimensions) {
        return tensor.sum(dimensions, true, new ScalarTypeOptional());
    }

    private Tensor smfa(TorchWeights weights, String name, Tensor input) {
        Tensor halves = weights.convolve(input, name + ".linear_0");
        Tensor local = halves.narrow(1, 0, shape.width());
        Tensor global = halves.narrow(1, shape.width(), shape.width());
        Tensor modulated = piece(() -> global.mul(gate(weights, name, global)));
        Tensor detail = piece(() -> lde(weights, name + ".lde", local));
        return weights.convolve(modulated.add(detail), name + ".linear_2");
    }

    private static Tensor gate(TorchWeights weights, String name, Tensor global) {
        long height = global.size(2);
        long width = global.size(3);
        Tensor peaks =
                torch.adaptive_max_pool2d(
                                global, Math.max(1, height / POOLED), Math.max(1, width / POOLED))
                        .get0();
        Tensor sum =
                weights.convolve(peaks, name + ".dw_conv")
                        .mul(weights.tensor(name + ".alpha"))
                        .add(variance(global).mul(weights.tensor(name + ".belt")));
        return torch.upsample_nearest2d(
                torch.gelu(weights.convolve(sum, name + ".linear_1")), height, width);
    }

    private static Tensor lde(TorchWeights weights, String name, Tensor input) {
        Tensor spread =
                weights.convolve(weights.convolve(input, name + ".conv_0.0"), name + ".conv_0.1");
        return weights.convolve(torch.gelu(spread), name + ".conv_1");
    }

    private Tensor pcfn(TorchWeights weights, String name, Tensor input) {
        Tensor hidden = piece(() -> torch.gelu(weights.convolve(input, name + ".conv_0")));
        Tensor part = hidden.narrow(1, 0, shape.partial());
        Tensor rest = hidden.narrow(1, shape.partial(), shape.hidden() - shape.partial());
        Tensor refined = torch.gelu(weights.convolve(part, name + ".conv_1"));
        return weights.convolve(torch.cat(new TensorVector(refined, rest), 1), name + ".conv_2");
    }
}
