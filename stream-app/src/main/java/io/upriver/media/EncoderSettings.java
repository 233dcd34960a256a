package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_CAP_HARDWARE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_CAP_HYBRID;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;

import java.util.List;
import java.util.Map;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.jspecify.annotations.Nullable;

/**
 * How pictures are to be encoded.
 *
 * @param encoder FFmpeg's name of the encoder, such as {@code libx264}
 * @param crf constant quality, lower is better and larger, or null for the default of the encoder
 * @param bitrate bits a second to come to on average, in place of constant quality, or null
 * @param preset the encoder's own word or number for speed, or null for the default
 * @param gop frames from one key frame to the next at most, or null for the encoder's default
 * @param pixelFormat FFmpeg's name of the layout in which the encoder gets the pictures, or null
 *     for the nearest to theirs that it takes
 * @param threads encoding threads; the same number always gives the same bytes
 */
public record EncoderSettings(
        String encoder,
        @Nullable Integer crf,
        @Nullable Integer bitrate,
        @Nullable String preset,
        @Nullable Integer gop,
        @Nullable String pixelFormat,
        int threads) {

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

    /** Of x264 and x265, from the fastest to the slowest; a number counts them from 0. */
    private static final List<String> SPEEDS =
            List.of(
                    "ultrafast",
                    "superfast",
                    "veryfast",
                    "faster",
                    "fast",
                    "medium",
                    "slow",
                    "slower",
                    "veryslow",
                    "placebo");

    private static final int SVT_FASTEST = 13;

    private record Defaults(int crf, String preset) {}

    /** Settings that leave all to the encoder's defaults. */
    public static EncoderSettings of(String encoder, int threads) {
        return new EncoderSettings(encoder, null, null, null, null, null, threads);
    }

    /** The usual encoder of a codec by its common name: {@code h264}, {@code hevc}, {@code av1}. */
    public static String usualEncoder(String codec) {
        String encoder = ENCODER_OF_CODEC.get(codec);
        if (encoder == null) {
            throw new IllegalArgumentException("expected codec h264, hevc or av1, got " + codec);
        }
        return encoder;
    }

    /**
     * Checks a preset of those encoders that we have defaults for; others say themselves what they
     * do not take.
     *
     * @throws MediaException with those that there are, if the encoder does not have it
     */
    public static void checkPreset(String encoder, String preset) {
        boolean isNumber = preset.matches("[0-9]{1,2}");
        boolean known;
        String there;
        switch (encoder) {
            case "libx264", "libx265" -> {
                known = isNumber ? preset.length() == 1 : SPEEDS.contains(preset);
                there = String.join(", ", SPEEDS);
            }
            case "libsvtav1" -> {
                known = isNumber && Integer.parseInt(preset) <= SVT_FASTEST;
                there = "0 to " + SVT_FASTEST;
            }
            default -> {
                return;
            }
        }
        if (!known) {
            throw new MediaException(
                    MediaException.Kind.UNSUPPORTED,
                    "encoder %s: expected a preset among %s, got %s"
                            .formatted(encoder, there, preset));
        }
    }

    /** The same with this quality. */
    public EncoderSettings withCrf(@Nullable Integer quality) {
        return new EncoderSettings(encoder, quality, bitrate, preset, gop, pixelFormat, threads);
    }

    /** True where the encoder is a part of a device that may be missing. */
    public boolean isHardware() {
        AVCodec codec = avcodec_find_encoder_by_name(encoder);
        int device = AV_CODEC_CAP_HARDWARE | AV_CODEC_CAP_HYBRID;
        return codec != null && !codec.isNull() && (codec.capabilities() & device) != 0;
    }

    /**
     * The same codec by the CPU, at the default speed, since presets have other names there, and
     * with the default layout where the wanted one is the device's; null where there is no usual
     * encoder for it.
     */
    public @Nullable EncoderSettings inSoftware() {
        String codec = avcodec_get_name(VideoEncoder.find(encoder).id()).getString();
        String usual = ENCODER_OF_CODEC.get(codec);
        if (usual == null) {
            return null;
        }
        String format = EncoderFormats.takes(usual, pixelFormat) ? pixelFormat : null;
        return new EncoderSettings(usual, crf, bitrate, null, gop, format, threads);
    }

    /**
     * The quality to ask for; null with a bit rate, and for an encoder we have no default for. An
     * encoder in hardware has the number of the one that does the same on the CPU.
     */
    public @Nullable Integer effectiveCrf() {
        if (crf != null || bitrate != null) {
            return crf;
        }
        EncoderSettings counterpart = isHardware() ? inSoftware() : this;
        Defaults defaults = counterpart == null ? null : DEFAULTS.get(counterpart.encoder);
        return defaults == null ? null : Integer.valueOf(defaults.crf());
    }

    /** The preset to use, or null for an encoder we have no default for. */
    public @Nullable String effectivePreset() {
        Defaults defaults = DEFAULTS.get(encoder);
        return preset != null || defaults == null ? preset : defaults.preset();
    }
}
