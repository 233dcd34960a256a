package io.upriver.teacher;

import io.upriver.learn.Weights;
import io.upriver.student.Filter;
import io.upriver.student.PlainOperators;
import io.upriver.student.PlainOperators.Maps;
import java.util.ArrayList;
import java.util.List;

/**
 * The teachers' networks as loops in double precision, written from their papers: the tests'
 * reference.
 */
final class PlainNetworks {

    /**
     * What a network gives.
     *
     * @param enlarged three planes
     * @param features after the first convolution and after each block
     */
    record Result(Maps enlarged, List<Maps> features) {}

    private final Weights weights;
    private final PlainOperators operators;

    PlainNetworks(Weights weights) {
        this.weights = weights;
        this.operators = new PlainOperators(weights);
    }

    Result edsr(Maps rgb, int scale, int blocks) {
        List<Maps> features = new ArrayList<>();
        Maps first = convolve(rgb, "head");
        Maps refined = first;
        features.add(first);
        for (int block = 1; block <= blocks; block++) {
            Maps hidden = operators.leakyRelu(convolve(refined, "block" + block + ".first"), 0);
            refined = operators.add(convolve(hidden, "block" + block + ".second"), refined);
            features.add(refined);
        }
        Maps enlarged = operators.add(convolve(refined, "trunk"), first);
        if (scale == 4) {
            enlarged = operators.pixelShuffle(convolve(enlarged, "up0"), 2);
            enlarged = operators.pixelShuffle(convolve(enlarged, "up1"), 2);
        } else {
            enlarged = operators.pixelShuffle(convolve(enlarged, "up0"), scale);
        }
        return new Result(convolve(enlarged, "tail"), features);
    }

    Result smfaNet(Maps rgb, int scale, int blocks) {
        List<Maps> features = new ArrayList<>();
        Maps first = convolve(rgb, "to_feat");
        Maps refined = first;
        features.add(first);
        for (int block = 0; block < blocks; block++) {
            String name = "feats." + block;
            refined = operators.add(smfa(name + ".smfa", normalised(refined)), refined);
            refined = operators.add(pcfn(name + ".pcfn", normalised(refined)), refined);
            features.add(refined);
        }
        Maps sum = operators.add(refined, first);
        return new Result(operators.pixelShuffle(convolve(sum, "to_img.0"), scale), features);
    }

    private Maps smfa(String name, Maps input) {
        int width = input.channels();
        Maps both = convolve(input, name + ".linear_0");
        Maps local = channels(both, 0, width);
        Maps global = channels(both, width, 2 * width);
        Maps peaks =
                convolve(
                        largest(
                                global,
                                Math.max(1, input.height() / 8),
                                Math.max(1, input.width() / 8)),
                        name + ".dw_conv");
        float[] alpha = weights.get(name + ".alpha").values();
        float[] belt = weights.get(name + ".belt").values();
        Maps mixed =
                fill(
                        width,
                        peaks.height(),
                        peaks.width(),
                        (c, y, x) -> peaks.at(c, y, x) * alpha[c] + variance(global, c) * belt[c]);
        Maps gate = gelu(convolve(mixed, name + ".linear_1"));
        Maps modulated =
                fill(
                        width,
                        input.height(),
                        input.width(),
                        (c, y, x) ->
                                global.at(c, y, x)
                                        * gate.at(
                                                c,
                                                y * gate.height() / input.height(),
                                                x * gate.width() / input.width()));
        Maps spread = convolve(convolve(local, name + ".lde.conv_0.0"), name + ".lde.conv_0.1");
        Maps detail = convolve(gelu(spread), name + ".lde.conv_1");
        return convolve(operators.add(modulated, detail), name + ".linear_2");
    }

    private Maps pcfn(String name, Maps input) {
        Maps hidden = gelu(convolve(input, name + ".conv_0"));
        int quarter = hidden.channels() / 4;
        Maps refined = gelu(convolve(channels(hidden, 0, quarter), name + ".conv_1"));
        Maps together =
                fill(
                        hidden.channels(),
                        hidden.height(),
                        hidden.width(),
                        (c, y, x) -> (c < quarter ? refined : hidden).at(c, y, x));
        return convolve(together, name + ".conv_2");
    }

    /** Stride 1, zeros around; the groups follow from the weight's shape. */
    private Maps convolve(Maps input, String name) {
        long[] shape = weights.get(name + ".weight").shape();
        int in = input.channels();
        int kernel = (int) shape[2];
        int groups = in / (int) shape[1];
        return operators.convolve(
                input,
                new Filter(name, in, (int) shape[0], kernel, 1, groups, kernel / 2, true, 1, 1));
    }

    private static Maps normalised(Maps input) {
        return fill(
                input.channels(),
                input.height(),
                input.width(),
                (c, y, x) -> {
                    double squares = 0;
                    for (int i = 0; i < input.channels(); i++) {
                        squares += input.at(i, y, x) * input.at(i, y, x);
                    }
                    return input.at(c, y, x) / Math.max(Math.sqrt(squares), 1e-12);
                });
    }

    /**
     * The largest value of each of rows x columns cells, which overlap where they do not divide.
     */
    private static Maps largest(Maps input, int rows, int columns) {
        return fill(
                input.channels(),
                rows,
                columns,
                (c, row, column) -> {
                    double peak = Double.NEGATIVE_INFINITY;
                    for (int y = row * input.height() / rows;
                            y < Math.ceil((row + 1.0) * input.height() / rows);
                            y++) {
                        for (int x = column * input.width() / columns;
                                x < Math.ceil((column + 1.0) * input.width() / columns);
                                x++) {
                            peak = Math.max(peak, input.at(c, y, x));
                        }
                    }
                    return peak;
                });
    }

    private static double variance(Maps input, int channel) {
        int count = input.height() * input.width();
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < count; i++) {
            double value = input.values()[channel * count + i];
            sum += value;
            squares += value * value;
        }
        return count == 1 ? 0 : (squares - sum * sum / count) / (count - 1);
    }

    private static Maps channels(Maps input, int from, int to) {
        return fill(
                to - from, input.height(), input.width(), (c, y, x) -> input.at(from + c, y, x));
    }

    private static Maps gelu(Maps input) {
        double[] values = new double[input.values().length];
        for (int i = 0; i < values.length; i++) {
            double value = input.values()[i];
            values[i] = value * 0.5 * (1 + erf(value / Math.sqrt(2)));
        }
        return new Maps(input.channels(), input.height(), input.width(), values);
    }

    /** By the series 2 / sqrt(pi) exp(-x^2) sum 2^n x^(2n+1) / (1 3 5 ... (2n+1)). */
    private static double erf(double x) {
        if (Math.abs(x) > 6) {
            return Math.signum(x);
        }
        double term = x;
        double sum = x;
        for (int n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
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
}
