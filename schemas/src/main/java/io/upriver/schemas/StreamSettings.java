package io.upriver.schemas;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How one stream is to be upscaled: JSON on the streams topic, where the key is the stream id.
 *
 * <p>A property that is missing has its default; one that is not known is ignored. In JSON the
 * properties of the encoding stand beside the others.
 *
 * @param scale by how much width and height grow, 1 to 8
 * @param model the channel to take the model from, or {@value #DIGEST} and the SHA-256 of a model
 *     that a channel has or had, in 64 small hexadecimal digits, or {@value #NO_MODEL} for
 *     interpolation
 * @param encoding how the result's video is encoded
 * @param decoder what decodes the input: an FFmpeg decoder such as {@code h264_cuvid} or a kind of
 *     device such as {@code cuda}; null for the usual decoder on the CPU
 * @param deinterlace what happens to interlaced pictures before they are enlarged
 * @param container what the result's segments are written in; null for that of the segments that
 *     come in, or the next best where it does not hold the result's video
 * @param withoutModel what becomes of a segment when there is no such model at its scale
 * @param deadlineMillis by when a segment's result is to be committed, counted from the time of its
 *     record, when it was produced; 1 to 86 400 000, a day. Where that cannot be kept, the segment
 *     is done by a cheaper way and says so. Null: there is all the time that workers give a segment
 */
public record StreamSettings(
        int scale,
        String model,
        VideoEncoding encoding,
        @Nullable String decoder,
        Deinterlace deinterlace,
        @Nullable Container container,
        WithoutModel withoutModel,
        @Nullable Integer deadlineMillis) {

    /** What a {@code model} begins with that names a model and not a channel. */
    public static final String DIGEST = "sha256:";

    private static final Pattern BY_DIGEST = Pattern.compile(DIGEST + "[0-9a-f]{64}");

    /** The {@code model} that asks for interpolation. */
    public static final String NO_MODEL = "none";

    /** The settings of a stream nobody set anything for. */
    public static final StreamSettings DEFAULT =
            new StreamSettings(
                    2,
                    "default",
                    VideoEncoding.of(Codec.H264),
                    null,
                    Deinterlace.AUTO,
                    null,
                    WithoutModel.INTERPOLATE,
                    null);

    private static final int LONGEST_DEADLINE_MILLIS = 24 * 60 * 60 * 1000;

    public StreamSettings {
        Expect.between("scale", scale, 1, 8);
        Expect.name("model", model);
        if (model.startsWith(DIGEST) && !BY_DIGEST.matcher(model).matches()) {
            throw new IllegalArgumentException(
                    "model: expected 64 small hexadecimal digits after sha256:, got "
                            + Expect.shown(model));
        }
        Expect.present("withoutModel", withoutModel);
        Expect.present("encoding", encoding);
        VideoEncoding.checkWord("decoder", decoder);
        Expect.present("deinterlace", deinterlace);
        if (deadlineMillis != null) {
            Expect.between("deadlineMillis", deadlineMillis, 1, LONGEST_DEADLINE_MILLIS);
        }
        if (container == Container.MPEG_TS && encoding.codec() == Codec.AV1) {
            throw new IllegalArgumentException(
                    "container: mpegts cannot hold av1; expected codec h264 or hevc, or container fmp4 or matroska");
        }
    }

    /** The formats of the result's video. */
    public enum Codec implements WireNamed {
        /** H.264, AVC. */
        H264,
        /** H.265, HEVC. */
        HEVC,
        /** AV1. */
        AV1;

        /** The codec with this wire name; {@link IllegalArgumentException} when there is none. */
        @JsonCreator
        public static Codec ofWireName(String wireName) {
            return WireNamed.parse(Codec.class, wireName);
        }
    }

    /** What happens to interlaced pictures before they are enlarged. */
    public enum Deinterlace implements WireNamed {
        /** Pictures that are interlaced become progressive, one for each. */
        AUTO,
        /** All pictures are taken as progressive, whatever is said of them. */
        OFF;

        /** The value with this wire name; {@link IllegalArgumentException} when there is none. */
        @JsonCreator
        public static Deinterlace ofWireName(String wireName) {
            return WireNamed.parse(Deinterlace.class, wireName);
        }
    }

    /** What becomes of a segment when there is no model for it. */
    public enum WithoutModel implements WireNamed {
        /** It is interpolated, and says so. */
        INTERPOLATE,
        /** It is rejected. */
        REJECT;

        /** The value with this wire name; {@link IllegalArgumentException} when there is none. */
        @JsonCreator
        public static WithoutModel ofWireName(String wireName) {
            return WireNamed.parse(WithoutModel.class, wireName);
        }
    }

    /** The JSON object; all null: not set. */
    private record Properties(
            @Nullable Integer scale,
            @Nullable String model,
            @Nullable Codec codec,
            @Nullable String encoder,
            @Nullable Integer crf,
            @Nullable Integer bitrate,
            @Nullable String preset,
            @Nullable Integer gop,
            @Nullable String pixelFormat,
            @Nullable String decoder,
            @Nullable Deinterlace deinterlace,
            @Nullable Container container,
            @Nullable WithoutModel withoutModel,
            @Nullable Integer deadlineMillis) {

        static final List<String> NAMES =
                Arrays.stream(Properties.class.getRecordComponents())
                        .map(RecordComponent::getName)
                        .toList();
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static StreamSettings of(Properties set) {
        return new StreamSettings(
                Objects.requireNonNullElse(set.scale, DEFAULT.scale),
                Objects.requireNonNullElse(set.model, DEFAULT.model),
                new VideoEncoding(
                        Objects.requireNonNullElse(set.codec, DEFAULT.encoding.codec()),
                        set.encoder,
                        set.crf,
                        set.bitrate,
                        set.preset,
                        set.gop,
                        set.pixelFormat),
                set.decoder,
                Objects.requireNonNullElse(set.deinterlace, DEFAULT.deinterlace),
                set.container,
                Objects.requireNonNullElse(set.withoutModel, DEFAULT.withoutModel),
                set.deadlineMillis);
    }

    @JsonValue
    private Properties properties() {
        return new Properties(
                scale,
                model,
                encoding.codec(),
                encoding.encoder(),
                encoding.crf(),
                encoding.bitrate(),
                encoding.preset(),
                encoding.gop(),
                encoding.pixelFormat(),
                decoder,
                deinterlace,
                container,
                withoutModel,
                deadlineMillis);
    }

    /** The same at another scale. */
    public StreamSettings withScale(int factor) {
        return new StreamSettings(
                factor,
                model,
                encoding,
                decoder,
                deinterlace,
                container,
                withoutModel,
                deadlineMillis);
    }

    /** The same with the model of another channel. */
    public StreamSettings withModel(String channel) {
        return new StreamSettings(
                scale,
                channel,
                encoding,
                decoder,
                deinterlace,
                container,
                withoutModel,
                deadlineMillis);
    }

    /** The same with another encoding. */
    public StreamSettings withEncoding(VideoEncoding other) {
        return new StreamSettings(
                scale, model, other, decoder, deinterlace, container, withoutModel, deadlineMillis);
    }

    /** The same with another decoder. */
    public StreamSettings withDecoder(@Nullable String name) {
        return new StreamSettings(
                scale, model, encoding, name, deinterlace, container, withoutModel, deadlineMillis);
    }

    /** The same with another way to take interlaced pictures. */
    public StreamSettings withDeinterlace(Deinterlace other) {
        return new StreamSettings(
                scale, model, encoding, decoder, other, container, withoutModel, deadlineMillis);
    }

    /** The same in another container, or for null in that of the segments that come in. */
    public StreamSettings withContainer(@Nullable Container other) {
        return new StreamSettings(
                scale, model, encoding, decoder, deinterlace, other, withoutModel, deadlineMillis);
    }

    /** The same with another way for segments without a model. */
    public StreamSettings withWithoutModel(WithoutModel other) {
        return new StreamSettings(
                scale, model, encoding, decoder, deinterlace, container, other, deadlineMillis);
    }

    /** The same with another deadline, in milliseconds, or none. */
    public StreamSettings withDeadlineMillis(@Nullable Integer other) {
        return new StreamSettings(
                scale, model, encoding, decoder, deinterlace, container, withoutModel, other);
    }

    /**
     * Reads JSON as {@link #fromJson} does, and refuses properties that are not known: for people
     * and programs that set something here, and would not notice a slip of the pen.
     *
     * @throws IllegalArgumentException with the property's name when one is wrong or not known
     */
    public static StreamSettings fromStrictJson(byte[] json) {
        Json.requireOnly(json, Properties.NAMES, StreamSettings.class);
        return fromJson(json);
    }

    /**
     * The same with some properties changed, by a JSON merge patch (RFC 7396): null gives a
     * property its default, what is not mentioned stays.
     *
     * @throws IllegalArgumentException with the property's name when one is wrong or not known, or
     *     when what comes out contradicts itself
     */
    public StreamSettings patched(byte[] mergePatch) {
        Json.requireOnly(mergePatch, Properties.NAMES, StreamSettings.class);
        return fromJson(Json.merged(toJson(), mergePatch, StreamSettings.class));
    }

    /**
     * The same id, if a stream can have it: one line of 1 to 249 characters.
     *
     * @throws IllegalArgumentException if not
     */
    public static String requireStreamId(String streamId) {
        return Expect.name("stream id", streamId);
    }

    /** Whether the stream asks for interpolation and not for a model. */
    public boolean isInterpolation() {
        return model.equals(NO_MODEL);
    }

    /** This as JSON, UTF-8. */
    public byte[] toJson() {
        return Json.write(this);
    }

    /** Reads JSON; {@link IllegalArgumentException} with the property's name when it is wrong. */
    public static StreamSettings fromJson(byte[] json) {
        return Json.read(json, StreamSettings.class);
    }
}
