package io.upriver.job;

import io.upriver.media.EncoderSettings;
import io.upriver.media.FileFormat;
import io.upriver.media.VideoEncoder;
import io.upriver.schemas.StreamSettings.Codec;
import io.upriver.schemas.VideoEncoding;
import org.jspecify.annotations.Nullable;

/**
 * How the video of a file that is written is to be encoded, as far as somebody has chosen.
 *
 * @param codec null for the one that is usual in the file's format
 * @param encoder an FFmpeg encoder by name; null for the codec's usual one
 * @param crf constant quality; null for the codec's
 * @param bitrate bits a second, in place of constant quality; null for none
 * @param preset the encoder's speed; null for the codec's
 * @param gop frames from one key frame to the next at most; null for the encoder's
 * @param pixelFormat FFmpeg's name of the layout of the samples; null for the input's
 */
public record EncodingChoice(
        @Nullable Codec codec,
        @Nullable String encoder,
        @Nullable Integer crf,
        @Nullable Integer bitrate,
        @Nullable String preset,
        @Nullable Integer gop,
        @Nullable String pixelFormat) {

    /**
     * The encoding for a file of this format.
     *
     * @throws IllegalArgumentException if a value is wrong
     * @throws io.upriver.media.MediaException if this build or the format cannot do it
     */
    public VideoEncoding in(FileFormat format) {
        Codec wanted = codec != null ? codec : Codec.ofWireName(format.usualCodec());
        VideoEncoding encoding =
                new VideoEncoding(wanted, encoder, crf, bitrate, preset, gop, pixelFormat);
        String chosen = encoder != null ? encoder : EncoderSettings.usualEncoder(wanted.wireName());
        if (!VideoEncoder.exists(chosen)) {
            throw new IllegalArgumentException(
                    "expected an encoder of this FFmpeg build, such as libx264, got " + chosen);
        }
        format.checkHolds(chosen);
        if (pixelFormat != null) {
            VideoEncoder.checkTakes(chosen, pixelFormat);
        }
        if (preset != null) {
            EncoderSettings.checkPreset(chosen, preset);
        }
        return encoding;
    }
}
