package io.upriver.api;

import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One kind of thing that events tell of, in its newest state: how it is as a whole, and what has
 * changed since the state before. Nothing older is kept, so a client that has missed a state gets
 * the whole. Used by one thread.
 *
 * @param <S> the state; immutable, compared by {@code equals}
 */
final class Part<S> {

    private final String name;
    private final Supplier<S> look;
    private final Function<S, Object> whole;
    private final BiFunction<S, S, Object> change;
    private @Nullable S state;
    private @Nullable S before;
    private long version;

    /**
     * @param name of its events
     * @param look reads the state
     * @param whole what an event says to who knows nothing
     * @param change what an event says to who knows the state before, which comes first
     */
    Part(
            String name,
            Supplier<S> look,
            Function<S, Object> whole,
            BiFunction<S, S, Object> change) {
        this.name = name;
        this.look = look;
        this.whole = whole;
        this.change = change;
    }

    /** One whose events always say the whole. */
    static <S> Part<S> whole(String name, Supplier<S> look) {
        return new Part<>(name, look, state -> state, (before, now) -> now);
    }

    String name() {
        return name;
    }

    /** Looks for a new state. */
    void look() {
        S now = look.get();
        if (!now.equals(state)) {
            before = state;
            state = now;
            version++;
        }
    }

    /** The state's number, from 1 on; 0 where none was seen yet. */
    long version() {
        return version;
    }

    /**
     * What is to be said to somebody.
     *
     * @param known the version that was said last, or 0
     */
    Object since(long known) {
        return known > 0 && known == version - 1 && before != null
                ? change.apply(before, state)
                : whole.apply(state);
    }
}
