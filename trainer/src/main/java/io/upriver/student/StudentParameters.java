package io.upriver.student;

import io.upriver.learn.Parameters;
import io.upriver.learn.Parameters.Entry;
import io.upriver.learn.Weights.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Walks a student's graph and only notes what it learns. */
final class StudentParameters implements StudentOperators<Object> {
    private static final Object NOTHING = new Object();

    private final List<Entry> entries = new ArrayList<>();

    private final List<String> taps = new ArrayList<>();

    private StudentParameters() {}

    static Parameters of(StudentSpec spec) {
        StudentParameters walk = new StudentParameters();
        StudentGraph.apply(spec, NOTHING, walk);
        return new Parameters(walk.entries);
    }

    static List<String> taps(StudentSpec spec) {
        StudentParameters walk = new StudentParameters();
        StudentGraph.apply(spec, NOTHING, walk);
        return walk.taps;
    }

    @Override
    public Object tap(String name, Object value) {
        taps.add(name);
        return value;
    }

    @Override
    public Object padEdge(Object input, int pixels) {
        return NOTHING;
    }

    /** Biases begin at zero, weights with the spread that the filter asks for. */
    @Override
    public Object convolve(Object input, Filter filter) {
        int inputs = filter.in() / filter.groups() * filter.kernel() * filter.kernel();
        entries.add(
                Entry.around0(
                        filter.weightName(),
                        filter.gain() / Math.sqrt(inputs),
                        filter.weightShape()));
        if (filter.bias()) {
            entries.add(Entry.constant(filter.biasName(), 0, filter.biasCount()));
        }
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
    public Object subtract(Object left, Object right) {
        return NOTHING;
    }

    @Override
    public Object concatenate(List<Object> parts) {
        return NOTHING;
    }

    @Override
    public Object normalise(Object input, String name, int channels) {
        entries.add(Entry.constant(name + ".weight", 1, channels));
        entries.add(Entry.constant(name + ".bias", 0, channels));
        entries.add(Entry.statistic(name + ".running_mean", 0, channels));
        entries.add(Entry.statistic(name + ".running_var", 1, channels));
        return NOTHING;
    }

    @Override
    public Object involve(Object input, Object filters, int kernel, int groups) {
        return NOTHING;
    }

    @Override
    public Object globalMean(Object input) {
        return NOTHING;
    }

    @Override
    public Object localMean(Object input, int window) {
        return NOTHING;
    }

    @Override
    public Object squareRoot(Object input) {
        return NOTHING;
    }

    @Override
    public Object sigmoid(Object input) {
        return NOTHING;
    }

    @Override
    public Object pixelShuffle(Object input, int block) {
        return NOTHING;
    }
}
