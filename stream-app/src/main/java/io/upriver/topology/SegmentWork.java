package io.upriver.topology;

import io.upriver.schemas.Segment;
import io.upriver.schemas.StreamSettings;
import io.upriver.segment.SegmentResult;

/** What the topology has done to each segment; thread-safe. */
public interface SegmentWork {

    /**
     * Upscales one segment, or says why not.
     *
     * @param producedMillis the time of its record, in milliseconds since 1970 UTC
     */
    SegmentResult upscale(Segment segment, StreamSettings settings, long producedMillis);

    /** Lets a segment through as it is, of a stream with a deadline that can be kept no more. */
    SegmentResult passThrough(Segment segment, StreamSettings settings, long producedMillis);

    /** This worker's name. */
    String worker();
}
