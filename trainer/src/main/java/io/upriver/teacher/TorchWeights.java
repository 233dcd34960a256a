package io.upriver.teacher;

import io.upriver.learn.Parameters;
import io.upriver.learn.Parameters.Entry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * A vector of parameters on libtorch: views of it by name, and the convolutions that they are.
 * Lives in the native scope in which it was made.
 */
final class TorchWeights {
    private static final int BLOCK = 16;
    private static final int NARROW_INPUT = 4;

    private final Map<String, Tensor> tensors = new HashMap<>();
    private final Tensor flat;
    private long multiplyAdds;

    /**
     * @param learning whether gradients are to gather in {@link #flat}
     */
    TorchWeights(Parameters parameters, float[] vector, boolean learning) {
        flat = Tensor.create(vector);
        flat.set_requires_grad(learning);
        List<Entry> entries = parameters.entries();
        // in one cut: the gradient of many single ones would be as many vectors of the full length
        long[] counts = entries.stream().mapToLong(Entry::count).toArray();
        TensorVector cut = torch.split_with_sizes(flat, counts, 0);
        for (int i = 0; i < counts.length; i++) {
            tensors.put(entries.get(i).name(), cut.get(i).reshape(entries.get(i).shape()));
        }
    }

    /**
     * Weight and bias of a convolution, with the spread of PyTorch's first values. Biases are not
     * zero at first: the features of black would have no length to be divided by.
     */
    static List<Entry> convolution(String name, int out, int inPerGroup, int kernel) {
        double spread = 1 / Math.sqrt(3.0 * inPerGroup * kernel * kernel);
        return List.of(
                Entry.around0(name + ".weight", spread, out, inPerGroup, kernel, kernel),
                Entry.around0(name + ".bias", spread, out));
    }

    /** The whole vector: gradients gather here. */
    Tensor flat() {
        return flat;
    }

    /** Multiplications of the convolutions so far. */
    long multiplyAdds() {
        return multiplyAdds;
    }

    Tensor tensor(String name) {
        return tensors.get(name);
    }

    /**
     * The convolution of that name: stride 1, zeros around that keep the size, as many groups as
     * the shape of its weight asks for.
     *
     * <p>Filters larger than 1x1 get zero channels up to a multiple of 16: on CPUs with AVX-512
     * libtorch leaves the padding of its blocked layout uninitialised otherwise, and the result is
     * garbage at times.
     */
    Tensor convolve(Tensor input, String name) {
        Tensor weight = tensor(name + ".weight");
        Tensor bias = tensor(name + ".bias");
        long[] shape = weight.shape();
        long channels = input.size(1);
        long groups = channels / shape[1];
        multiplyAdds += shape[0] * shape[1] * shape[2] * shape[3] * input.size(2) * input.size(3);
        if (shape[2] == 1) {
            return convolve(input, weight, bias, groups, 0);
        }
        boolean dense = groups == 1;
        long in = channels <= NARROW_INPUT ? channels : wholeBlocks(channels);
        long out = dense ? wholeBlocks(shape[0]) : shape[0] / groups * in;
        if (in == channels && out == shape[0]) {
            return convolve(input, weight, bias, groups, shape[2] / 2);
        }
        long moreInputs = in - channels;
        long moreOutputs = out - shape[0];
        return piece(
                () ->
                        convolve(
                                        torch.constant_pad_nd(input, 0, 0, 0, 0, 0, moreInputs),
                                        torch.constant_pad_nd(
                                                weight,
                                                0,
                                                0,
                                                0,
                                                0,
                                                0,
                                                dense ? moreInputs : 0,
                                                0,
                                                moreOutputs),
                                        torch.constant_pad_nd(bias, 0, moreOutputs),
                                        dense ? 1 : in,
                                        shape[2] / 2)
                                .narrow(1, 0, shape[0]));
    }

    private static Tensor convolve(
            Tensor input, Tensor weight, Tensor bias, long groups, long padding) {
        return torch.conv2d(
                input,
                weight,
                new TensorOptional(bias),
                new long[] {1, 1},
                new long[] {padding, padding},
                new long[] {1, 1},
                groups);
    }

    private static long wholeBlocks(long channels) {
        return (channels + BLOCK - 1) / BLOCK * BLOCK;
    }

    /**
     * Computes a piece of a network inside a native scope of its own: only the result lives on, in
     * the scope around. What gradients need stays with libtorch.
     */
    @SuppressWarnings("try") // native scopes are only there to be closed
    static Tensor piece(Supplier<Tensor> computation) {
        Tensor result;
        try (PointerScope scope = new PointerScope()) {
            result = computation.get();
            result.retainReference();
        }
        PointerScope.getInnerScope().attach(result);
        result.releaseReference();
        return result;
    }
}
