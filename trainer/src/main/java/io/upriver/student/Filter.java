package io.upriver.student;

/**
 * One trained convolution of a student: its place in the weights and its geometry. Strides and
 * padding are the same in both directions; padding is zeros.
 *
 * @param name weights are {@code name.weight} and {@code name.bias}
 * @param in channels read
 * @param out channels written
 * @param kernel side of the filter
 * @param stride step between outputs
 * @param groups 1, or {@code in} for a depthwise filter
 * @param padding zeros around the input
 * @param bias whether a constant is added per output channel
 * @param tied neighbouring output channels that share their weights; 1 for none. The weights hold
 *     {@code out / tied} rows
 * @param gain standard deviation of the first weights, in units of 1 / sqrt(inputs of one output)
 */
public record Filter(
        String name,
        int in,
        int out,
        int kernel,
        int stride,
        int groups,
        int padding,
        boolean bias,
        int tied,
        float gain) {

    public Filter {
        if (in % groups != 0 || out % groups != 0 || out % tied != 0) {
            throw new IllegalArgumentException(
                    name
                            + ": "
                            + in
                            + " to "
                            + out
                            + " channels do not divide into "
                            + groups
                            + " groups or "
                            + tied
                            + " tied channels");
        }
    }

    /** A 1x1 convolution with bias. */
    static Filter pointwise(String name, int in, int out) {
        return new Filter(name, in, out, 1, 1, 1, 0, true, 1, 1);
    }

    /** A depthwise convolution with bias that keeps the size. */
    static Filter depthwise(String name, int channels, int kernel) {
        return new Filter(name, channels, channels, kernel, 1, channels, kernel / 2, true, 1, 1);
    }

    Filter withoutBias() {
        return new Filter(name, in, out, kernel, stride, groups, padding, false, tied, gain);
    }

    Filter withGain(float newGain) {
        return new Filter(name, in, out, kernel, stride, groups, padding, bias, tied, newGain);
    }

    Filter tiedBy(int channels) {
        return new Filter(name, in, out, kernel, stride, groups, padding, bias, channels, gain);
    }

    public String weightName() {
        return name + ".weight";
    }

    public String biasName() {
        return name + ".bias";
    }

    /** Shape of the stored weight: [out / tied, in / groups, kernel, kernel]. */
    public long[] weightShape() {
        return new long[] {out / tied, in / groups, kernel, kernel};
    }

    public int weightCount() {
        return out / tied * (in / groups) * kernel * kernel;
    }

    public int biasCount() {
        return bias ? out / tied : 0;
    }
}
