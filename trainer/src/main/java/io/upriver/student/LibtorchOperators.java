package io.upriver.student;

import io.upriver.learn.Parameters;
import io.upriver.learn.Weights;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The student's operators on libtorch tensors [N, C, H, W]; filters are views into one flat tensor
 * of parameters. Lives as long as the caller's PointerScope.
 *
 * <p>Convolutions whose channels are not a multiple of 16 are computed with channels of zeros
 * added: on CPUs with AVX-512 the library has left such padding uninitialised.
 */
final class LibtorchOperators implements StudentOperators<Tensor> {
    private static final int BLOCK = 16;
    private static final double VARIANCE_FLOOR = 1e-5;
    private static final double MOMENTUM = 0.1;

    private final Parameters parameters;
    private final Tensor flat;
    private final boolean training;
    private final Map<String, Tensor> statistics = new HashMap<>();
    private final Map<String, Tensor> taps = new HashMap<>();

    /**
     * @param training whether batch normalisation uses the batch's statistics and updates the
     *     running ones
     */
    LibtorchOperators(Parameters parameters, Tensor flat, boolean training) {
        this.parameters = parameters;
        this.flat = flat;
        this.training = training;
    }

    /** Values by the name they were noted under. */
    Map<String, Tensor> taps() {
        return taps;
    }

    /** Running statistics that the forward pass has brought up to date, by parameter name. */
    Map<String, Tensor> statistics() {
        return statistics;
    }

    @Override
    public Tensor padEdge(Tensor input, int pixels) {
        return torch.replication_pad2d(input, pixels, pixels, pixels, pixels);
    }

    @Override
    public Tensor convolve(Tensor input, Filter filter) {
        Tensor weight =
                tied(
                        flat.narrow(0, parameters.offset(filter.weightName()), filter.weightCount())
                                .reshape(filter.weightShape()),
                        filter);
        Tensor bias = null;
        if (filter.bias()) {
            long from = parameters.offset(filter.biasName());
            bias = tied(flat.narrow(0, from, filter.biasCount()), filter);
        }
        long more = filter.kernel() == 1 ? 0L : Math.floorMod(-filter.out(), BLOCK);
        if (more == 0) {
            return conv2d(input, weight, bias, filter, filter.groups());
        }
        boolean depthwise = filter.groups() > 1;
        Tensor wideInput = depthwise ? grown(input, 1, more) : input;
        Tensor wideBias = bias == null ? null : grown(bias, 0, more);
        return conv2d(
                        wideInput,
                        grown(weight, 0, more),
                        wideBias,
                        filter,
                        depthwise ? filter.groups() + more : 1)
                .narrow(1, 0, filter.out());
    }

    /** Zeros added at the end of a dimension. */
    private static Tensor grown(Tensor tensor, int dimension, long count) {
        long[] pads = new long[2 * (int) (tensor.dim() - dimension)];
        pads[pads.length - 1] = count;
        return torch.constant_pad_nd(tensor, pads);
    }

    private static Tensor conv2d(
            Tensor input, Tensor weight, Tensor bias, Filter filter, long groups) {
        return torch.conv2d(
                input,
                weight,
                bias == null ? new TensorOptional() : new TensorOptional(bias),
                new long[] {filter.stride(), filter.stride()},
                new long[] {filter.padding(), filter.padding()},
                new long[] {1, 1},
                groups);
    }

    /** Repeats each row for the output channels that share it. */
    private static Tensor tied(Tensor rows, Filter filter) {
        return filter.tied() == 1 ? rows : repeated(rows, 0, filter.tied());
    }

    private static Tensor repeated(Tensor tensor, long dimension, long times) {
        return tensor.repeat_interleave(times, new LongOptional(dimension), new LongOptional());
    }

    @Override
    public Tensor convolve(Tensor input, Weights.Tensor fixedWeight, int stride) {
        return torch.conv2d(
                input,
                Tensor.create(fixedWeight.values(), fixedWeight.shape()),
                new TensorOptional(),
                new long[] {stride, stride},
                new long[] {0, 0},
                new long[] {1, 1},
                1);
    }

    @Override
    public Tensor leakyRelu(Tensor input, float slope) {
        return slope == 0 ? torch.relu(input) : torch.leaky_relu(input, new Scalar(slope));
    }

    @Override
    public Tensor add(Tensor left, Tensor right) {
        return left.add(right);
    }

    @Override
    public Tensor subtract(Tensor left, Tensor right) {
        return left.sub(right);
    }

    @Override
    public Tensor multiply(Tensor left, Tensor right) {
        return left.mul(right);
    }

    @Override
    public Tensor concatenate(List<Tensor> parts) {
        return torch.cat(new TensorVector(parts.toArray(new Tensor[0])), 1);
    }

    @Override
    public Tensor normalise(Tensor input, String name, int channels) {
        return torch.batch_norm(
                input,
                new TensorOptional(parameter(name + ".weight", channels)),
                new TensorOptional(parameter(name + ".bias", channels)),
                new TensorOptional(statistic(name + ".running_mean", channels)),
                new TensorOptional(statistic(name + ".running_var", channels)),
                training,
                MOMENTUM,
                VARIANCE_FLOOR,
                false);
    }

    private Tensor parameter(String name, int count) {
        return flat.narrow(0, parameters.offset(name), count);
    }

    private Tensor statistic(String name, int count) {
        Tensor copy = parameter(name, count).detach().clone();
        statistics.put(name, copy);
        return copy;
    }

    @Override
    public Tensor involve(Tensor input, Tensor filters, int kernel, int groups) {
        long height = input.size(2);
        long width = input.size(3);
        int taps = kernel * kernel;
        long margin = kernel / 2;
        Tensor padded = torch.constant_pad_nd(input, new long[] {margin, margin, margin, margin});
        Tensor byGroup = filters.view(input.size(0), groups, taps, height, width);
        Tensor sum = null;
        for (int k = 0; k < taps; k++) {
            Tensor shifted = padded.narrow(2, k / kernel, height).narrow(3, k % kernel, width);
            Tensor weight = repeated(byGroup.select(2, k), 1, input.size(1) / groups);
            Tensor product = shifted.mul(weight);
            sum = sum == null ? product : sum.add(product);
        }
        return sum;
    }

    @Override
    public Tensor globalMean(Tensor input) {
        return torch.mean(input, new long[] {2, 3}, true, new ScalarTypeOptional());
    }

    @Override
    public Tensor localMean(Tensor input, int window) {
        return torch.avg_pool2d(
                input,
                new long[] {window, window},
                new long[] {1, 1},
                new long[] {window / 2, window / 2},
                false,
                false,
                new LongOptional());
    }

    @Override
    public Tensor squareRoot(Tensor input) {
        return torch.sqrt(torch.relu(input).add(new Scalar(SQUARE_ROOT_FLOOR)));
    }

    @Override
    public Tensor sigmoid(Tensor input) {
        return torch.sigmoid(input);
    }

    @Override
    public Tensor tap(String name, Tensor value) {
        taps.put(name, value);
        return value;
    }

    @Override
    public Tensor pixelShuffle(Tensor input, int block) {
        return torch.pixel_shuffle(input, block);
    }
}
