package io.upriver.graph;

import java.util.Arrays;
import java.util.List;

/**
 * The extents of a tensor, none below 0. Immutable.
 *
 * @param extents outermost first
 */
record Shape(List<Long> extents) {

    Shape {
        extents = List.copyOf(extents);
    }

    static Shape of(long... extents) {
        return new Shape(Arrays.stream(extents).boxed().toList());
    }

    int rank() {
        return extents.size();
    }

    long at(int axis) {
        return extents.get(axis);
    }

    /** The same with another extent on one axis. */
    Shape with(int axis, long extent) {
        long[] changed = toArray();
        changed[axis] = extent;
        return of(changed);
    }

    /**
     * How many numbers it holds.
     *
     * @throws ArithmeticException if they are more than 2^63
     */
    long elements() {
        long product = 1;
        for (long extent : extents) {
            product = Math.multiplyExact(product, extent);
        }
        return product;
    }

    long[] toArray() {
        return extents.stream().mapToLong(Long::longValue).toArray();
    }

    /**
     * The shape of two that are combined element by element, where extents of 1 are spread.
     *
     * @throws IllegalArgumentException if they do not fit
     */
    Shape spread(Shape other) {
        boolean isLonger = rank() >= other.rank();
        Shape longer = isLonger ? this : other;
        Shape shorter = isLonger ? other : this;
        long[] both = longer.toArray();
        int ahead = longer.rank() - shorter.rank();
        for (int axis = 0; axis < shorter.rank(); axis++) {
            long a = longer.at(ahead + axis);
            long b = shorter.at(axis);
            if (a != b && a != 1 && b != 1) {
                throw new IllegalArgumentException(
                        "expected shapes that fit each other, got %s and %s"
                                .formatted(this, other));
            }
            both[ahead + axis] = a == 1 ? b : a;
        }
        return of(both);
    }

    /** For example {@code [1,1,17,17]}. */
    @Override
    public String toString() {
        return extents.toString().replace(" ", "");
    }
}
