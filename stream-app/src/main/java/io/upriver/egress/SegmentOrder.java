package io.upriver.egress;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Hands things on in the order of their sequence numbers, from 0, whatever the order in which they
 * come.
 */
final class SegmentOrder<T> {

    private final Map<Long, T> early = new HashMap<>();
    private long next;

    /** Takes one thing and hands on all whose turn it is. One that was there already is ignored. */
    void add(long sequence, T thing, Consumer<T> taker) {
        if (sequence >= next) {
            early.putIfAbsent(sequence, thing);
        }
        for (T ready = early.remove(next); ready != null; ready = early.remove(next)) {
            next++;
            taker.accept(ready);
        }
    }

    /** How many things have been handed on: the next sequence number. */
    long handedOn() {
        return next;
    }
}
