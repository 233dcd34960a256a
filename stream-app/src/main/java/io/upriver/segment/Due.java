package io.upriver.segment;

import io.upriver.schemas.StreamSettings;
import org.jspecify.annotations.Nullable;

/**
 * When a segment's result has to be committed.
 *
 * @param producedMillis the time of its record, in milliseconds since 1970 UTC
 * @param deadlineMillis how long after that
 */
public record Due(long producedMillis, int deadlineMillis) {

    /** For writing the result and committing it. */
    private static final int MOST_RESERVED_MILLIS = 200;

    /** One of so many parts of the time is reserved at most. */
    private static final int PARTS = 5;

    /** Of a segment that was produced then, or null where its stream has no deadline. */
    public static @Nullable Due of(StreamSettings settings, long producedMillis) {
        Integer deadline = settings.deadlineMillis();
        return deadline == null ? null : new Due(producedMillis, deadline);
    }

    /** When the work on it has to be done, so that the result is committed in time. */
    public long doneMillis() {
        return producedMillis
                + deadlineMillis
                - Math.min(MOST_RESERVED_MILLIS, deadlineMillis / PARTS);
    }

    /** How long that is from now, in milliseconds; 0 or less where it is too late. */
    public long leftMillis(long nowMillis) {
        return doneMillis() - nowMillis;
    }
}
