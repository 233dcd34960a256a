package io.upriver.api;

import io.upriver.job.SegmentsDone;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** How the segments of a job were done. */
@Schema(requiredProperties = {"count", "methods", "reasons", "modelDigests", "workers"})
record JobSegments(
        @Schema(description = "How many came back.", minimum = "0", examples = "12") long count,
        @Schema(
                        description = "How many of them were done in which way.",
                        examples = "{\"network\": 12}")
                Map<String, Long> methods,
        @Schema(description = "Why they were not done by the network, where they were not.")
                Set<String> reasons,
        @Schema(description = "SHA-256 of the models that did them.") Set<String> modelDigests,
        @Schema(description = "Who did them.") Set<String> workers) {

    static JobSegments of(SegmentsDone done) {
        return new JobSegments(
                done.count(), done.methods(), done.reasons(), done.modelDigests(), done.workers());
    }
}
