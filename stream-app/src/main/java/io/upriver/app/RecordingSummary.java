package io.upriver.app;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.upriver.egress.StreamRecorder;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a recording has come to so far, for people in a line and for programs in JSON. */
record RecordingSummary(
        String stream,
        List<String> files,
        long segments,
        long frames,
        double seconds,
        long missing,
        long rejected,
        long late,
        @JsonProperty("clock_jumps") long clockJumps,
        List<String> notes) {

    RecordingSummary(String stream, StreamRecorder recorder) {
        this(
                stream,
                recorder.files().stream().map(Path::toString).collect(Collectors.toList()),
                recorder.segments(),
                recorder.frames(),
                Math.round(recorder.seconds() * 1000) / 1e3,
                recorder.missingSegments(),
                recorder.rejectedSegments(),
                recorder.lateSegments(),
                recorder.clockJumps(),
                recorder.notes());
    }

    /** How far it is. */
    String words() {
        return String.format(
                Locale.ROOT,
                "stream %s: %d segments, %d frames, %.1f s, %d missing, %d rejected, %d late",
                stream,
                segments,
                frames,
                seconds,
                missing,
                rejected,
                late);
    }

    String toLine() {
        return segments == 0
                ? "stream " + stream + ": no segment came, nothing was written"
                : words() + " in " + String.join(", ", files);
    }

    String toJson() {
        try {
            return new ObjectMapper().writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the summary cannot be written as JSON", e);
        }
    }
}
