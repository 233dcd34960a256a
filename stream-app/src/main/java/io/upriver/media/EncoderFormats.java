package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_CONFIG_PIX_FORMAT;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_best_pix_fmt_of_list;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_supported_config;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_HWACCEL;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_NONE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_NV12;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_P010LE;
import static org.bytedeco.ffmpeg.global.avutil.av_get_pix_fmt;
import static org.bytedeco.ffmpeg.global.avutil.av_get_pix_fmt_name;
import static org.bytedeco.ffmpeg.global.avutil.av_pix_fmt_desc_get;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/** The layouts in which encoders take pictures. */
final class EncoderFormats {

    /** What devices take, whose encoders name only surfaces of their own. */
    private static final List<Integer> FOR_SURFACES = List.of(AV_PIX_FMT_NV12, AV_PIX_FMT_P010LE);

    private EncoderFormats() {}

    /**
     * The layout in which the encoder gets pictures of the given one: the wanted one, or the same,
     * or the nearest that it takes.
     *
     * @throws MediaException if the settings want one that does not exist or that the encoder does
     *     not take
     */
    static int formatFor(int pixelFormat, EncoderSettings settings) {
        if (settings.pixelFormat() != null) {
            return named(settings.encoder(), settings.pixelFormat());
        }
        List<Integer> taken = taken(VideoEncoder.find(settings.encoder()));
        if (taken.isEmpty() || taken.contains(pixelFormat)) {
            return pixelFormat;
        }
        int[] list = new int[taken.size() + 1];
        for (int i = 0; i < taken.size(); i++) {
            list[i] = taken.get(i);
        }
        list[taken.size()] = AV_PIX_FMT_NONE;
        try (IntPointer formats = new IntPointer(list)) {
            return avcodec_find_best_pix_fmt_of_list(formats, pixelFormat, 0, (IntPointer) null);
        }
    }

    /**
     * The layout of this name.
     *
     * @throws MediaException if there is none or the encoder does not take it
     */
    static int named(String encoder, String pixelFormat) {
        List<Integer> taken = taken(VideoEncoder.find(encoder));
        int format = av_get_pix_fmt(pixelFormat);
        if (format == AV_PIX_FMT_NONE || (!taken.isEmpty() && !taken.contains(format))) {
            throw new MediaException(
                    MediaException.Kind.UNSUPPORTED,
                    "encoder %s: expected a pixel format among %s, got %s"
                            .formatted(encoder, names(taken), pixelFormat));
        }
        return format;
    }

    /** True where the encoder takes pictures of the layout, or where none is named. */
    static boolean takes(String encoder, @Nullable String pixelFormat) {
        List<Integer> taken = taken(VideoEncoder.find(encoder));
        return pixelFormat == null || taken.contains(av_get_pix_fmt(pixelFormat));
    }

    private static String names(List<Integer> formats) {
        return formats.isEmpty()
                ? "FFmpeg's"
                : formats.stream()
                        .map(format -> av_get_pix_fmt_name(format).getString())
                        .collect(Collectors.joining(", "));
    }

    /** True where the encoder takes nothing that lies in ordinary memory. */
    static boolean areSurfacesOnly(AVCodec codec) {
        List<Integer> all = all(codec);
        return !all.isEmpty() && all.stream().allMatch(EncoderFormats::isSurface);
    }

    /** The layouts in ordinary memory that the encoder takes; none where it does not say. */
    private static List<Integer> taken(AVCodec codec) {
        if (areSurfacesOnly(codec)) {
            return FOR_SURFACES;
        }
        return all(codec).stream().filter(format -> !isSurface(format)).toList();
    }

    private static List<Integer> all(AVCodec codec) {
        List<Integer> all = new ArrayList<>();
        try (PointerPointer<Pointer> list = new PointerPointer<>(1)) {
            Ffmpeg.check(
                    avcodec_get_supported_config(
                            null, codec, AV_CODEC_CONFIG_PIX_FORMAT, 0, list, (IntPointer) null),
                    "avcodec_get_supported_config");
            Pointer first = list.get(0);
            if (first == null || first.isNull()) {
                return all;
            }
            IntPointer formats = new IntPointer(first);
            for (long i = 0; formats.get(i) != AV_PIX_FMT_NONE; i++) {
                all.add(formats.get(i));
            }
        }
        return all;
    }

    private static boolean isSurface(int pixelFormat) {
        return (av_pix_fmt_desc_get(pixelFormat).flags() & AV_PIX_FMT_FLAG_HWACCEL) != 0;
    }
}
