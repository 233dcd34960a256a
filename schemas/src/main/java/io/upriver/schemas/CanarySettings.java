package io.upriver.schemas;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Which streams try a model before its channel gets it, and what is decided by: JSON in the header
 * {@value #HEADER} of a record with the key {@link ModelKey#canary}.
 *
 * <p>The model on trial is compared with the channel's current one, both on the same frames. A
 * property that is missing, and the header itself, have their defaults; one that is not known is
 * ignored.
 *
 * @param share how many of the channel's streams try it, 0 to 1: those with the lowest {@link
 *     #place}, so a larger share has all streams of a smaller one
 * @param streams ids of streams that try it whatever their place
 * @param automatic whether it is promoted or rolled back by these rules; otherwise it stays on
 *     trial until somebody decides
 * @param segments how many segments it has to do before it is promoted, at least 1
 * @param failures how many of its segments may fail; one more ends the trial at once
 * @param consistencyLoss by how many dB {@link Quality#consistency} may be lower, on average
 * @param sharpnessLoss by what part {@link Quality#sharpness} may be lower, on average
 * @param seamGain by how much {@link Quality#seam} may be larger, on average
 * @param slowdown how many times longer a frame may take, all in all
 */
public record CanarySettings(
        double share,
        List<String> streams,
        boolean automatic,
        int segments,
        int failures,
        double consistencyLoss,
        double sharpnessLoss,
        double seamGain,
        double slowdown) {

    /** The header. */
    public static final String HEADER = "upriver-canary";

    /** A tenth of the streams, fifty segments, and hardly worse in anything. */
    public static final CanarySettings DEFAULT =
            new CanarySettings(0.1, List.of(), true, 50, 0, 0.5, 0.05, 1, 1.5);

    private static final int MOST_STREAMS = 10_000;

    public CanarySettings {
        Expect.between("share", share, 0, 1);
        Expect.between("streams", streams.size(), 0, MOST_STREAMS);
        streams.forEach(id -> Expect.name("streams", id));
        streams = List.copyOf(streams);
        if (share == 0 && streams.isEmpty()) {
            throw new IllegalArgumentException(
                    "share: expected more than 0, or streams by name, got neither");
        }
        Expect.between("segments", segments, 1, Integer.MAX_VALUE);
        Expect.notNegative("failures", failures);
        Expect.between("consistencyLoss", consistencyLoss, 0, Quality.MOST_CONSISTENCY);
        Expect.between("sharpnessLoss", sharpnessLoss, 0, 1);
        Expect.between("seamGain", seamGain, 0, 255);
        Expect.between("slowdown", slowdown, 0, 1000);
    }

    /** The JSON object; null: not set. */
    private record Properties(
            @Nullable Double share,
            @Nullable List<String> streams,
            @Nullable Boolean automatic,
            @Nullable Integer segments,
            @Nullable Integer failures,
            @Nullable Double consistencyLoss,
            @Nullable Double sharpnessLoss,
            @Nullable Double seamGain,
            @Nullable Double slowdown) {}

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static CanarySettings of(Properties set) {
        List<String> streams = Objects.requireNonNullElse(set.streams, DEFAULT.streams);
        return new CanarySettings(
                set.share != null ? set.share : streams.isEmpty() ? DEFAULT.share : 0,
                streams,
                Objects.requireNonNullElse(set.automatic, DEFAULT.automatic),
                Objects.requireNonNullElse(set.segments, DEFAULT.segments),
                Objects.requireNonNullElse(set.failures, DEFAULT.failures),
                Objects.requireNonNullElse(set.consistencyLoss, DEFAULT.consistencyLoss),
                Objects.requireNonNullElse(set.sharpnessLoss, DEFAULT.sharpnessLoss),
                Objects.requireNonNullElse(set.seamGain, DEFAULT.seamGain),
                Objects.requireNonNullElse(set.slowdown, DEFAULT.slowdown));
    }

    /** The same for another share of the streams. */
    public CanarySettings withShare(double other) {
        return new CanarySettings(
                other,
                streams,
                automatic,
                segments,
                failures,
                consistencyLoss,
                sharpnessLoss,
                seamGain,
                slowdown);
    }

    /** Whether a stream tries the model. */
    public boolean covers(String streamId, String digest) {
        return streams.contains(streamId) || place(streamId, digest) < share;
    }

    /**
     * The place of a stream among all that there may be, 0 to below 1, another for each model: the
     * first four bytes of the SHA-256 of digest, slash and stream id, as a part of 2^32.
     */
    public static double place(String streamId, String digest) {
        byte[] hash = sha256((digest + "/" + streamId).getBytes(StandardCharsets.UTF_8));
        long first = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            first = first << Byte.SIZE | Byte.toUnsignedInt(hash[i]);
        }
        return first / (double) (1L << Integer.SIZE);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Writes the header, in place of an earlier one. */
    public void writeTo(Headers headers) {
        headers.remove(HEADER);
        headers.add(HEADER, toJson());
    }

    /**
     * The settings in a record's headers, the defaults where there are none.
     *
     * @throws IllegalArgumentException if they cannot be read, naming header and property
     */
    public static CanarySettings readFrom(Headers headers) {
        Header header = headers.lastHeader(HEADER);
        if (header == null || header.value() == null) {
            return DEFAULT;
        }
        try {
            return fromJson(header.value());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(HEADER + ": " + e.getMessage(), e);
        }
    }

    /** This as JSON, UTF-8. */
    public byte[] toJson() {
        return Json.write(this);
    }

    /** Reads JSON; {@link IllegalArgumentException} with the property's name when it is wrong. */
    public static CanarySettings fromJson(byte[] json) {
        return Json.read(json, CanarySettings.class);
    }
}
