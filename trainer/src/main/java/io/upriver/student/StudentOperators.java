package io.upriver.student;

import io.upriver.learn.Weights.Tensor;

/**
 * What a student is made of. {@link StudentGraph} is written once against it; libtorch, the ONNX
 * exporter, the list of parameters and the plain loops of the tests each implement it.
 *
 * @param <V> a value: feature maps [N, C, H, W]
 */
public interface StudentOperators<V> {
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

    V multiply(V left, V right);

    /** Channel i * block + j becomes pixel (i, j) of a block x block square. */
    V pixelShuffle(V input, int block);
}
