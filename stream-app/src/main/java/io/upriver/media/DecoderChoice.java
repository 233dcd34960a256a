package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX;
import static org.bytedeco.ffmpeg.global.avcodec.av_codec_is_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.av_codec_iterate;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_default_get_format;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_hw_config;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_HWDEVICE_TYPE_NONE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_NONE;
import static org.bytedeco.ffmpeg.global.avutil.av_hwdevice_ctx_create;
import static org.bytedeco.ffmpeg.global.avutil.av_hwdevice_find_type_by_name;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecHWConfig;
import org.bytedeco.ffmpeg.avutil.AVBufferRef;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * Opens the decoder that a stream asks for: one by FFmpeg's name ({@code h264_cuvid}), one by the
 * end of such a name for whatever the codec is ({@code cuvid}, {@code qsv}, {@code v4l2m2m}), or
 * the usual one on a kind of device ({@code cuda}, {@code vaapi}, {@code vulkan}).
 */
final class DecoderChoice {

    private final Track track;
    private final int threads;

    DecoderChoice(Track track, int threads) {
        this.track = track;
        this.threads = threads;
    }

    /**
     * An open decoder.
     *
     * @param surfaceChoice takes the device's pictures; null on the CPU. It must be kept as long as
     *     the context.
     */
    record Open(AVCodecContext context, @Nullable SurfaceChoice surfaceChoice) {}

    /**
     * The decoder on the CPU that is usual for the codec.
     *
     * @throws MediaException if this build has none
     */
    Open usual() {
        AVCodec codec = avcodec_find_decoder(track.codecId());
        if (isMissing(codec)) {
            throw unsupported("no decoder for codec " + track.codecName());
        }
        return open(codec, null, null);
    }

    /**
     * The decoder of this name.
     *
     * @throws MediaException if there is none for this codec, or no device for it
     */
    Open named(String name) {
        int deviceType = av_hwdevice_find_type_by_name(name);
        AVCodec codec = avcodec_find_decoder_by_name(name);
        if (isMissing(codec)) {
            codec = avcodec_find_decoder_by_name(track.codecName() + "_" + name);
        }
        if (!isMissing(codec)) {
            if (codec.id() != track.codecId()) {
                throw unsupported("decoder " + name + " is not for " + track.codecName());
            }
            return open(codec, null, null);
        }
        if (deviceType == AV_HWDEVICE_TYPE_NONE) {
            throw unsupported(
                    "this FFmpeg has no decoder %s for %s".formatted(name, track.codecName()));
        }
        return onDevice(name, deviceType);
    }

    /** True where the name could be one that {@link #named} takes, for some codec. */
    static boolean isKnown(String name) {
        return av_hwdevice_find_type_by_name(name) != AV_HWDEVICE_TYPE_NONE
                || decoders()
                        .map(codec -> codec.name().getString())
                        .anyMatch(known -> known.equals(name) || known.endsWith("_" + name));
    }

    private Open onDevice(String name, int deviceType) {
        for (AVCodec codec : (Iterable<AVCodec>) decoders()::iterator) {
            AVCodecHWConfig config = configFor(codec, deviceType);
            if (config != null) {
                return onDevice(name, codec, config);
            }
        }
        throw unsupported(
                "decoder %s: no device of this kind decodes %s".formatted(name, track.codecName()));
    }

    /** All video decoders of this build. */
    private static Stream<AVCodec> decoders() {
        List<AVCodec> all = new ArrayList<>();
        try (PointerPointer<Pointer> place = new PointerPointer<>(1)) {
            place.put(0, (Pointer) null);
            AVCodec codec = av_codec_iterate(place);
            while (!isMissing(codec)) {
                if (av_codec_is_decoder(codec) != 0 && codec.type() == AVMEDIA_TYPE_VIDEO) {
                    all.add(codec);
                }
                codec = av_codec_iterate(place);
            }
        }
        return all.stream();
    }

    private @Nullable AVCodecHWConfig configFor(AVCodec codec, int deviceType) {
        if (codec.id() != track.codecId()) {
            return null;
        }
        for (int i = 0; ; i++) {
            AVCodecHWConfig config = avcodec_get_hw_config(codec, i);
            if (config == null || config.isNull()) {
                return null;
            }
            boolean byDevice = (config.methods() & AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX) != 0;
            if (byDevice && config.device_type() == deviceType) {
                return config;
            }
        }
    }

    private Open onDevice(String name, AVCodec codec, AVCodecHWConfig config) {
        AVBufferRef device = new AVBufferRef(null);
        int code =
                av_hwdevice_ctx_create(
                        device, config.device_type(), (String) null, (AVDictionary) null, 0);
        if (code < 0) {
            throw unsupported(
                    "decoder %s: no such device here: %s".formatted(name, Ffmpeg.words(code)));
        }
        return open(codec, device, new SurfaceChoice(config.pix_fmt()));
    }

    private Open open(
            AVCodec codec, @Nullable AVBufferRef device, @Nullable SurfaceChoice surfaceChoice) {
        AVCodecContext context = avcodec_alloc_context3(codec);
        try {
            Ffmpeg.check(
                    avcodec_parameters_to_context(context, track.raw().codecpar()),
                    "avcodec_parameters_to_context");
            context.pkt_timebase(track.raw().time_base());
            context.thread_count(threads);
            context.max_pixels(track.largest().codedSamples());
            if (device != null) {
                context.hw_device_ctx(device);
                context.get_format(surfaceChoice);
            }
            int code = avcodec_open2(context, codec, (AVDictionary) null);
            if (code < 0) {
                throw Ffmpeg.failure(
                        MediaException.Kind.UNREADABLE,
                        code,
                        "decoder %s does not take what the track says of itself"
                                .formatted(codec.name().getString()));
            }
            return new Open(context, surfaceChoice);
        } catch (RuntimeException e) {
            avcodec_free_context(context);
            throw e;
        }
    }

    /** Chooses the device's pictures where it decodes the stream, and else those of the CPU. */
    static final class SurfaceChoice extends AVCodecContext.Get_format_AVCodecContext_IntPointer {

        private final int surface;

        SurfaceChoice(int surface) {
            this.surface = surface;
        }

        @Override
        public int call(AVCodecContext context, IntPointer offered) {
            for (long i = 0; offered.get(i) != AV_PIX_FMT_NONE; i++) {
                if (offered.get(i) == surface) {
                    return surface;
                }
            }
            return avcodec_default_get_format(context, offered);
        }
    }

    private static boolean isMissing(@Nullable AVCodec codec) {
        return codec == null || codec.isNull();
    }

    private static MediaException unsupported(String words) {
        return new MediaException(MediaException.Kind.UNSUPPORTED, words);
    }
}
