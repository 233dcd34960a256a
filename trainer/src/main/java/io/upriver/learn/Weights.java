package io.upriver.learn;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A network's weights outside libtorch: names to float tensors, in a fixed order. Immutable.
 *
 * <p>The exporter reads them without knowing how they were trained.
 */
public final class Weights {

    /**
     * A dense float tensor, row-major.
     *
     * @param shape sizes, outermost first
     * @param values as many values as the product of the sizes
     */
    @SuppressWarnings("ArrayRecordComponent") // compared and hashed nowhere
    public record Tensor(long[] shape, float[] values) {
        public Tensor {
            long count = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
            if (count != values.length) {
                throw new IllegalArgumentException(
                        "tensor of shape "
                                + Arrays.toString(shape)
                                + ": expected "
                                + count
                                + " values, got "
                                + values.length);
            }
        }

        public static Tensor of(float[] values, long... shape) {
            return new Tensor(shape, values);
        }
    }

    private final Map<String, Tensor> tensors;

    public Weights(Map<String, Tensor> tensors) {
        this.tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    public Tensor get(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException(
                    "no weight named " + name + ", there are " + tensors.keySet());
        }
        return tensor;
    }

    public Set<String> names() {
        return tensors.keySet();
    }

    public Map<String, Tensor> asMap() {
        return tensors;
    }
}
