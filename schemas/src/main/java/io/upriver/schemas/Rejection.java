package io.upriver.schemas;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Why a segment could not be processed: JSON in the header {@code ce_rejection} of the rejected
 * record.
 *
 * <p>The rejected record is otherwise the one that came in, with its key, value and headers, so
 * that it can be put back on the segments topic as it is; where that and the reason are larger
 * together than a record may be, value and headers are left out, and the message says so.
 *
 * @param code the kind of trouble
 * @param message a sentence with what was expected and what came
 * @param streamId the stream, or null when the record did not even say that
 * @param sequence the sequence, or the record's offset when that could not be read
 * @param worker which worker rejected it
 */
public record Rejection(
        @JsonProperty(required = true) Code code,
        @JsonProperty(required = true) String message,
        @Nullable String streamId,
        @JsonProperty(required = true) long sequence,
        @JsonProperty(required = true) String worker) {

    public Rejection {
        Expect.present("code", code);
        Expect.text("message", message);
        if (streamId != null) {
            Expect.name("streamId", streamId);
        }
        Expect.notNegative("sequence", sequence);
        Expect.text("worker", worker);
    }

    /** The kinds of trouble. */
    public enum Code implements WireNamed {
        /** The record is no segment: no stream id, no value, a wrong header. */
        MALFORMED_RECORD,
        /** The container or the compressed video is damaged beyond use. */
        UNREADABLE_MEDIA,
        /** There is no video track. */
        NO_VIDEO,
        /** The video is sound but of a kind that is not handled. */
        UNSUPPORTED,
        /** The stream asks for a model that is not there, and interpolation is not allowed. */
        NO_MODEL,
        /** It would not have been, or was not, done in time. */
        DEADLINE,
        /** The result is larger than a record may be. */
        OUTPUT_TOO_LARGE,
        /** The video was decoded and upscaled, but the encoder gave up. */
        ENCODING_FAILED,
        /** A fault of ours. */
        INTERNAL;

        /** The code with this wire name; {@link IllegalArgumentException} when there is none. */
        @JsonCreator
        public static Code ofWireName(String wireName) {
            return WireNamed.parse(Code.class, wireName);
        }
    }

    /** The same in other words. */
    public Rejection withMessage(String sentence) {
        return new Rejection(code, sentence, streamId, sequence, worker);
    }

    /** Writes the header, in place of an earlier one. */
    public void writeTo(Headers headers) {
        headers.remove(OutputHeaders.REJECTION);
        headers.add(OutputHeaders.REJECTION, toJson());
    }

    /**
     * The rejection in the headers of a rejected record.
     *
     * @throws IllegalArgumentException when there is none or it cannot be read
     */
    public static Rejection readFrom(Headers headers) {
        return fromJson(
                new HeaderFields(headers)
                        .text(OutputHeaders.REJECTION)
                        .getBytes(StandardCharsets.UTF_8));
    }

    /** This as JSON, UTF-8. */
    public byte[] toJson() {
        return Json.write(this);
    }

    /** Reads JSON; {@link IllegalArgumentException} with the property's name when it is wrong. */
    public static Rejection fromJson(byte[] json) {
        return Json.read(json, Rejection.class);
    }
}
