package io.upriver.api;

import io.upriver.admin.RejectedRecords;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Where a replayed segment is now. */
@Schema(requiredProperties = {"partition", "offset", "replays"})
record Replay(
        @Schema(description = "Of the segments topic.", minimum = "0", examples = "2")
                int partition,
        @Schema(description = "In the partition.", minimum = "0", examples = "1203") long offset,
        @Schema(
                        description = "How often this segment was replayed, this time included.",
                        minimum = "1",
                        examples = "1")
                int replays,
        @Schema(description = "What is to be said about it; left out when nothing is.")
                @Nullable String note) {

    static Replay of(RejectedRecords.Replay done) {
        return new Replay(
                done.partition(),
                done.offset(),
                done.replays(),
                done.replays() == 1
                        ? null
                        : "was replayed and rejected before, %d times"
                                .formatted(done.replays() - 1));
    }
}
