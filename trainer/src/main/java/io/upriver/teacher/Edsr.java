package io.upriver.teacher;

import static io.upriver.teacher.TorchWeights.convolution;
import static io.upriver.teacher.TorchWeights.piece;

import io.upriver.learn.Parameters;
import io.upriver.learn.Parameters.Entry;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The baseline of EDSR (Lim et al., arXiv 1707.02921) without subtraction of a mean: residual
 * blocks without batch normalisation, all of its convolutions 3x3.
 *
 * <pre>
 *   f = head(rgb);  x = trunk(blocks(f)) + f;  enlarged = tail(up(x))
 *   block: x + second(relu(first(x)))
 *   up:    a convolution and a pixel shuffle; twice by 2 for x4
 * </pre>
 */
final class Edsr extends TeacherNetwork {
    private final TeacherSpec spec;

    Edsr(TeacherSpec spec) {
        super(parameters(spec), spec.scale(), spec.width(), spec.blocks());
        this.spec = spec;
    }

    /** By how much each stage of the enlargement grows the picture. */
    private static List<Integer> stages(int scale) {
        return scale == 4 ? List.of(2, 2) : List.of(scale);
    }

    private static Parameters parameters(TeacherSpec spec) {
        int width = spec.width();
        List<Entry> entries = new ArrayList<>(convolution("head", width, 3, 3));
        for (int block = 1; block <= spec.blocks(); block++) {
            entries.addAll(convolution("block" + block + ".first", width, width, 3));
            entries.addAll(convolution("block" + block + ".second", width, width, 3));
        }
        entries.addAll(convolution("trunk", width, width, 3));
        List<Integer> stages = stages(spec.scale());
        for (int stage = 0; stage < stages.size(); stage++) {
            int squared = stages.get(stage) * stages.get(stage);
            entries.addAll(convolution("up" + stage, squared * width, width, 3));
        }
        entries.addAll(convolution("tail", 3, width, 3));
        return new Parameters(entries);
    }

    @Override
    Tensor forward(TorchWeights weights, Tensor rgb, Features features) {
        Tensor first = weights.convolve(rgb, "head");
        features.after(0, first);
        Tensor refined = first;
        for (int block = 1; block <= spec.blocks(); block++) {
            Tensor input = refined;
            String name = "block" + block;
            refined =
                    piece(
                            () -> {
                                Tensor hidden = weights.convolve(input, name + ".first").relu();
                                return weights.convolve(hidden, name + ".second").add(input);
                            });
            features.after(block, refined);
        }
        Tensor enlarged = weights.convolve(refined, "trunk").add(first);
        List<Integer> stages = stages(spec.scale());
        for (int stage = 0; stage < stages.size(); stage++) {
            Tensor input = enlarged;
            String name = "up" + stage;
            int factor = stages.get(stage);
            enlarged = piece(() -> torch.pixel_shuffle(weights.convolve(input, name), factor));
        }
        return weights.convolve(enlarged, "tail");
    }
}
