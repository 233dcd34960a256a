package io.upriver.student;

import io.upriver.data.Batch;
import io.upriver.data.Picture;
import io.upriver.learn.Learner;
import io.upriver.learn.Parameters;
import io.upriver.learn.Weights.Tensor;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * A student on libtorch: computes outputs, and gradients of the loss, for a parameter vector held
 * by the caller. Keeps no native memory between calls; not for use by several threads at once.
 */
@SuppressWarnings("try") // native scopes are only there to be closed
public final class StudentNetwork implements Learner {
    private final StudentSpec spec;
    private final Parameters parameters;

    public StudentNetwork(StudentSpec spec) {
        this.spec = spec;
        this.parameters = StudentParameters.of(spec);
    }

    static {
        // convolves no faster here, and complains on standard error for every operator where it
        // cannot run
        torch.globalContext().setUserEnabledNNPACK(false);
        useThreads(1);
    }

    /**
     * Sets how many threads libtorch uses inside one operator, for the whole process; one if never
     * called. OpenBLAS, which does its matrix products, would take all processors otherwise, and
     * its threads wait for each other by spinning.
     */
    public static void useThreads(int threads) {
        torch.set_num_threads(threads);
        openblas_nolapack.blas_set_num_threads(threads);
    }

    public StudentSpec spec() {
        return spec;
    }

    @Override
    public Parameters parameters() {
        return parameters;
    }

    /**
     * Enlarges {@code count} luma planes.
     *
     * @param luma [count, 1, height, width], 0 to 1
     * @return [count, 1, scale * height, scale * width], neither clipped nor rounded
     */
    public float[] upscale(float[] vector, float[] luma, int count, int height, int width) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard noGradient = new NoGradGuard()) {
            org.bytedeco.pytorch.Tensor flat = org.bytedeco.pytorch.Tensor.create(vector);
            org.bytedeco.pytorch.Tensor input =
                    org.bytedeco.pytorch.Tensor.create(luma, count, 1, height, width);
            return floats(StudentGraph.apply(spec, input, new Libtorch(flat)));
        }
    }

    /** Mean absolute error against the truth. */
    @Override
    public float lossAndGradient(float[] vector, Batch batch, float[] gradient) {
        long side = batch.side();
        long highSide = side * spec.scale();
        try (PointerScope scope = new PointerScope()) {
            org.bytedeco.pytorch.Tensor flat = org.bytedeco.pytorch.Tensor.create(vector);
            flat.set_requires_grad(true);
            org.bytedeco.pytorch.Tensor input =
                    org.bytedeco.pytorch.Tensor.create(
                            batch.low(), batch.count(), batch.channels(), side, side);
            org.bytedeco.pytorch.Tensor truth =
                    org.bytedeco.pytorch.Tensor.create(
                            batch.high(), batch.count(), batch.channels(), highSide, highSide);
            org.bytedeco.pytorch.Tensor loss =
                    torch.l1_loss(StudentGraph.apply(spec, input, new Libtorch(flat)), truth);
            loss.backward();
            FloatBuffer buffer = flat.grad().contiguous().createBuffer();
            buffer.get(gradient);
            return loss.item_float();
        }
    }

    @Override
    public Picture upscale(float[] vector, Picture low) {
        Picture padded = low.padToMultiple(spec.multiple());
        float[] output = upscale(vector, padded.fractions(), 1, padded.height(), padded.width());
        return Picture.ofFractions(
                        padded.width() * spec.scale(),
                        padded.height() * spec.scale(),
                        low.channels(),
                        output)
                .crop(0, 0, low.width() * spec.scale(), low.height() * spec.scale());
    }

    @Override
    public int scale() {
        return spec.scale();
    }

    private static float[] floats(org.bytedeco.pytorch.Tensor tensor) {
        FloatBuffer buffer = tensor.contiguous().createBuffer();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }

    /** The operators on libtorch tensors; filters are views into the flat parameter tensor. */
    private final class Libtorch implements StudentOperators<org.bytedeco.pytorch.Tensor> {
        private final org.bytedeco.pytorch.Tensor flat;

        Libtorch(org.bytedeco.pytorch.Tensor flat) {
            this.flat = flat;
        }

        @Override
        public org.bytedeco.pytorch.Tensor padEdge(org.bytedeco.pytorch.Tensor input, int pixels) {
            return torch.replication_pad2d(input, pixels, pixels, pixels, pixels);
        }

        @Override
        public org.bytedeco.pytorch.Tensor convolve(
                org.bytedeco.pytorch.Tensor input, Filter filter) {
            org.bytedeco.pytorch.Tensor weight =
                    flat.narrow(0, parameters.offset(filter.weightName()), filter.weightCount())
                            .reshape(filter.weightShape());
            TensorOptional bias = new TensorOptional();
            if (filter.bias()) {
                bias =
                        new TensorOptional(
                                tied(
                                        flat.narrow(
                                                0,
                                                parameters.offset(filter.biasName()),
                                                filter.biasCount()),
                                        filter));
            }
            return torch.conv2d(
                    input,
                    tied(weight, filter),
                    bias,
                    new long[] {filter.stride(), filter.stride()},
                    new long[] {filter.padding(), filter.padding()},
                    new long[] {1, 1},
                    filter.groups());
        }

        /** Repeats each row for the output channels that share it. */
        private org.bytedeco.pytorch.Tensor tied(org.bytedeco.pytorch.Tensor rows, Filter filter) {
            if (filter.tied() == 1) {
                return rows;
            }
            return rows.repeat_interleave(
                    filter.tied(),
                    new org.bytedeco.pytorch.LongOptional(0),
                    new org.bytedeco.pytorch.LongOptional());
        }

        @Override
        public org.bytedeco.pytorch.Tensor convolve(
                org.bytedeco.pytorch.Tensor input, Tensor fixedWeight, int stride) {
            return torch.conv2d(
                    input,
                    org.bytedeco.pytorch.Tensor.create(fixedWeight.values(), fixedWeight.shape()),
                    new TensorOptional(),
                    new long[] {stride, stride},
                    new long[] {0, 0},
                    new long[] {1, 1},
                    1);
        }

        @Override
        public org.bytedeco.pytorch.Tensor leakyRelu(
                org.bytedeco.pytorch.Tensor input, float slope) {
            return torch.leaky_relu(input, new Scalar(slope));
        }

        @Override
        public org.bytedeco.pytorch.Tensor add(
                org.bytedeco.pytorch.Tensor left, org.bytedeco.pytorch.Tensor right) {
            return left.add(right);
        }

        @Override
        public org.bytedeco.pytorch.Tensor multiply(
                org.bytedeco.pytorch.Tensor left, org.bytedeco.pytorch.Tensor right) {
            return left.mul(right);
        }

        @Override
        public org.bytedeco.pytorch.Tensor pixelShuffle(
                org.bytedeco.pytorch.Tensor input, int block) {
            return torch.pixel_shuffle(input, block);
        }
    }
}
