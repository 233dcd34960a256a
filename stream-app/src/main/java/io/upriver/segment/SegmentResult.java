package io.upriver.segment;

import io.upriver.schemas.Outcome;
import io.upriver.schemas.Rejection;
import io.upriver.schemas.Segment;

/** What became of a segment. */
public sealed interface SegmentResult {

    /**
     * It is done.
     *
     * @param segment the upscaled media under the same stream and sequence
     * @param outcome how it was done and how long it took
     */
    record Upscaled(Segment segment, Outcome outcome) implements SegmentResult {}

    /** It cannot be done, now or later, by any worker. */
    record Rejected(Rejection rejection) implements SegmentResult {}
}
