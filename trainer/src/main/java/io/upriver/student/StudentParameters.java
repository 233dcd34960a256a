package io.upriver.student;

import io.upriver.student.Weights.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * All trained numbers of a student as one flat vector, and where each filter lies in it. Optimiser,
 * averaging, clipping and checkpoints then are loops over one array. Immutable.
 */
public final class StudentParameters {
    private final List<Filter> filters;
    private final Map<String, Integer> offsets = new LinkedHashMap<>();
    private final int count;

    public StudentParameters(StudentSpec spec) {
        FilterList list = new FilterList();
        StudentGraph.apply(spec, FilterList.NOTHING, list);
        filters = List.copyOf(list.filters);
        int offset = 0;
        for (Filter filter : filters) {
            offsets.put(filter.weightName(), offset);
            offset += filter.weightCount();
            if (filter.bias()) {
                offsets.put(filter.biasName(), offset);
                offset += filter.biasCount();
            }
        }
        count = offset;
    }

    /** How many numbers are trained. */
    public int count() {
        return count;
    }

    /** Where {@code name} (a weight or bias) begins in the vector. */
    int offset(String name) {
        return offsets.get(name);
    }

    /**
     * The vector to start from: biases zero, weights normal with the spread that each filter asks
     * for.
     */
    public float[] initial(long seed) {
        Random random = new Random(seed);
        float[] vector = new float[count];
        for (Filter filter : filters) {
            int inputs = filter.in() / filter.groups() * filter.kernel() * filter.kernel();
            double spread = filter.gain() / Math.sqrt(inputs);
            int from = offset(filter.weightName());
            for (int i = 0; i < filter.weightCount(); i++) {
                vector[from + i] = (float) (random.nextGaussian() * spread);
            }
        }
        return vector;
    }

    /** The vector cut into named tensors. */
    public Weights weights(float[] vector) {
        if (vector.length != count) {
            throw new IllegalArgumentException(
                    "expected " + count + " parameters, got " + vector.length);
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Filter filter : filters) {
            int from = offset(filter.weightName());
            tensors.put(
                    filter.weightName(),
                    new Tensor(
                            filter.weightShape(),
                            Arrays.copyOfRange(vector, from, from + filter.weightCount())));
            if (filter.bias()) {
                from = offset(filter.biasName());
                tensors.put(
                        filter.biasName(),
                        Tensor.of(
                                Arrays.copyOfRange(vector, from, from + filter.biasCount()),
                                filter.biasCount()));
            }
        }
        return new Weights(tensors);
    }

    /** Walks the graph and only notes its filters. */
    private static final class FilterList implements StudentOperators<Object> {
        private static final Object NOTHING = new Object();
        private final List<Filter> filters = new ArrayList<>();

        @Override
        public Object padEdge(Object input, int pixels) {
            return NOTHING;
        }

        @Override
        public Object convolve(Object input, Filter filter) {
            filters.add(filter);
            return NOTHING;
        }

        @Override
        public Object convolve(Object input, Tensor fixedWeight, int stride) {
            return NOTHING;
        }

        @Override
        public Object leakyRelu(Object input, float slope) {
            return NOTHING;
        }

        @Override
        public Object add(Object left, Object right) {
            return NOTHING;
        }

        @Override
        public Object multiply(Object left, Object right) {
            return NOTHING;
        }

        @Override
        public Object pixelShuffle(Object input, int block) {
            return NOTHING;
        }
    }
}
