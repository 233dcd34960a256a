package io.upriver.model;

import io.upriver.graph.GraphLimits;
import java.time.Duration;

/**
 * What a model from outside may ask for before it is refused.
 *
 * @param file of its file, and of what a frame takes by its shapes
 * @param trial how long it may be tried on small pictures, more than zero
 */
public record ModelLimits(GraphLimits file, Duration trial) {

    /** {@link GraphLimits#DEFAULT} and a minute. */
    public static final ModelLimits DEFAULT =
            new ModelLimits(GraphLimits.DEFAULT, Duration.ofMinutes(1));

    public ModelLimits {
        if (trial.isZero() || trial.isNegative()) {
            throw new IllegalArgumentException("trial: expected more than no time, got " + trial);
        }
    }
}
