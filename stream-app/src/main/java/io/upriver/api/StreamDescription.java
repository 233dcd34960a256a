package io.upriver.api;

import io.upriver.admin.StreamsView;
import io.upriver.schemas.SegmentReport;
import io.upriver.schemas.StreamSettings;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A stream. */
@Schema(
        name = "Stream",
        requiredProperties = {"stream", "isDefault", "settings"})
record StreamDescription(
        @Schema(description = "Its id, the key of its segments.", examples = "cam-7") String stream,
        @Schema(description = "Whether nobody has set anything for it.") boolean isDefault,
        @Schema(
                        description = "The settings that hold for it.",
                        ref = "#/components/schemas/StreamSettings")
                StreamSettings settings,
        @Schema(
                        description =
                                "The account of its last segment; left out when none is known.",
                        ref = "#/components/schemas/SegmentReport")
                @Nullable SegmentReport last,
        @Schema(
                        description =
                                "The partition of the segments topic that its last segment came on.",
                        minimum = "0",
                        examples = "2")
                @Nullable Integer partition,
        @Schema(
                        description =
                                "How many records of that partition, also of other streams, are not"
                                        + " finished yet.",
                        minimum = "0",
                        examples = "3")
                @Nullable Long waiting) {

    static StreamDescription of(StreamsView.Stream stream, Map<Integer, Long> backlog) {
        StreamsView.Last last = stream.last();
        return new StreamDescription(
                stream.id(),
                stream.settings() == null,
                stream.effective(),
                last == null ? null : last.report(),
                last == null ? null : last.partition(),
                last == null ? null : backlog.get(last.partition()));
    }
}
