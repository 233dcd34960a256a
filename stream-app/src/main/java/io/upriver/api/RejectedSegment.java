package io.upriver.api;

import io.upriver.admin.RejectedView;
import io.upriver.schemas.Rejection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A rejected segment, without its bytes. */
@Schema(requiredProperties = {"partition", "offset", "timestampMillis", "replays", "rejection"})
record RejectedSegment(
        @Schema(description = "Of the rejected topic.", minimum = "0", examples = "2")
                int partition,
        @Schema(description = "In the partition.", minimum = "0", examples = "41") long offset,
        @Schema(
                        description =
                                "When the segment's record was made, in milliseconds since 1970 UTC.",
                        examples = "1764000000000")
                long timestampMillis,
        @Schema(
                        description = "How many bytes it has; left out when they were not kept.",
                        minimum = "0",
                        examples = "734000")
                @Nullable Integer bytes,
        @Schema(
                        description = "How often it was replayed before it was rejected here.",
                        minimum = "0",
                        examples = "0")
                int replays,
        @Schema(description = "Stream, sequence, and why.", ref = "#/components/schemas/Rejection")
                Rejection rejection) {

    static RejectedSegment of(RejectedView.Entry entry) {
        return new RejectedSegment(
                entry.partition(),
                entry.offset(),
                entry.timeMillis(),
                entry.bytes(),
                entry.replays(),
                entry.rejection());
    }
}
