package io.upriver.segment;

import io.upriver.model.ModelLease;
import io.upriver.model.ModelRegistry;
import io.upriver.schemas.StreamSettings;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ways in which one segment can be done, dearest first: what its stream asks for, the current
 * model where that is one on trial, a smaller network that comes with the program, interpolation,
 * and last, to let it through as it is.
 *
 * <p>Holds the models of all of them until it is closed, except the first one's, which is the
 * caller's.
 */
final class Ladder implements AutoCloseable {

    /** The name of the last way. */
    static final String PASS_THROUGH = "passthrough";

    /** The name of the last but one. */
    static final String INTERPOLATION = "interpolation";

    private static final String SMALLER = "smaller network";
    private static final String CURRENT = "current model";

    /**
     * One way.
     *
     * @param name what it is called in what is said of it
     * @param key what its cost is remembered under
     * @param model what enlarges, or null where that is still to be asked for, or nothing does
     */
    record Way(String name, String key, @Nullable ModelLease model) {}

    private final List<Way> ways = new ArrayList<>();
    private final @Nullable ModelLease smaller;

    /**
     * @param asked the model that the stream has, or interpolation
     */
    Ladder(StreamSettings settings, ModelLease asked, ModelRegistry models) {
        ModelLease current = asked.current();
        smaller = models.cheaperThan(asked).orElse(null);
        ways.add(new Way(settings.model(), keyOf(asked), asked));
        if (current != null) {
            ways.add(new Way(CURRENT, keyOf(current), current));
        }
        if (smaller != null && (current == null || !keyOf(current).equals(keyOf(smaller)))) {
            ways.add(new Way(SMALLER, keyOf(smaller), smaller));
        }
        if (asked.digest() != null) {
            ways.add(new Way(INTERPOLATION, INTERPOLATION, null));
        }
        ways.add(new Way(PASS_THROUGH, PASS_THROUGH, null));
    }

    private static String keyOf(ModelLease model) {
        return model.digest() == null ? INTERPOLATION : model.digest();
    }

    /** All of them, dearest first; at least two. */
    List<Way> ways() {
        return ways;
    }

    @Override
    public void close() {
        if (smaller != null) {
            smaller.close();
        }
    }
}
