package io.upriver.schemas;

import io.upriver.schemas.StreamSettings.Codec;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How the video of a result is to be encoded.
 *
 * @param codec its format
 * @param encoder the FFmpeg encoder that makes it, such as {@code h264_nvenc}; null for the codec's
 *     usual one
 * @param crf constant quality, 0 (best) to 51, for AV1 to 63; null for the encoder's default, or
 *     where there is a bit rate
 * @param bitrate bits a second to come to on average, at least 1000; null for constant quality.
 *     H.264 and HEVC keep to what a player can buffer for a second that gets 1.25 times as many.
 * @param preset the encoder's preset, such as {@code veryfast} or {@code p4}; null for its default
 * @param gop frames from one key frame to the next at most, 1 to 100 000; null for the encoder's
 *     default. Each segment begins with one anyway.
 * @param pixelFormat FFmpeg's name of the layout of the samples, such as {@code yuv420p10le}; null
 *     for the input's, or the nearest to it that the encoder takes
 */
public record VideoEncoding(
        Codec codec,
        @Nullable String encoder,
        @Nullable Integer crf,
        @Nullable Integer bitrate,
        @Nullable String preset,
        @Nullable Integer gop,
        @Nullable String pixelFormat) {

    // all go to FFmpeg, where other characters would start another option
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private static final int LEAST_BITRATE = 1000;
    private static final int MOST_BITRATE = 2_000_000_000; // what FFmpeg's encoders count to
    private static final int LONGEST_GOP = 100_000;

    public VideoEncoding {
        Expect.present("codec", codec);
        checkWord("encoder", encoder);
        if (crf != null) {
            Expect.between("crf", crf, 0, codec == Codec.AV1 ? 63 : 51);
        }
        if (bitrate != null) {
            Expect.between("bitrate", bitrate, LEAST_BITRATE, MOST_BITRATE);
        }
        if (crf != null && bitrate != null) {
            throw new IllegalArgumentException(
                    "expected crf or bitrate, got both: crf %d and bitrate %d"
                            .formatted(crf, bitrate));
        }
        checkWord("preset", preset);
        if (gop != null) {
            Expect.between("gop", gop, 1, LONGEST_GOP);
        }
        checkWord("pixelFormat", pixelFormat);
    }

    /** All else as the codec's usual encoder has it. */
    public static VideoEncoding of(Codec codec) {
        return new VideoEncoding(codec, null, null, null, null, null, null);
    }

    /** The same by another encoder of the same codec. */
    public VideoEncoding withEncoder(@Nullable String name) {
        return new VideoEncoding(codec, name, crf, bitrate, preset, gop, pixelFormat);
    }

    /** The same with this quality, and no bit rate. */
    public VideoEncoding withCrf(@Nullable Integer quality) {
        return new VideoEncoding(codec, encoder, quality, null, preset, gop, pixelFormat);
    }

    /** The same with this bit rate, and no constant quality. */
    public VideoEncoding withBitrate(@Nullable Integer bitsPerSecond) {
        return new VideoEncoding(codec, encoder, null, bitsPerSecond, preset, gop, pixelFormat);
    }

    /** The same with another preset. */
    public VideoEncoding withPreset(@Nullable String name) {
        return new VideoEncoding(codec, encoder, crf, bitrate, name, gop, pixelFormat);
    }

    /** The same with another distance of key frames. */
    public VideoEncoding withGop(@Nullable Integer frames) {
        return new VideoEncoding(codec, encoder, crf, bitrate, preset, frames, pixelFormat);
    }

    /** The same with another layout of samples. */
    public VideoEncoding withPixelFormat(@Nullable String name) {
        return new VideoEncoding(codec, encoder, crf, bitrate, preset, gop, name);
    }

    static void checkWord(String property, @Nullable String value) {
        if (value != null && !WORD.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    property
                            + ": expected 1 to 64 letters, digits, '_' and '-', got "
                            + Expect.shown(value));
        }
    }
}
