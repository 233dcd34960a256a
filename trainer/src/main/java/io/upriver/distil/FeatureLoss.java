package io.upriver.distil;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Differences between feature maps [N, C, H, W], scalars that gradients flow from. All of them
 * first divide the channels at every pixel by their Euclidean norm: what counts is the direction,
 * networks differ freely in the size of their features.
 */
final class FeatureLoss {
    private static final double NORM_FLOOR = 1e-6;

    private FeatureLoss() {}

    /** Mean over squares of {@code pool} x {@code pool}; itself for 1. */
    static Tensor pooled(Tensor maps, int pool) {
        return pool == 1 ? maps : torch.avg_pool2d(maps, pool, pool);
    }

    /** Through a 1x1 convolution, weight [out, in, 1, 1]. */
    static Tensor adapted(Tensor maps, Tensor weight) {
        return torch.conv2d(
                maps,
                weight,
                new TensorOptional(),
                new long[] {1, 1},
                new long[] {0, 0},
                new long[] {1, 1},
                1);
    }

    static Tensor absolute(Tensor student, Tensor teacher) {
        return torch.l1_loss(normalised(student), normalised(teacher));
    }

    static Tensor squared(Tensor student, Tensor teacher) {
        return torch.mse_loss(normalised(student), normalised(teacher));
    }

    /**
     * Spatial affinity (FAKD, ICIP 2020): with the pixels of a map as unit vectors, A = F^T F [N,
     * HW, HW] holds the cosine of every two; the loss is the mean absolute difference of both
     * networks' A. Widths may differ.
     */
    static Tensor affinity(Tensor student, Tensor teacher) {
        return torch.l1_loss(likeness(student), likeness(teacher));
    }

    private static Tensor likeness(Tensor maps) {
        Tensor vectors = normalised(maps).flatten(2, 3);
        return torch.bmm(vectors.transpose(1, 2), vectors);
    }

    private static Tensor normalised(Tensor maps) {
        Tensor norm = maps.mul(maps).sum(new long[] {1}, true, noType());
        return maps.div(torch.sqrt(norm.add(new Scalar(NORM_FLOOR))));
    }

    private static org.bytedeco.pytorch.ScalarTypeOptional noType() {
        return new org.bytedeco.pytorch.ScalarTypeOptional();
    }

    static Tensor scaled(Tensor scalar, double factor) {
        return scalar.mul(new Scalar(factor));
    }
}
