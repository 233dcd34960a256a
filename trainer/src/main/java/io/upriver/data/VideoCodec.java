package io.upriver.data;

import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_encoder_by_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_packet;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_MPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_SMPTE170M;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EAGAIN;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AV_CPU_FLAG_AVX512;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_QUIET;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_make_writable;
import static org.bytedeco.ffmpeg.global.avutil.av_get_cpu_flags;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.av_opt_set;
import static org.bytedeco.ffmpeg.global.avutil.av_strerror;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;

/**
 * An encoder and the decoder of what it writes, for one clip: planes of luma in, planes of luma as
 * a player would show them out. Owns native memory until it is closed. Not thread-safe; several
 * side by side are fine.
 */
final class VideoCodec implements AutoCloseable {

    static {
        av_log_set_level(AV_LOG_QUIET);
    }

    /**
     * How a clip is coded.
     *
     * @param encoder FFmpeg's name, such as libx264
     * @param crf constant rate factor, lower is better
     */
    record Coding(String encoder, String preset, int crf) {
        /** One that the settings allow. */
        static Coding draw(CodedSettings settings, SplittableRandom random) {
            return new Coding(
                    any(settings.codecs(), random).encoder(),
                    any(settings.presets(), random),
                    random.nextInt(settings.crfMin(), settings.crfMax() + 1));
        }

        private static <T> T any(List<T> choices, SplittableRandom random) {
            return choices.get(random.nextInt(choices.size()));
        }

        @Override
        public String toString() {
            return encoder + " " + preset + " crf " + crf;
        }
    }

    private final String clip;
    private final AVCodecContext encoder;
    private final AVCodecContext decoder;
    private final AVFrame frame = av_frame_alloc();
    private final AVFrame shown = av_frame_alloc();
    private final AVPacket packet = av_packet_alloc();
    private final List<Picture> decoded = new ArrayList<>();
    private final List<Double> quantizers = new ArrayList<>();

    private VideoCodec(Coding coding, int width, int height) {
        clip = "clip of " + width + "x" + height + " by " + coding;
        AVCodec codec = find(coding.encoder());
        encoder = avcodec_alloc_context3(codec);
        AVCodec back = avcodec_find_decoder(codec.id());
        decoder = avcodec_alloc_context3(back);
        try {
            frame.format(AV_PIX_FMT_YUV420P).width(width).height(height);
            frame.color_range(AVCOL_RANGE_MPEG).colorspace(AVCOL_SPC_SMPTE170M);
            check(av_frame_get_buffer(frame, 0), "av_frame_get_buffer");
            encoder.pix_fmt(AV_PIX_FMT_YUV420P).width(width).height(height);
            encoder.color_range(AVCOL_RANGE_MPEG).colorspace(AVCOL_SPC_SMPTE170M);
            encoder.time_base(new AVRational().num(1).den(25));
            encoder.framerate(new AVRational().num(25).den(1));
            encoder.thread_count(1);
            decoder.thread_count(1);
            VideoQuantizer.export(decoder);
            set("crf", Integer.toString(coding.crf()));
            set("preset", coding.preset());
            keepRepeatable(coding.encoder());
            check(avcodec_open2(encoder, codec, (AVDictionary) null), "avcodec_open2, encoder");
            check(avcodec_open2(decoder, back, (AVDictionary) null), "avcodec_open2, decoder");
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Codes the frames, planes of luma of one size with even sides, and decodes them again.
     *
     * @return as many frames in the same order
     * @throws IllegalStateException if encoder or decoder fail, with FFmpeg's words
     */
    static List<Picture> throughCodec(List<Picture> frames, Coding coding) {
        return code(frames, coding).decoded;
    }

    /**
     * How coarsely frames are coded after the first, which nothing precedes: see {@link
     * VideoQuantizer}.
     *
     * @param frames two or more
     * @param coding by x264
     */
    static double meanQuantizer(List<Picture> frames, Coding coding) {
        return code(frames, coding).quantizers.stream()
                .skip(1)
                .mapToDouble(Double::doubleValue)
                .average()
                .orElseThrow();
    }

    /** The codec, closed, with what came out of it. */
    @SuppressWarnings("try") // native scopes are only there to be closed
    private static VideoCodec code(List<Picture> frames, Coding coding) {
        Picture first = frames.get(0);
        try (PointerScope scope = new PointerScope();
                VideoCodec codec = new VideoCodec(coding, first.width(), first.height())) {
            for (int i = 0; i < frames.size(); i++) {
                codec.encode(frames.get(i), i);
            }
            codec.finish();
            codec.require("frames back", frames.size(), codec.decoded.size());
            return codec;
        }
    }

    /** The encoder; throws where this build of FFmpeg has none of this name. */
    static AVCodec find(String encoder) {
        AVCodec codec = avcodec_find_encoder_by_name(encoder);
        if (codec == null || codec.isNull()) {
            throw new IllegalStateException(
                    "expected an FFmpeg with the encoder "
                            + encoder
                            + ", this one has none: pairs that went through a codec need the GPL"
                            + " build (without -Plgpl)");
        }
        return codec;
    }

    /** The same frames give the same bytes: designs/repeatable-encoding.md. */
    private void keepRepeatable(String name) {
        if (name.equals("libx264") && (av_get_cpu_flags() & AV_CPU_FLAG_AVX512) != 0) {
            set("x264-params", "asm=avx2");
        } else if (name.equals("libx265")) {
            set("x265-params", "log-level=none:pools=none:frame-threads=1");
        }
    }

    private void set(String option, String value) {
        check(av_opt_set(encoder.priv_data(), option, value, 0), option + "=" + value);
    }

    private void encode(Picture luma, int index) {
        check(av_frame_make_writable(frame), "av_frame_make_writable");
        frame.pts(index);
        int width = frame.width();
        BytePointer rows = frame.data(0);
        for (int y = 0; y < frame.height(); y++) {
            rows.position((long) y * frame.linesize(0)).put(luma.samples(), y * width, width);
        }
        for (int plane = 1; plane <= 2; plane++) {
            long bytes = (long) frame.linesize(plane) * frame.height() / 2;
            frame.data(plane).capacity(bytes).fill(128);
        }
        check(avcodec_send_frame(encoder, frame), "avcodec_send_frame");
        decodeWhatIsReady();
    }

    private void finish() {
        check(avcodec_send_frame(encoder, null), "avcodec_send_frame at the end");
        decodeWhatIsReady();
        check(avcodec_send_packet(decoder, null), "avcodec_send_packet at the end");
        takeWhatIsShown();
    }

    private void decodeWhatIsReady() {
        while (ready(avcodec_receive_packet(encoder, packet), "avcodec_receive_packet")) {
            check(avcodec_send_packet(decoder, packet), "avcodec_send_packet");
            av_packet_unref(packet);
            takeWhatIsShown();
        }
    }

    private void takeWhatIsShown() {
        while (ready(avcodec_receive_frame(decoder, shown), "avcodec_receive_frame")) {
            require("frame number", decoded.size(), shown.pts());
            require("columns", frame.width(), shown.width());
            require("rows", frame.height(), shown.height());
            byte[] luma = new byte[shown.width() * shown.height()];
            BytePointer rows = shown.data(0);
            for (int y = 0; y < shown.height(); y++) {
                rows.position((long) y * shown.linesize(0))
                        .get(luma, y * shown.width(), shown.width());
            }
            decoded.add(Picture.luma(shown.width(), shown.height(), luma));
            quantizers.add(VideoQuantizer.of(shown).orElse(Double.NaN));
        }
    }

    /** False where the codec wants more first, or is at its end. */
    private boolean ready(int code, String call) {
        return code != AVERROR_EAGAIN() && code != AVERROR_EOF && check(code, call) >= 0;
    }

    private int check(int code, String call) {
        if (code < 0) {
            throw new IllegalStateException(clip + ": " + words(call, code));
        }
        return code;
    }

    /** What FFmpeg says of a call that failed. */
    static String words(String call, int code) {
        byte[] words = new byte[256];
        av_strerror(code, words, words.length);
        String text = new String(words, StandardCharsets.UTF_8);
        return call + ": " + text.substring(0, text.indexOf(0)) + " (" + code + ")";
    }

    private void require(String what, long expected, long actual) {
        if (expected != actual) {
            throw new IllegalStateException(
                    "%s: expected %s %d, got %d".formatted(clip, what, expected, actual));
        }
    }

    @Override
    public void close() {
        av_packet_free(packet);
        av_frame_free(shown);
        av_frame_free(frame);
        avcodec_free_context(decoder);
        avcodec_free_context(encoder);
    }
}
