package io.upriver.app;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.upriver.engine.Device;
import io.upriver.engine.Provider;
import io.upriver.job.FileJob;
import io.upriver.job.SegmentsDone;
import io.upriver.job.VideoFile;
import io.upriver.schemas.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a finished job has to say, for people in a line and for programs in JSON. */
record JobSummary(
        String input,
        String output,
        long frames,
        @JsonProperty("frames_lost") long framesLost,
        @JsonProperty("frames_concealed") long framesConcealed,
        @JsonProperty("frames_deinterlaced") long framesDeinterlaced,
        long segments,
        double seconds,
        double fps,
        String model,
        @JsonProperty("model_digests") Set<String> modelDigests,
        Set<String> methods,
        Set<String> reasons,
        @JsonProperty("size_in") String sizeIn,
        @JsonProperty("size_out") String sizeOut,
        @JsonProperty("bytes_in") long bytesIn,
        @JsonProperty("bytes_out") long bytesOut,
        Set<String> workers,
        @Nullable Provider provider,
        List<String> notes) {

    static JobSummary of(
            Path input,
            Path output,
            FileJob.Result result,
            double seconds,
            @Nullable Worker worker,
            String model)
            throws IOException {
        SegmentsDone done = SegmentsDone.of(result.outcomes());
        return new JobSummary(
                input.toString(),
                output.toString(),
                result.frames(),
                Math.max(0, result.framesExpected() - result.frames()),
                result.outcomes().stream().mapToLong(Outcome::framesConcealed).sum(),
                result.outcomes().stream().mapToLong(Outcome::framesDeinterlaced).sum(),
                result.segments(),
                round(seconds),
                round(result.frames() / seconds),
                model,
                done.modelDigests(),
                done.methods().keySet(),
                done.reasons(),
                VideoFile.sizeOf(input),
                VideoFile.sizeOf(output),
                Files.size(input),
                Files.size(output),
                done.workers(),
                worker == null ? null : worker.bean(Device.class).provider(),
                result.notes());
    }

    private static double round(double value) {
        return Math.round(value * 100) / 100.0;
    }

    String toLine() {
        String how = String.join("+", methods);
        String fields = framesDeinterlaced > 0 ? ", " + framesDeinterlaced + " deinterlaced" : "";
        String digest =
                modelDigests.isEmpty() ? "" : " " + modelDigests.iterator().next().substring(0, 12);
        String why = reasons.isEmpty() ? "" : " (" + String.join("; ", reasons) + ")";
        return String.format(
                Locale.ROOT,
                "%s: %d frames %s -> %s in %.1f s, %.1f fps, model %s%s, %s%s%s, %.2f MB -> %.2f"
                        + " MB",
                output,
                frames,
                sizeIn,
                sizeOut,
                seconds,
                fps,
                model,
                digest,
                how,
                why,
                fields,
                bytesIn / 1e6,
                bytesOut / 1e6);
    }

    /** What is missing in the output because the input is damaged, in a sentence, or null. */
    @Nullable String damage() {
        List<String> kinds = new ArrayList<>();
        if (framesLost > 0) {
            kinds.add("%d of %d frames were lost".formatted(framesLost, frames + framesLost));
        }
        if (framesConcealed > 0) {
            kinds.add(
                    "%d of %d frames were incomplete and filled up by the decoder's guesses"
                            .formatted(framesConcealed, frames));
        }
        return kinds.isEmpty()
                ? null
                : "%s is damaged: %s; what could be decoded is in %s"
                        .formatted(input, String.join("; ", kinds), output);
    }

    String toJson() {
        try {
            return new ObjectMapper().writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the summary cannot be written as JSON", e);
        }
    }
}
