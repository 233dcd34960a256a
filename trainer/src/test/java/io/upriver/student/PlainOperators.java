package io.upriver.student;

import io.upriver.learn.Weights;
import io.upriver.learn.Weights.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;

/**
 * The student's operators as loops in double precision, straight from their definitions: the tests'
 * reference.
 */
public final class PlainOperators implements StudentOperators<PlainOperators.Maps> {

    /** Feature maps [channels, height, width] of one picture. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Maps(int channels, int height, int width, double[] values) {
        /** The value, or 0 outside. */
        public double at(int channel, int y, int x) {
            boolean inside = y >= 0 && y < height && x >= 0 && x < width;
            return inside ? values[(channel * height + y) * width + x] : 0;
        }
    }

    private final Weights weights;
    private final Map<String, Maps> taps = new HashMap<>();

    public PlainOperators(Weights weights) {
        this.weights = weights;
    }

    /** Values by the name they were noted under. */
    public Map<String, Maps> taps() {
        return taps;
    }

    @Override
    public Maps tap(String name, Maps value) {
        taps.put(name, value);
        return value;
    }

    @Override
    public Maps padEdge(Maps input, int pixels) {
        int height = input.height() + 2 * pixels;
        int width = input.width() + 2 * pixels;
        return fill(
                input.channels(),
                height,
                width,
                (channel, y, x) ->
                        input.at(
                                channel,
                                Math.max(0, Math.min(input.height() - 1, y - pixels)),
                                Math.max(0, Math.min(input.width() - 1, x - pixels))));
    }

    @Override
    public Maps convolve(Maps input, Filter filter) {
        Tensor weight = weights.get(filter.weightName());
        float[] bias =
                filter.bias()
                        ? weights.get(filter.biasName()).values()
                        : new float[filter.out() / filter.tied()];
        int k = filter.kernel();
        int inPerGroup = filter.in() / filter.groups();
        int outPerGroup = filter.out() / filter.groups();
        int height = (input.height() + 2 * filter.padding() - k) / filter.stride() + 1;
        int width = (input.width() + 2 * filter.padding() - k) / filter.stride() + 1;
        return fill(
                filter.out(),
                height,
                width,
                (channel, y, x) -> {
                    int row = channel / filter.tied();
                    double sum = bias[row];
                    for (int c = 0; c < inPerGroup; c++) {
                        for (int i = 0; i < k; i++) {
                            for (int j = 0; j < k; j++) {
                                sum +=
                                        weight.values()[((row * inPerGroup + c) * k + i) * k + j]
                                                * input.at(
                                                        channel / outPerGroup * inPerGroup + c,
                                                        y * filter.stride() - filter.padding() + i,
                                                        x * filter.stride() - filter.padding() + j);
                            }
                        }
                    }
                    return sum;
                });
    }

    @Override
    public Maps convolve(Maps input, Tensor fixedWeight, int stride) {
        int out = (int) fixedWeight.shape()[0];
        int in = (int) fixedWeight.shape()[1];
        int k = (int) fixedWeight.shape()[2];
        int height = (input.height() - k) / stride + 1;
        int width = (input.width() - k) / stride + 1;
        return fill(
                out,
                height,
                width,
                (channel, y, x) -> {
                    double sum = 0;
                    for (int tap = 0; tap < in * k * k; tap++) {
                        int i = tap / k % k;
                        int j = tap % k;
                        sum +=
                                fixedWeight.values()[channel * in * k * k + tap]
                                        * input.at(tap / k / k, y * stride + i, x * stride + j);
                    }
                    return sum;
                });
    }

    @Override
    public Maps leakyRelu(Maps input, float slope) {
        return combine(input, input, (value, same) -> value < 0 ? value * slope : value);
    }

    @Override
    public Maps add(Maps left, Maps right) {
        return combine(left, right, Double::sum);
    }

    @Override
    public Maps multiply(Maps left, Maps right) {
        return combine(left, right, (a, b) -> a * b);
    }

    @Override
    public Maps subtract(Maps left, Maps right) {
        return combine(left, right, (a, b) -> a - b);
    }

    @Override
    public Maps concatenate(List<Maps> parts) {
        int channels = parts.stream().mapToInt(Maps::channels).sum();
        List<double[]> planes = new ArrayList<>();
        int plane = parts.get(0).height() * parts.get(0).width();
        for (Maps part : parts) {
            for (int c = 0; c < part.channels(); c++) {
                planes.add(Arrays.copyOfRange(part.values(), c * plane, (c + 1) * plane));
            }
        }
        return fill(
                channels,
                parts.get(0).height(),
                parts.get(0).width(),
                (channel, y, x) -> planes.get(channel)[y * parts.get(0).width() + x]);
    }

    @Override
    public Maps normalise(Maps input, String name, int channels) {
        float[] scale = weights.get(name + ".weight").values();
        float[] shift = weights.get(name + ".bias").values();
        float[] mean = weights.get(name + ".running_mean").values();
        float[] variance = weights.get(name + ".running_var").values();
        return fill(
                channels,
                input.height(),
                input.width(),
                (c, y, x) ->
                        (input.at(c, y, x) - mean[c]) / Math.sqrt(variance[c] + 1e-5) * scale[c]
                                + shift[c]);
    }

    @Override
    public Maps involve(Maps input, Maps filters, int kernel, int groups) {
        return fill(
                input.channels(),
                input.height(),
                input.width(),
                (channel, y, x) -> {
                    int group = channel / (input.channels() / groups);
                    double sum = 0;
                    for (int k = 0; k < kernel * kernel; k++) {
                        sum +=
                                filters.at(group * kernel * kernel + k, y, x)
                                        * input.at(
                                                channel,
                                                y + k / kernel - kernel / 2,
                                                x + k % kernel - kernel / 2);
                    }
                    return sum;
                });
    }

    @Override
    public Maps globalMean(Maps input) {
        return fill(
                input.channels(),
                1,
                1,
                (channel, row, column) -> {
                    double sum = 0;
                    for (int y = 0; y < input.height(); y++) {
                        for (int x = 0; x < input.width(); x++) {
                            sum += input.at(channel, y, x);
                        }
                    }
                    return sum / input.height() / input.width();
                });
    }

    @Override
    public Maps localMean(Maps input, int window) {
        return fill(
                input.channels(),
                input.height(),
                input.width(),
                (channel, row, column) -> {
                    double sum = 0;
                    int count = 0;
                    for (int y = row - window / 2; y <= row + window / 2; y++) {
                        for (int x = column - window / 2; x <= column + window / 2; x++) {
                            boolean inside =
                                    y >= 0 && y < input.height() && x >= 0 && x < input.width();
                            sum += input.at(channel, y, x);
                            count += inside ? 1 : 0;
                        }
                    }
                    return sum / count;
                });
    }

    @Override
    public Maps squareRoot(Maps input) {
        return combine(
                input, input, (value, same) -> Math.sqrt(Math.max(value, 0) + SQUARE_ROOT_FLOOR));
    }

    @Override
    public Maps sigmoid(Maps input) {
        return combine(input, input, (value, same) -> 1 / (1 + Math.exp(-value)));
    }

    @Override
    public Maps pixelShuffle(Maps input, int block) {
        return fill(
                input.channels() / block / block,
                input.height() * block,
                input.width() * block,
                (channel, y, x) ->
                        input.at(
                                channel * block * block + y % block * block + x % block,
                                y / block,
                                x / block));
    }

    private interface Cell {
        double at(int channel, int y, int x);
    }

    private static Maps fill(int channels, int height, int width, Cell cell) {
        double[] values = new double[channels * height * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = cell.at(i / width / height, i / width % height, i % width);
        }
        return new Maps(channels, height, width, values);
    }

    private static Maps combine(Maps left, Maps right, DoubleBinaryOperator operator) {
        boolean spread = right.height() == 1 && right.width() == 1;
        if (left.channels() != right.channels()
                || (!spread && left.values().length != right.values().length)) {
            throw new IllegalArgumentException("maps of different sizes");
        }
        return fill(
                left.channels(),
                left.height(),
                left.width(),
                (channel, y, x) ->
                        operator.applyAsDouble(
                                left.at(channel, y, x),
                                spread ? right.at(channel, 0, 0) : right.at(channel, y, x)));
    }
}
