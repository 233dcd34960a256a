package io.upriver.schemas;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How one stream is to be upscaled: JSON on the streams topic, where the key is the stream id.
 *
 * <p>A property that is missing has its default; one that is not known is ignored.
 *
 * @param scale by how much width and height grow, 1 to 8
 * @param model the channel to take the model from, or {@value #NO_MODEL} for interpolation
 * @param codec the format of the result's video
 * @param encoder the FFmpeg encoder that makes it, such as {@code h264_nvenc}; null for the codec's
 *     usual one
 * @param crf the encoder's constant quality, 0 (best) to 51, for AV1 to 63; null for the encoder's
 *     default
 * @param preset the encoder's preset, such as {@code veryfast} or {@code p4}; null for its default
 * @param deinterlace what happens to interlaced pictures before they are enlarged
 */
public record StreamSettings(
        int scale,
        String model,
        Codec codec,
        @Nullable String encoder,
        @Nullable Integer crf,
        @Nullable String preset,
        Deinterlace deinterlace) {

    // both go to FFmpeg, where other characters would start another option
    private static final Pattern ENCODER_WORD = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    /** The {@code model} that asks for interpolation. */
    public static final String NO_MODEL = "none";

    /** The settings of a stream nobody set anything for. */
    public static final StreamSettings DEFAULT =
            new StreamSettings(2, "default", Codec.H264, null, null, null);

    /** Settings that deinterlace as by default. */
    public StreamSettings(
            int scale,
            String model,
            Codec codec,
            @Nullable String encoder,
            @Nullable Integer crf,
            @Nullable String preset) {
        this(scale, model, codec, encoder, crf, preset, Deinterlace.AUTO);
    }

    /** The same with the model of another channel. */
    public StreamSettings withModel(String channel) {
        return new StreamSettings(scale, channel, codec, encoder, crf, preset, deinterlace);
    }

    public StreamSettings {
        Expect.between("scale", scale, 1, 8);
        Expect.name("model", model);
        Expect.present("codec", codec);
        checkWord("encoder", encoder);
        if (crf != null) {
            Expect.between("crf", crf, 0, codec == Codec.AV1 ? 63 : 51);
        }
        checkWord("preset", preset);
        Expect.present("deinterlace", deinterlace);
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

    @JsonCreator
    static StreamSettings ofProperties(
            @JsonProperty("scale") @Nullable Integer scale,
            @JsonProperty("model") @Nullable String model,
            @JsonProperty("codec") @Nullable Codec codec,
            @JsonProperty("encoder") @Nullable String encoder,
            @JsonProperty("crf") @Nullable Integer crf,
            @JsonProperty("preset") @Nullable String preset,
            @JsonProperty("deinterlace") @Nullable Deinterlace deinterlace) {
        return new StreamSettings(
                Objects.requireNonNullElse(scale, DEFAULT.scale),
                Objects.requireNonNullElse(model, DEFAULT.model),
                Objects.requireNonNullElse(codec, DEFAULT.codec),
                encoder,
                crf,
                preset,
                Objects.requireNonNullElse(deinterlace, DEFAULT.deinterlace));
    }

    /** Whether the stream asks for interpolation and not for a model. */
    @JsonIgnore
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

    private static void checkWord(String property, @Nullable String value) {
        if (value != null && !ENCODER_WORD.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    property
                            + ": expected 1 to 64 letters, digits, '_' and '-', got "
                            + Expect.shown(value));
        }
    }
}
