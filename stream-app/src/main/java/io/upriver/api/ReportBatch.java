package io.upriver.api;

import io.upriver.admin.RecentReports;
import io.upriver.schemas.SegmentReport;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Accounts of segments, in the event {@code reports}. */
@Schema(requiredProperties = {"complete", "reports"})
record ReportBatch(
        @Schema(
                        description =
                                "Whether these are all that are known, of the last ten minutes and"
                                        + " at most 5000; otherwise they come behind those said before.")
                boolean complete,
        @Schema(description = "In the order in which they came.") List<Item> reports) {

    /** A segment's account, and when its record was made. */
    @Schema(
            name = "TimedReport",
            requiredProperties = {"report", "producedMillis", "partition"})
    record Item(
            @Schema(description = "The account.", ref = "#/components/schemas/SegmentReport")
                    SegmentReport report,
            @Schema(
                            description =
                                    "When the segment's record was made, in milliseconds since 1970"
                                            + " UTC; the account has when it was committed.",
                            examples = "1764000000000")
                    long producedMillis,
            @Schema(
                            description = "Of the segments topic, from which it came.",
                            minimum = "0",
                            examples = "2")
                    int partition) {}

    static ReportBatch of(boolean complete, List<RecentReports.Entry> entries) {
        return new ReportBatch(
                complete,
                entries.stream()
                        .map(e -> new Item(e.report(), e.producedMillis(), e.partition()))
                        .toList());
    }
}
