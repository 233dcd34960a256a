package io.upriver.topology;

import io.upriver.schemas.Segment;
import io.upriver.schemas.StreamSettings;
import io.upriver.segment.SegmentResult;

/** What the topology has done to each segment; thread-safe. */
public interface SegmentWork {

    /** Upscales one segment, or says why not. */
    SegmentResult upscale(Segment segment, StreamSettings settings);

    /** This worker's name. */
    String worker();
}
