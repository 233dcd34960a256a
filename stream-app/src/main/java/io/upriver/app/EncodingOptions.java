package io.upriver.app;

import io.upriver.job.EncodingChoice;
import io.upriver.media.FileFormat;
import io.upriver.schemas.StreamSettings.Codec;
import io.upriver.schemas.VideoEncoding;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of commands that say how a result's video is encoded. */
final class EncodingOptions {

    @Option(
            names = "--codec",
            description = "h264, hevc or av1. Default: h264, or av1 where OUT cannot hold that.")
    private @Nullable Codec codec;

    @Option(
            names = "--encoder",
            paramLabel = "NAME",
            description =
                    "An FFmpeg encoder by name instead, such as h264_nvenc; without its device the"
                            + " codec's own.")
    private @Nullable String encoder;

    @Option(
            names = "--crf",
            description = "Constant quality: lower is better and larger. Default: the codec's.")
    private @Nullable Integer crf;

    @Option(
            names = "--bitrate",
            paramLabel = "RATE",
            converter = Rate.class,
            description =
                    "Bits a second on average, such as 4M or 800k, in place of constant quality."
                            + " With H.264 and HEVC a player needs 1.25 times as many at most.")
    private @Nullable Integer bitrate;

    @Option(names = "--preset", description = "The encoder's speed. Default: the codec's.")
    private @Nullable String preset;

    @Option(
            names = "--gop",
            paramLabel = "FRAMES",
            description = "Frames from one key frame to the next at most. Default: the encoder's.")
    private @Nullable Integer gop;

    @Option(
            names = "--pixel-format",
            paramLabel = "NAME",
            description =
                    "FFmpeg's name of the samples' layout, such as yuv420p10le. Default: the"
                            + " input's.")
    private @Nullable String pixelFormat;

    /**
     * The encoding for a file of this format.
     *
     * @throws IllegalArgumentException if a value is wrong
     * @throws io.upriver.media.MediaException if this build or the format cannot do it
     */
    VideoEncoding encoding(FileFormat format) {
        return new EncodingChoice(codec, encoder, crf, bitrate, preset, gop, pixelFormat)
                .in(format);
    }

    /** Bits a second, in thousands with a {@code k} and in millions with an {@code M}. */
    static final class Rate implements ITypeConverter<Integer> {

        private static final Pattern RATE =
                Pattern.compile("([0-9]{1,10}(?:\\.[0-9]{1,3})?)([kKM]?)");

        @Override
        public Integer convert(String text) {
            Matcher rate = RATE.matcher(text);
            if (!rate.matches()) {
                throw new TypeConversionException(
                        "expected a number, with k for thousands or M for millions, got '"
                                + text
                                + "'");
            }
            double unit =
                    switch (rate.group(2)) {
                        case "k", "K" -> 1e3;
                        case "M" -> 1e6;
                        default -> 1;
                    };
            double bits = Double.parseDouble(rate.group(1)) * unit;
            if (bits > Integer.MAX_VALUE) {
                throw new TypeConversionException("expected at most 2000M, got '" + text + "'");
            }
            return (int) Math.round(bits);
        }
    }
}
