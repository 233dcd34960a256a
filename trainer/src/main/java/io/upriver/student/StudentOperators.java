package io.upriver.student;

import io.upriver.learn.Weights.Tensor;
import java.util.List;

/**
 * What a student is made of. {@link StudentGraph} is written once against it; libtorch, the ONNX
 * exporter, the list of parameters and the plain loops of the tests each implement it.
 *
 * @param <V> a value: feature maps [N, C, H, W]
 */
public interface StudentOperators<V> {
    /** Added under every square root: its slope at zero stays finite. */
    float SQUARE_ROOT_FLOOR = 1e-8f;

    /** Repeats the outermost rows and columns {@code pixels} times on each side. */
    V padEdge(V input, int pixels);

    /** A trained convolution. */
    V convolve(V input, Filter filter);

    /**
     * Trained convolutions one after the other with nothing between them. They amount to one linear
     * map, so that an implementation may merge them.
     */
    default V convolveInTurn(V input, Filter... filters) {
        V value = input;
        for (Filter filter : filters) {
            value = convolve(value, filter);
        }
        return value;
    }

    /** A fixed convolution without padding: weight [out, in, k, k]. */
    V convolve(V input, Tensor fixedWeight, int stride);

    V leakyRelu(V input, float slope);

    V add(V left, V right);

    /** Element by element; [N, C, 1, 1] is spread over the picture. */
    V multiply(V left, V right);

    /** Element by element, left minus right. */
    V subtract(V left, V right);

    /** The channels of the parts one after the other. */
    V concatenate(List<V> parts);

    /**
     * Normalises each channel to mean 0 and variance 1, then scales and shifts it (arXiv
     * 1502.03167): by the batch's own statistics while training, by running ones otherwise.
     *
     * @param name weights are {@code name.weight}, {@code name.bias}, {@code name.running_mean} and
     *     {@code name.running_var}
     */
    V normalise(V input, String name, int channels);

    /**
     * Applies to each pixel the filter that was made for it (arXiv 2103.06255): output[c](p) =
     * sum_k filters[g(c) * K * K + k](p) * input[c](p + k), zeros outside.
     *
     * @param filters [N, groups * kernel * kernel, H, W]
     */
    V involve(V input, V filters, int kernel, int groups);

    /** Mean of each channel over the whole picture: [N, C, 1, 1]. */
    V globalMean(V input);

    /** Mean over a window x window square around each pixel, over what lies inside the picture. */
    V localMean(V input, int window);

    /** sqrt(max(input, 0) + {@link #SQUARE_ROOT_FLOOR}). */
    V squareRoot(V input);

    V sigmoid(V input);

    /** Notes a value that a teacher may look at; computes nothing. */
    default V tap(String name, V value) {
        return value;
    }

    /** Channel i * block + j becomes pixel (i, j) of a block x block square. */
    V pixelShuffle(V input, int block);
}
