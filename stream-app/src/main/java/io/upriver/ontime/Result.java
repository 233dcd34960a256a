package io.upriver.ontime;

import io.upriver.schemas.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * What came of a segment, as a reader of committed records saw it.
 *
 * @param producedMillis the time of its record
 * @param cameMillis when the reader had it
 * @param outcome null where it was rejected
 */
record Result(
        int stream,
        long sequence,
        long producedMillis,
        long cameMillis,
        @Nullable Outcome outcome) {

    long latencyMillis() {
        return cameMillis - producedMillis;
    }

    /** Whether it was done by the way that its stream asks for. */
    boolean isAsAsked() {
        return outcome != null && outcome.shortcut() == null;
    }

    /** In words, such as {@code interpolated}. */
    String way() {
        if (outcome == null) {
            return "rejected";
        }
        boolean isSmaller =
                outcome.method() == Outcome.Method.NETWORK && outcome.shortcut() != null;
        return isSmaller ? "smaller network" : outcome.method().wireName();
    }
}
