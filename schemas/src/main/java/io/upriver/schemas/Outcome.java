package io.upriver.schemas;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * What was done with a segment that came through, in the headers of the upscaled record.
 *
 * @param method how the pixels of the result were made
 * @param reason why it was not the network; null exactly when it was
 * @param note what else is to be said about the result, such as bits that the encoder does not
 *     take; null when nothing is
 * @param shortcut that it was done by a cheaper way than the stream asks for, to be done in time;
 *     null when it was not
 * @param modelDigest the digest of the model; there when the network was used, otherwise null
 * @param scale by how much width and height grew, 1 to 8; 1 when passed through
 * @param framesOut frames in the result
 * @param framesLost frames that could not be decoded and are missing in the result
 * @param framesConcealed how many of the frames in the result are damaged: the decoder has made up
 *     for what was missing in them
 * @param framesDeinterlaced how many of the frames in the result were made of interlaced ones
 * @param sizes how large the frames in the result are, in the order of showing: one entry for each
 *     run of frames that are alike in size and layout, so more than one says that the result
 *     changes inside; none when not known
 * @param decodeMillis time spent decoding
 * @param networkMillis time spent in the network or the interpolation
 * @param encodeMillis time spent encoding
 * @param totalMillis time from taking the segment to having the result; the stages overlap
 * @param worker which worker did it
 */
public record Outcome(
        @JsonProperty(required = true) Method method,
        @Nullable String reason,
        @Nullable String note,
        @Nullable Shortcut shortcut,
        @Nullable String modelDigest,
        @JsonProperty(required = true) int scale,
        long framesOut,
        long framesLost,
        long framesConcealed,
        long framesDeinterlaced,
        List<PictureSize> sizes,
        long decodeMillis,
        long networkMillis,
        long encodeMillis,
        long totalMillis,
        @JsonProperty(required = true) String worker) {

    public Outcome {
        Expect.present("method", method);
        Expect.textOrNull("reason", reason);
        Expect.textOrNull("note", note);
        Expect.textOrNull("modelDigest", modelDigest);
        if ((method == Method.NETWORK) != (modelDigest != null)) {
            throw new IllegalArgumentException(
                    "modelDigest: expected exactly when the method is network, got method "
                            + method.wireName()
                            + " and digest "
                            + modelDigest);
        }
        if ((method == Method.NETWORK) == (reason != null)) {
            throw new IllegalArgumentException(
                    "reason: expected exactly when the method is not network, got method "
                            + method.wireName()
                            + " and reason "
                            + reason);
        }
        Expect.between("scale", scale, 1, method == Method.PASSTHROUGH ? 1 : 8);
        Expect.notNegative("framesOut", framesOut);
        Expect.notNegative("framesLost", framesLost);
        Expect.notNegative("framesConcealed", framesConcealed);
        Expect.notNegative("framesDeinterlaced", framesDeinterlaced);
        // null in what was written before there were sizes
        sizes = sizes == null ? List.of() : List.copyOf(sizes);
        Expect.notNegative("decodeMillis", decodeMillis);
        Expect.notNegative("networkMillis", networkMillis);
        Expect.notNegative("encodeMillis", encodeMillis);
        Expect.notNegative("totalMillis", totalMillis);
        Expect.text("worker", worker);
    }

    /** How the pixels of the result were made. */
    public enum Method implements WireNamed {
        /** By the network. */
        NETWORK,
        /** By interpolation: asked for, or there was no model, or no time. */
        INTERPOLATED,
        /** Not at all: the segment came through as it was. */
        PASSTHROUGH;

        /** The method with this wire name; {@link IllegalArgumentException} when there is none. */
        @JsonCreator
        public static Method ofWireName(String wireName) {
            return WireNamed.parse(Method.class, wireName);
        }
    }

    /**
     * The same by a shortcut.
     *
     * @param earlierMillis time that was spent on dearer ways before, which counts in the total
     */
    public Outcome by(Shortcut taken, long earlierMillis) {
        return new Outcome(
                method,
                reason,
                note,
                taken,
                modelDigest,
                scale,
                framesOut,
                framesLost,
                framesConcealed,
                framesDeinterlaced,
                sizes,
                decodeMillis,
                networkMillis,
                encodeMillis,
                totalMillis + earlierMillis,
                worker);
    }

    /** Writes the headers, in place of those with the same names. */
    public void writeTo(Headers headers) {
        HeaderFields fields = new HeaderFields(headers);
        fields.set(OutputHeaders.UPSCALED, method.wireName());
        fields.set(OutputHeaders.UPSCALED_REASON, reason);
        fields.set(OutputHeaders.UPSCALED_NOTE, note);
        fields.set(OutputHeaders.SHORTCUT_FROM, shortcut == null ? null : shortcut.asked());
        fields.set(
                OutputHeaders.SHORTCUT_CODE, shortcut == null ? null : shortcut.code().wireName());
        fields.set(OutputHeaders.SHORTCUT_MESSAGE, shortcut == null ? null : shortcut.message());
        fields.set(OutputHeaders.MODEL_DIGEST, modelDigest);
        fields.set(OutputHeaders.SCALE, scale);
        fields.set(OutputHeaders.FRAMES, framesOut);
        fields.set(OutputHeaders.FRAMES_DROPPED, framesLost);
        fields.set(OutputHeaders.FRAMES_CONCEALED, framesConcealed);
        fields.set(OutputHeaders.FRAMES_DEINTERLACED, framesDeinterlaced);
        fields.set(OutputHeaders.SIZES, sizes.isEmpty() ? null : PictureSize.textOf(sizes));
        fields.set(OutputHeaders.DECODE_MILLIS, decodeMillis);
        fields.set(OutputHeaders.NETWORK_MILLIS, networkMillis);
        fields.set(OutputHeaders.ENCODE_MILLIS, encodeMillis);
        fields.set(OutputHeaders.TOTAL_MILLIS, totalMillis);
        fields.set(OutputHeaders.WORKER, worker);
    }

    /**
     * The outcome in the headers of an upscaled record.
     *
     * @throws IllegalArgumentException when there is none or it cannot be read, naming the header
     */
    public static Outcome readFrom(Headers headers) {
        HeaderFields fields = new HeaderFields(headers);
        return new Outcome(
                fields.word(OutputHeaders.UPSCALED, Method::ofWireName),
                fields.textOrNull(OutputHeaders.UPSCALED_REASON),
                fields.textOrNull(OutputHeaders.UPSCALED_NOTE),
                shortcut(fields),
                fields.textOrNull(OutputHeaders.MODEL_DIGEST),
                scale(fields),
                fields.number(OutputHeaders.FRAMES),
                fields.number(OutputHeaders.FRAMES_DROPPED),
                fields.number(OutputHeaders.FRAMES_CONCEALED, 0),
                fields.number(OutputHeaders.FRAMES_DEINTERLACED, 0),
                sizes(fields),
                fields.number(OutputHeaders.DECODE_MILLIS),
                fields.number(OutputHeaders.NETWORK_MILLIS),
                fields.number(OutputHeaders.ENCODE_MILLIS),
                fields.number(OutputHeaders.TOTAL_MILLIS),
                fields.text(OutputHeaders.WORKER));
    }

    private static @Nullable Shortcut shortcut(HeaderFields fields) {
        if (!fields.has(OutputHeaders.SHORTCUT_FROM)) {
            return null;
        }
        return new Shortcut(
                fields.text(OutputHeaders.SHORTCUT_FROM),
                fields.word(OutputHeaders.SHORTCUT_CODE, Shortcut.Code::ofWireName),
                fields.text(OutputHeaders.SHORTCUT_MESSAGE));
    }

    private static List<PictureSize> sizes(HeaderFields fields) {
        String text = fields.textOrNull(OutputHeaders.SIZES);
        try {
            return text == null ? List.of() : PictureSize.parseAll(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(OutputHeaders.SIZES + ": " + e.getMessage(), e);
        }
    }

    private static int scale(HeaderFields fields) {
        long scale = fields.number(OutputHeaders.SCALE);
        if (scale < 1 || scale > 8) {
            throw new IllegalArgumentException(
                    OutputHeaders.SCALE + ": expected 1 to 8, got " + scale);
        }
        return (int) scale;
    }
}
