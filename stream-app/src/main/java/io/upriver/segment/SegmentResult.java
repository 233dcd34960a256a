package io.upriver.segment;

import io.upriver.schemas.CanaryAccount;
import io.upriver.schemas.Outcome;
import io.upriver.schemas.Quality;
import io.upriver.schemas.Rejection;
import io.upriver.schemas.Segment;
import io.upriver.schemas.Shortcut;
import org.jspecify.annotations.Nullable;

/** What became of a segment. */
public sealed interface SegmentResult {

    /**
     * It is done.
     *
     * @param segment the upscaled media under the same stream and sequence
     * @param outcome how it was done and how long it took
     * @param quality what its luma is like, or null where no network made it
     * @param canary what a model on trial did, or null where none was tried
     */
    record Upscaled(
            Segment segment,
            Outcome outcome,
            @Nullable Quality quality,
            @Nullable CanaryAccount canary)
            implements SegmentResult {

        /**
         * The same by a shortcut.
         *
         * @param earlierMillis time that was spent on dearer ways before
         */
        Upscaled by(Shortcut shortcut, long earlierMillis) {
            return new Upscaled(segment, outcome.by(shortcut, earlierMillis), quality, canary);
        }

        /** The same, done by the current model after one on trial had failed. */
        Upscaled afterFailureOf(String digest, String failure) {
            return new Upscaled(
                    segment, outcome, quality, new CanaryAccount(digest, failure, null));
        }
    }

    /** It cannot be done, now or later, by any worker. */
    record Rejected(Rejection rejection) implements SegmentResult {}
}
