package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_CONFIG_PIX_FORMAT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_CLOSED_GOP;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_FRAME_DURATION;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_GLOBAL_HEADER;
import static org.bytedeco.ffmpeg.global.avcodec.AV_FIELD_PROGRESSIVE;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_supported_config;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_CPU_FLAG_AVX512;
import static org.bytedeco.ffmpeg.global.avutil.av_d2q;
import static org.bytedeco.ffmpeg.global.avutil.av_get_cpu_flags;
import static org.bytedeco.ffmpeg.global.avutil.av_opt_set;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * Encodes the pictures of one segment: the first is an IDR picture, groups of pictures are closed,
 * times are kept.
 *
 * <p>It is opened for the size, layout, colour and sample aspect ratio of a first picture, and
 * refuses others. Not thread-safe.
 */
public final class VideoEncoder implements AutoCloseable {

    private static final int X265_LEAST_WIDTH = 64;
    private static final double UNKNOWN_RATE = 25;

    private final AVCodecContext context;
    private final TimeBase timeBase;
    private final @Nullable MessageWriter messageWriter;
    private final Map<Long, List<byte[]>> messages = new HashMap<>();

    /**
     * Opens an encoder.
     *
     * @param first the picture that gives size, layout, colour, sample aspect ratio and time base
     * @param framesPerSecond for rate control only, 0 if unknown; times come from the pictures
     * @param globalHeader true where parameter sets go into the container's header, as MP4 and
     *     Matroska want
     * @throws MediaException if the encoder is not in this build, has no device, or refuses the
     *     settings
     */
    public VideoEncoder(
            EncoderSettings settings, Picture first, double framesPerSecond, boolean globalHeader) {
        AVCodec codec = find(settings.encoder());
        refuseTooNarrow(settings, first);
        this.timeBase = first.timeBase();
        this.context = avcodec_alloc_context3(codec);
        this.messageWriter = MessageWriter.of(codec.id());
        AVFrame frame = first.raw();
        try {
            context.width(frame.width()).height(frame.height()).pix_fmt(frame.format());
            context.sample_aspect_ratio(frame.sample_aspect_ratio());
            context.color_range(frame.color_range());
            context.color_primaries(frame.color_primaries());
            context.color_trc(frame.color_trc());
            context.colorspace(frame.colorspace());
            context.chroma_sample_location(frame.chroma_location());
            SideData.describe(context, frame);
            context.field_order(AV_FIELD_PROGRESSIVE);
            context.time_base(Ffmpeg.rational(timeBase));
            AVRational rate = av_d2q(framesPerSecond > 0 ? framesPerSecond : UNKNOWN_RATE, 100_000);
            context.framerate(rate);
            context.thread_count(settings.threads());
            context.flags(
                    context.flags()
                            | AV_CODEC_FLAG_CLOSED_GOP
                            | AV_CODEC_FLAG_FRAME_DURATION
                            | (globalHeader ? AV_CODEC_FLAG_GLOBAL_HEADER : 0));
            applyQuality(settings);
            int code = avcodec_open2(context, codec, (AVDictionary) null);
            if (code < 0) {
                throw new MediaException(
                        MediaException.Kind.UNSUPPORTED,
                        "encoder %s refused %dx%d %s: avcodec_open2: %s (%d)"
                                .formatted(
                                        settings.encoder(),
                                        first.width(),
                                        first.height(),
                                        first.layout().name(),
                                        Ffmpeg.words(code),
                                        code));
            }
        } catch (RuntimeException e) {
            avcodec_free_context(context);
            throw e;
        }
    }

    /** True where this build has the encoder and it is one for video; a device may be missing. */
    public static boolean exists(String encoder) {
        return isVideo(avcodec_find_encoder_by_name(encoder));
    }

    /** True where the encoder takes pictures of this layout as they are. */
    static boolean takes(String encoder, int pixelFormat) {
        IntPointer formats = supportedFormats(find(encoder));
        if (formats == null) {
            return true;
        }
        for (long i = 0; formats.get(i) != -1; i++) {
            if (formats.get(i) == pixelFormat) {
                return true;
            }
        }
        return false;
    }

    static @Nullable IntPointer supportedFormats(AVCodec codec) {
        PointerPointer<Pointer> list = new PointerPointer<>(1);
        Ffmpeg.check(
                avcodec_get_supported_config(
                        null, codec, AV_CODEC_CONFIG_PIX_FORMAT, 0, list, (IntPointer) null),
                "avcodec_get_supported_config");
        Pointer formats = list.get(0);
        return formats == null || formats.isNull() ? null : new IntPointer(formats);
    }

    static AVCodec find(String encoder) {
        AVCodec codec = avcodec_find_encoder_by_name(encoder);
        if (!isVideo(codec)) {
            throw new MediaException(
                    MediaException.Kind.UNSUPPORTED,
                    "expected an encoder of this FFmpeg build, such as libx264, got " + encoder);
        }
        return codec;
    }

    /**
     * The x265 in this FFmpeg build writes past its heap for pictures of 32 to 48 columns (found
     * with glibc's malloc check and valgrind; none from 50 on): better no picture than a broken
     * process.
     */
    private static void refuseTooNarrow(EncoderSettings settings, Picture first) {
        if (settings.encoder().equals("libx265") && first.width() < X265_LEAST_WIDTH) {
            throw new MediaException(
                    MediaException.Kind.UNSUPPORTED,
                    "encoder libx265: expected at least %d columns, got %dx%d; libx264 takes them"
                            .formatted(X265_LEAST_WIDTH, first.width(), first.height()));
        }
    }

    private void applyQuality(EncoderSettings settings) {
        Integer crf = settings.effectiveCrf();
        if (crf != null) {
            set("crf", Integer.toString(crf), settings);
        }
        String preset = settings.effectivePreset();
        if (preset != null) {
            set("preset", preset, settings);
        }
        if (settings.encoder().equals("libx264") && hasAvx512()) {
            // x264's AVX-512 code for macroblock trees reads memory that nobody has written:
            // the same pictures give other bytes each time. See designs/repeatable-encoding.md.
            set("x264-params", "asm=avx2", settings);
        } else if (settings.encoder().equals("libx265")) {
            // Frame threads and pools would make the bytes depend on the machine; x265 is also
            // chatty.
            set("x265-params", "log-level=none:pools=none:frame-threads=1:open-gop=0", settings);
        } else if (settings.encoder().equals("libsvtav1")) {
            set("svtav1-params", "lp=" + settings.threads(), settings);
        }
    }

    private static boolean isVideo(@Nullable AVCodec codec) {
        return codec != null && !codec.isNull() && codec.type() == AVMEDIA_TYPE_VIDEO;
    }

    private static boolean hasAvx512() {
        return (av_get_cpu_flags() & AV_CPU_FLAG_AVX512) != 0;
    }

    private void set(String option, String value, EncoderSettings settings) {
        int code = av_opt_set(context.priv_data(), option, value, 0);
        if (code < 0) {
            throw new MediaException(
                    MediaException.Kind.UNSUPPORTED,
                    "encoder %s does not take %s=%s: %s"
                            .formatted(settings.encoder(), option, value, Ffmpeg.words(code)));
        }
    }

    /**
     * Encodes one picture, or with null what is left at the end; hands on each packet, which the
     * taker closes.
     *
     * <p>Captions and HDR10+ move from the picture into its packet.
     */
    public void encode(@Nullable Picture picture, Consumer<Packet> packets) {
        if (picture != null
                && (picture.width() != context.width() || picture.height() != context.height())) {
            throw new MediaException(
                    MediaException.Kind.UNSUPPORTED,
                    "expected pictures of %dx%d, got %dx%d"
                            .formatted(
                                    context.width(),
                                    context.height(),
                                    picture.width(),
                                    picture.height()));
        }
        if (picture != null && picture.raw().format() != context.pix_fmt()) {
            throw new MediaException(
                    MediaException.Kind.UNSUPPORTED,
                    "expected pictures of %s, got %s"
                            .formatted(
                                    PixelLayouts.of(context.pix_fmt()).name(),
                                    picture.layout().name()));
        }
        if (picture != null && messageWriter != null) {
            List<byte[]> taken = PictureMessages.takeFrom(picture.raw());
            if (!taken.isEmpty()) {
                messages.put(picture.raw().pts(), taken);
            }
        }
        Ffmpeg.check(
                avcodec_send_frame(context, picture == null ? null : picture.raw()),
                "avcodec_send_frame");
        while (true) {
            AVPacket packet = av_packet_alloc();
            int code = avcodec_receive_packet(context, packet);
            if (code < 0) {
                av_packet_free(packet);
                if (!Ffmpeg.isAgain(code) && !Ffmpeg.isEnd(code)) {
                    Ffmpeg.check(code, "avcodec_receive_packet");
                }
                return;
            }
            List<byte[]> taken = messages.remove(packet.pts());
            if (taken != null) {
                messageWriter.write(packet, taken);
            }
            packets.accept(new Packet(packet, timeBase));
        }
    }

    TimeBase timeBase() {
        return timeBase;
    }

    AVCodecContext raw() {
        return context;
    }

    @Override
    public void close() {
        avcodec_free_context(context);
    }
}
