package io.upriver.schemas;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * The account of one segment: JSON on the reports topic, where the key is the stream id.
 *
 * <p>It is written in the transaction that writes the result, so there is one for each segment.
 *
 * @param streamId the stream, or null when a rejected record did not say that
 * @param sequence the sequence of the segment
 * @param outcome what was done; null exactly when the segment was rejected
 * @param rejection why it was rejected, or null
 * @param quality what its luma is like; null where no network made it, or no frame was measured
 * @param canary what a model on trial did with it; null where none was tried
 * @param bytesIn bytes of media that came in
 * @param bytesOut bytes of media that went out, 0 when rejected
 * @param producedMillis when the segment was produced: the time of its record, in milliseconds
 *     since 1970 UTC; null where that is not known
 * @param committedMillis when the result was handed to Kafka, in milliseconds since 1970 UTC
 */
public record SegmentReport(
        @Nullable String streamId,
        @JsonProperty(required = true) long sequence,
        @Nullable Outcome outcome,
        @Nullable Rejection rejection,
        @Nullable Quality quality,
        @Nullable CanaryAccount canary,
        long bytesIn,
        long bytesOut,
        @Nullable Long producedMillis,
        @JsonProperty(required = true) long committedMillis) {

    public SegmentReport {
        if (streamId != null) {
            Expect.name("streamId", streamId);
        } else if (rejection == null) {
            throw new IllegalArgumentException(
                    "streamId: expected for a segment that was not rejected, got nothing");
        }
        Expect.notNegative("sequence", sequence);
        if ((outcome == null) == (rejection == null)) {
            throw new IllegalArgumentException(
                    "expected an outcome or a rejection, got "
                            + (outcome == null ? "neither" : "both"));
        }
        Expect.notNegative("bytesIn", bytesIn);
        Expect.notNegative("bytesOut", bytesOut);
        if (producedMillis != null) {
            Expect.notNegative("producedMillis", producedMillis);
        }
        Expect.notNegative("committedMillis", committedMillis);
    }

    /** The account of a segment that came through. */
    public static SegmentReport upscaled(
            Segment in,
            Segment out,
            Outcome outcome,
            @Nullable Quality quality,
            @Nullable CanaryAccount canary,
            @Nullable Long producedMillis,
            long committedMillis) {
        return new SegmentReport(
                in.streamId(),
                in.sequence(),
                outcome,
                null,
                quality,
                canary,
                in.data().length,
                out.data().length,
                producedMillis,
                committedMillis);
    }

    /** The account of a record that was rejected. */
    public static SegmentReport rejected(
            Rejection rejection,
            long bytesIn,
            @Nullable Long producedMillis,
            long committedMillis) {
        return new SegmentReport(
                rejection.streamId(),
                rejection.sequence(),
                null,
                rejection,
                null,
                null,
                bytesIn,
                0,
                producedMillis,
                committedMillis);
    }

    /** This as JSON, UTF-8. */
    public byte[] toJson() {
        return Json.write(this);
    }

    /** Reads JSON; {@link IllegalArgumentException} with the property's name when it is wrong. */
    public static SegmentReport fromJson(byte[] json) {
        return Json.read(json, SegmentReport.class);
    }
}
