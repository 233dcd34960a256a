package io.upriver.student;

import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Compares libtorch's convolutions, forward and backward, with plain loops before hours are spent
 * on them. On some CPUs the library has returned garbage for channel counts that are not a multiple
 * of 16.
 */
@SuppressWarnings("try") // native scopes are only there to be closed
public final class SelfTest {
    private static final int SIDE = 9;
    private static final double TOLERANCE = 1e-4;

    private SelfTest() {}

    /** Throws if a convolution of {@code width} channels, plain or depthwise, is wrong. */
    public static void convolutions(int width) {
        check(width, width, 1, 1);
        check(width, width, 3, width);
        check(width, width, 3, 1);
    }

    private static void check(int in, int out, int kernel, int groups) {
        Random random = new Random(1);
        float[] input = gaussian(random, in * SIDE * SIDE);
        float[] weight = gaussian(random, out * (in / groups) * kernel * kernel);
        float[] expected = plain(input, weight, in, out, kernel, groups);
        try (PointerScope scope = new PointerScope()) {
            Tensor x = Tensor.create(input, 1, in, SIDE, SIDE);
            Tensor w = Tensor.create(weight, out, in / groups, kernel, kernel);
            w.set_requires_grad(true);
            long pad = kernel / 2;
            Tensor y =
                    torch.conv2d(
                            x,
                            w,
                            new TensorOptional(),
                            new long[] {1, 1},
                            new long[] {pad, pad},
                            new long[] {1, 1},
                            groups);
            java.nio.FloatBuffer actual = y.contiguous().createBuffer();
            String what = in + " to " + out + " channels, kernel " + kernel + ", groups " + groups;
            for (int i = 0; i < expected.length; i++) {
                if (!(Math.abs(actual.get(i) - expected[i])
                        <= TOLERANCE * (1 + Math.abs(expected[i])))) {
                    throw new IllegalStateException(
                            "libtorch's convolution ("
                                    + what
                                    + ") is wrong on this machine: "
                                    + "expected "
                                    + expected[i]
                                    + ", got "
                                    + actual.get(i)
                                    + "; see MALLOC_PERTURB_ in the manual");
                }
            }
            // d sum(y * y) / 2 / dw, projected on w, is sum(y * y): convolution is linear in its
            // weight
            Tensor energy = y.mul(y).sum();
            energy.backward();
            double projected = w.grad().mul(w).sum().item_double() / 2;
            double sum = energy.item_double();
            if (!(Math.abs(projected - sum) <= 1e-3 * sum)) {
                throw new IllegalStateException(
                        "libtorch's gradient of a convolution ("
                                + what
                                + ") is wrong on this machine: expected "
                                + sum
                                + ", got "
                                + projected);
            }
        }
    }

    private static float[] plain(
            float[] input, float[] weight, int in, int out, int kernel, int groups) {
        float[] output = new float[out * SIDE * SIDE];
        int inPerGroup = in / groups;
        for (int o = 0; o < out; o++) {
            int firstChannel = o / (out / groups) * inPerGroup;
            for (int y = 0; y < SIDE; y++) {
                for (int x = 0; x < SIDE; x++) {
                    double sum = 0;
                    for (int c = 0; c < inPerGroup; c++) {
                        for (int i = 0; i < kernel; i++) {
                            for (int j = 0; j < kernel; j++) {
                                int row = y + i - kernel / 2;
                                int column = x + j - kernel / 2;
                                if (row >= 0 && row < SIDE && column >= 0 && column < SIDE) {
                                    sum +=
                                            (double)
                                                            input[
                                                                    ((firstChannel + c) * SIDE
                                                                                            + row)
                                                                                    * SIDE
                                                                            + column]
                                                    * weight[
                                                            ((o * inPerGroup + c) * kernel + i)
                                                                            * kernel
                                                                    + j];
                                }
                            }
                        }
                    }
                    output[(o * SIDE + y) * SIDE + x] = (float) sum;
                }
            }
        }
        return output;
    }

    private static float[] gaussian(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
