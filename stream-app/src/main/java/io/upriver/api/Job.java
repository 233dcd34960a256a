package io.upriver.api;

import io.upriver.job.JobDescription;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A file job. */
@Schema(
        requiredProperties = {
            "job",
            "name",
            "state",
            "createdMillis",
            "framesDone",
            "fps",
            "bytesIn",
            "bytesOut",
            "segments",
            "notes",
            "resultName",
            "mediaType",
            "fragmented",
            "scale",
            "model"
        })
record Job(
        @Schema(description = "Its id, also that of its stream.", examples = "job-1f2e3d4c")
                String job,
        @Schema(description = "Of the file that came in.", examples = "clip.mp4") String name,
        @Schema(
                        description = "Where the file is fetched; left out when it was sent.",
                        format = "uri")
                @Nullable String url,
        @Schema(
                        description = "What it is doing; the last three do not change any more.",
                        implementation = String.class,
                        enumeration = {"waiting", "running", "done", "failed", "cancelled"})
                JobDescription.State state,
        @Schema(
                        description = "When it was taken, in milliseconds since 1970 UTC.",
                        examples = "1764000000000")
                long createdMillis,
        @Schema(description = "When work began; left out before.") @Nullable Long startedMillis,
        @Schema(description = "When it ended; left out before.") @Nullable Long endedMillis,
        @Schema(description = "Frames that came back upscaled.", minimum = "0") long framesDone,
        @Schema(
                        description =
                                "Frames of the input; left out while that is not known, or where"
                                        + " its container does not say.",
                        minimum = "1")
                @Nullable Long framesExpected,
        @Schema(description = "Frames done in a second, on average.", minimum = "0") double fps,
        @Schema(description = "At that pace; left out while it cannot be said.", minimum = "0")
                @Nullable Double secondsLeft,
        @Schema(description = "Of the picture that came in.", examples = "1280x720")
                @Nullable String sizeIn,
        @Schema(description = "Of the result's picture; left out before.", examples = "2560x1440")
                @Nullable String sizeOut,
        @Schema(description = "Of the file that came in, as far as it is there.", minimum = "0")
                long bytesIn,
        @Schema(description = "Of the result, as far as it is written.", minimum = "0")
                long bytesOut,
        @Schema(description = "How its segments were done.") JobSegments segments,
        @Schema(description = "What is different from the input and why.") List<String> notes,
        @Schema(description = "Why it failed; left out otherwise.") @Nullable String error,
        @Schema(description = "The name of the result.", examples = "clip.x2.mp4")
                String resultName,
        @Schema(description = "Of the result.", examples = "video/mp4") String mediaType,
        @Schema(description = "Whether the result is in fragments, and has a playlist at /vod.")
                boolean fragmented,
        @Schema(description = "By how much width and height grow.", minimum = "1", maximum = "8")
                int scale,
        @Schema(description = "The model that was asked for.", examples = "default") String model) {

    static Job of(JobDescription job) {
        return new Job(
                job.job(),
                job.name(),
                job.url(),
                job.state(),
                job.createdMillis(),
                job.startedMillis(),
                job.endedMillis(),
                job.framesDone(),
                job.framesExpected(),
                job.fps(),
                job.secondsLeft(),
                job.sizeIn(),
                job.sizeOut(),
                job.bytesIn(),
                job.bytesOut(),
                JobSegments.of(job.segments()),
                job.notes(),
                job.error(),
                job.resultName(),
                job.mediaType(),
                job.fragmented(),
                job.scale(),
                job.model());
    }
}
