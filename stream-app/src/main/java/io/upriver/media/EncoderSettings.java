package io.upriver.media;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How pictures are to be encoded.
 *
 * @param encoder FFmpeg's name of the encoder, such as {@code libx264}
 * @param crf constant rate factor, lower is better and larger, or null for the default of the
 *     encoder
 * @param preset the encoder's own word or number for speed, or null for the default
 * @param threads encoding threads; the same number always gives the same bytes
 */
public record EncoderSettings(
        String encoder, @Nullable Integer crf, @Nullable String preset, int threads) {

    private static final Map<String, String> ENCODER_OF_CODEC =
            Map.of("h264", "libx264", "hevc", "libx265", "av1", "libsvtav1");

    /**
     * Quality and speed where nothing is said: near to visually lossless, fast enough for a live
     * stream on CPU.
     */
    private static final Map<String, Defaults> DEFAULTS =
            Map.of(
                    "libx264", new Defaults(18, "veryfast"),
                    "libx265", new Defaults(20, "ultrafast"),
                    "libsvtav1", new Defaults(28, "10"));

    private record Defaults(int crf, String preset) {}

    /** Settings for a codec by its common name: {@code h264}, {@code hevc} or {@code av1}. */
    public static EncoderSettings ofCodec(
            String codec,
            @Nullable String encoder,
            @Nullable Integer crf,
            @Nullable String preset,
            int threads) {
        String chosen = encoder != null ? encoder : encoderOf(codec);
        return new EncoderSettings(chosen, crf, preset, threads);
    }

    /** The usual encoder of a codec by its common name. */
    static String encoderOf(String codec) {
        String encoder = ENCODER_OF_CODEC.get(codec);
        if (encoder == null) {
            throw new IllegalArgumentException("expected codec h264, hevc or av1, got " + codec);
        }
        return encoder;
    }

    /** The rate factor to use, or null for an encoder we have no default for. */
    public @Nullable Integer effectiveCrf() {
        Defaults defaults = DEFAULTS.get(encoder);
        return crf != null || defaults == null ? crf : Integer.valueOf(defaults.crf());
    }

    /** The preset to use, or null for an encoder we have no default for. */
    public @Nullable String effectivePreset() {
        Defaults defaults = DEFAULTS.get(encoder);
        return preset != null || defaults == null ? preset : defaults.preset();
    }
}
