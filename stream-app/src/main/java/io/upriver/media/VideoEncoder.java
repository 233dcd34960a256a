package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_CLOSED_GOP;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_FRAME_DURATION;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_FLAG_GLOBAL_HEADER;
import static org.bytedeco.ffmpeg.global.avcodec.AV_FIELD_PROGRESSIVE;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.av_d2q;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.jspecify.annotations.Nullable;

/**
 * Encodes the pictures of one segment: the first is an IDR picture, groups of pictures are closed,
 * times are kept.
 *
 * <p>It is opened for the size, layout, colour and sample aspect ratio of a first picture, and
 * refuses others. Not thread-safe.
 */
public final class VideoEncoder implements AutoCloseable {

    private static final Set<Integer> CODECS_THAT_SAY_SIZES =
            Set.of(
                    avcodec.AV_CODEC_ID_H264,
                    avcodec.AV_CODEC_ID_HEVC,
                    avcodec.AV_CODEC_ID_AV1,
                    avcodec.AV_CODEC_ID_VP8,
                    avcodec.AV_CODEC_ID_VP9,
                    avcodec.AV_CODEC_ID_MPEG1VIDEO,
                    avcodec.AV_CODEC_ID_MPEG2VIDEO,
                    avcodec.AV_CODEC_ID_MPEG4,
                    avcodec.AV_CODEC_ID_MJPEG,
                    avcodec.AV_CODEC_ID_PRORES);

    private static final int X265_LEAST_WIDTH = 64;
    private static final double UNKNOWN_RATE = 25;

    private final AVCodecContext context;
    private final TimeBase timeBase;
    private final int format;
    private @Nullable Surfaces surfaces;
    private final @Nullable MessageWriter messageWriter;
    private final Map<Long, List<byte[]>> messages = new HashMap<>();
    private long pictures;
    private double latestSeconds;

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
        this.format = frame.format();
        try {
            context.width(frame.width()).height(frame.height()).pix_fmt(format);
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
            EncoderOptions.put(context, settings);
            surfaces =
                    EncoderFormats.areSurfacesOnly(codec)
                            ? Surfaces.forEncoder(codec, context, format)
                            : null;
            int code = avcodec_open2(context, codec, (AVDictionary) null);
            if (code < 0) {
                throw new MediaException(
                        settings.isHardware()
                                ? MediaException.Kind.NO_DEVICE
                                : MediaException.Kind.UNSUPPORTED,
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
            close();
            throw e;
        }
    }

    /** True where this build has the encoder and it is one for video; a device may be missing. */
    public static boolean exists(String encoder) {
        return isVideo(avcodec_find_encoder_by_name(encoder));
    }

    /**
     * Checks that the encoder takes pictures of this layout.
     *
     * @param pixelFormat FFmpeg's name of it
     * @throws MediaException with those that it takes, if it does not
     */
    public static void checkTakes(String encoder, String pixelFormat) {
        EncoderFormats.named(encoder, pixelFormat);
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

    private static boolean isVideo(@Nullable AVCodec codec) {
        return codec != null && !codec.isNull() && codec.type() == AVMEDIA_TYPE_VIDEO;
    }

    /** True for pictures of the size and layout that it was opened for. */
    public boolean takes(Picture picture) {
        return isOfSize(picture) && picture.raw().format() == format;
    }

    private boolean isOfSize(Picture picture) {
        return picture.width() == context.width() && picture.height() == context.height();
    }

    /**
     * True where key frames say how large they are, by themselves or with the parameter sets, so
     * that frames of several sizes may follow each other in one track.
     */
    public boolean saysSizes() {
        return CODECS_THAT_SAY_SIZES.contains(context.codec_id());
    }

    /** FFmpeg's short name of what it makes, such as {@code h264}. */
    public String codecName() {
        return avcodec_get_name(context.codec_id()).getString();
    }

    /** What it has put aside for the container's header. */
    public ParameterSets parameterSets() {
        return ParameterSets.of(context);
    }

    /**
     * Encodes one picture, or with null what is left at the end; hands on each packet, which the
     * taker closes.
     *
     * <p>Captions and HDR10+ move from the picture into its packet.
     *
     * @throws MediaException if the picture is not like the first one; of the kind {@link
     *     MediaException.Kind#ENCODING} if the encoder fails at it
     */
    public void encode(@Nullable Picture picture, Consumer<Packet> packets) {
        if (picture != null && !isOfSize(picture)) {
            throw new MediaException(
                    MediaException.Kind.UNSUPPORTED,
                    "expected pictures of %dx%d, got %dx%d"
                            .formatted(
                                    context.width(),
                                    context.height(),
                                    picture.width(),
                                    picture.height()));
        }
        if (picture != null && picture.raw().format() != format) {
            throw new MediaException(
                    MediaException.Kind.UNSUPPORTED,
                    "expected pictures of %s, got %s"
                            .formatted(PixelLayouts.of(format).name(), picture.layout().name()));
        }
        if (picture != null && messageWriter != null) {
            List<byte[]> taken = PictureMessages.takeFrom(picture.raw());
            if (!taken.isEmpty()) {
                messages.put(picture.raw().pts(), taken);
            }
        }
        if (picture != null) {
            pictures++;
            latestSeconds = picture.ptsNanos() / 1e9;
        }
        send(picture);
        while (true) {
            AVPacket packet = av_packet_alloc();
            int code = avcodec_receive_packet(context, packet);
            if (code < 0) {
                av_packet_free(packet);
                if (!Ffmpeg.isAgain(code) && !Ffmpeg.isEnd(code)) {
                    check(code, "avcodec_receive_packet");
                }
                return;
            }
            List<byte[]> taken = messages.remove(packet.pts());
            Packet made = new Packet(packet, timeBase);
            if (taken != null) {
                messageWriter.write(made, taken);
            }
            packets.accept(made);
        }
    }

    private void send(@Nullable Picture picture) {
        AVFrame surface = picture == null || surfaces == null ? null : upload(picture);
        AVFrame frame = surface != null || picture == null ? surface : picture.raw();
        int code = avcodec_send_frame(context, frame);
        if (surface != null) {
            av_frame_free(surface);
        }
        check(code, "avcodec_send_frame");
    }

    private AVFrame upload(Picture picture) {
        AVFrame surface = av_frame_alloc();
        try {
            check(surfaces.upload(picture.raw(), surface), "copying to the device");
            return surface;
        } catch (RuntimeException e) {
            av_frame_free(surface);
            throw e;
        }
    }

    private void check(int code, String call) {
        if (code < 0) {
            String what =
                    "encoder %s failed at frame %d (%.3f s) of %dx%d %s: %s"
                            .formatted(
                                    context.codec().name().getString(),
                                    pictures,
                                    latestSeconds,
                                    context.width(),
                                    context.height(),
                                    PixelLayouts.of(format).name(),
                                    call);
            throw Ffmpeg.failure(MediaException.Kind.ENCODING, code, what);
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
        if (surfaces != null) {
            surfaces.close();
            surfaces = null;
        }
    }
}
