package io.upriver.learn;

import io.upriver.learn.Weights.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The numbers that a network learns as one flat vector, and where each tensor lies in it.
 * Optimiser, averaging, clipping and checkpoints then are loops over one array. Immutable.
 */
public final class Parameters {

    /**
     * One learned tensor.
     *
     * @param name unique in its network
     * @param shape sizes, outermost first
     * @param centre mean of the first values
     * @param spread standard deviation of the first values
     * @param learned false for statistics that are kept with the numbers but follow no gradient
     */
    @SuppressWarnings("ArrayRecordComponent") // compared and hashed nowhere
    public record Entry(String name, long[] shape, double centre, double spread, boolean learned) {
        /** Values drawn around zero. */
        public static Entry around0(String name, double spread, long... shape) {
            return new Entry(name, shape, 0, spread, true);
        }

        /** Values that all begin the same. */
        public static Entry constant(String name, double value, long... shape) {
            return new Entry(name, shape, value, 0, true);
        }

        /** A statistic, one value a channel. */
        public static Entry statistic(String name, double value, long channels) {
            return new Entry(name, new long[] {channels}, value, 0, false);
        }

        public int count() {
            return Math.toIntExact(Arrays.stream(shape).reduce(1, (a, b) -> a * b));
        }
    }

    private final List<Entry> entries;
    private final Map<String, Integer> offsets = new LinkedHashMap<>();
    private final int count;

    public Parameters(List<Entry> entries) {
        this.entries = List.copyOf(entries);
        int offset = 0;
        for (Entry entry : entries) {
            if (offsets.put(entry.name(), offset) != null) {
                throw new IllegalArgumentException("two parameters are named " + entry.name());
            }
            offset += entry.count();
        }
        count = offset;
    }

    /** Length of the vector: everything that is kept. */
    public int count() {
        return count;
    }

    /** How many of them are learned. */
    public int learnedCount() {
        return entries.stream().filter(Entry::learned).mapToInt(Entry::count).sum();
    }

    /** For each number whether it is learned. */
    boolean[] learned() {
        boolean[] learned = new boolean[count];
        for (Entry entry : entries) {
            int from = offset(entry.name());
            Arrays.fill(learned, from, from + entry.count(), entry.learned());
        }
        return learned;
    }

    public List<Entry> entries() {
        return entries;
    }

    /** Where a tensor begins in the vector. */
    public int offset(String name) {
        Integer offset = offsets.get(name);
        if (offset == null) {
            throw new IllegalArgumentException("no parameter named " + name);
        }
        return offset;
    }

    /** These and further ones behind them: a vector of these is the beginning of the longer one. */
    public Parameters and(Parameters further) {
        List<Entry> both = new ArrayList<>(entries);
        both.addAll(further.entries);
        return new Parameters(both);
    }

    /** The vector to start from. The same seed gives the same numbers. */
    public float[] initial(long seed) {
        Random random = new Random(seed);
        float[] vector = new float[count];
        int at = 0;
        for (Entry entry : entries) {
            for (int i = 0; i < entry.count(); i++) {
                double drawn = entry.spread() == 0 ? 0 : random.nextGaussian() * entry.spread();
                vector[at++] = (float) (entry.centre() + drawn);
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
        for (Entry entry : entries) {
            int from = offset(entry.name());
            tensors.put(
                    entry.name(),
                    new Tensor(
                            entry.shape(), Arrays.copyOfRange(vector, from, from + entry.count())));
        }
        return new Weights(tensors);
    }

    /**
     * The vector made of named tensors; tensors with other names are left alone.
     *
     * @throws IllegalArgumentException if a tensor is missing or of another shape, naming it with
     *     both shapes
     */
    public float[] vector(Weights weights) {
        float[] vector = new float[count];
        for (Entry entry : entries) {
            if (!weights.names().contains(entry.name())) {
                throw new IllegalArgumentException(
                        "the weights have no "
                                + entry.name()
                                + ", expected one of shape "
                                + Arrays.toString(entry.shape()));
            }
            Tensor tensor = weights.get(entry.name());
            if (!Arrays.equals(tensor.shape(), entry.shape())) {
                throw new IllegalArgumentException(
                        entry.name()
                                + ": expected shape "
                                + Arrays.toString(entry.shape())
                                + ", got "
                                + Arrays.toString(tensor.shape()));
            }
            System.arraycopy(tensor.values(), 0, vector, offset(entry.name()), entry.count());
        }
        return vector;
    }
}
