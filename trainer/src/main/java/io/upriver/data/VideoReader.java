package io.upriver.data;

import static org.bytedeco.ffmpeg.avutil.AVFrame.AV_FRAME_FLAG_CORRUPT;
import static org.bytedeco.ffmpeg.avutil.AVFrame.AV_FRAME_FLAG_INTERLACED;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_parameters_to_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avformat.av_find_best_stream;
import static org.bytedeco.ffmpeg.global.avformat.av_read_frame;
import static org.bytedeco.ffmpeg.global.avformat.avformat_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avformat_close_input;
import static org.bytedeco.ffmpeg.global.avformat.avformat_find_stream_info;
import static org.bytedeco.ffmpeg.global.avformat.avformat_open_input;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;
import static org.bytedeco.ffmpeg.global.avutil.AV_LOG_QUIET;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_BAYER;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_BE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_BITSTREAM;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_FLOAT;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_HWACCEL;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_PAL;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_RGB;
import static org.bytedeco.ffmpeg.global.avutil.AV_ROUND_DOWN;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_free;
import static org.bytedeco.ffmpeg.global.avutil.av_dict_set;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_get_pix_fmt_name;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.av_pix_fmt_desc_get;
import static org.bytedeco.ffmpeg.global.avutil.av_rescale_rnd;

import java.nio.file.Path;
import java.util.function.LongPredicate;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVComponentDescriptor;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * The video of one segment in a file: its frames as planes of luma of 8 bits, in the order in which
 * they are shown. MPEG-TS, MP4 and Matroska only, none of which makes FFmpeg open anything else.
 * Owns native memory until it is closed. Not thread-safe.
 */
final class VideoReader implements AutoCloseable {
    private static final String CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts";
    private static final long MOST_PIXELS = 8192L * 4320;
    private static final long NANOS = 1_000_000_000;
    private static final int NOT_LUMA =
            AV_PIX_FMT_FLAG_RGB
                    | AV_PIX_FMT_FLAG_PAL
                    | AV_PIX_FMT_FLAG_BE
                    | AV_PIX_FMT_FLAG_BAYER
                    | AV_PIX_FMT_FLAG_BITSTREAM
                    | AV_PIX_FMT_FLAG_FLOAT
                    | AV_PIX_FMT_FLAG_HWACCEL;

    static {
        av_log_set_level(AV_LOG_QUIET);
    }

    /** Takes frames. */
    interface Taker {
        /** Whether the frame with this number, from 0, is to be copied. */
        boolean wants(int number);

        /**
         * A frame that was wanted.
         *
         * @param isWhole false for one that is interlaced or was damaged: its samples are not the
         *     source's
         * @param quantizer of H.264, NaN where it is not known
         */
        void take(int number, Picture luma, boolean isWhole, double quantizer);
    }

    private final Path file;
    private final AVFormatContext container;
    private final AVCodecContext decoder = avcodec_alloc_context3(null);
    private final AVPacket packet = av_packet_alloc();
    private final AVFrame frame = av_frame_alloc();
    private AVStream track;

    /**
     * Opens a segment.
     *
     * @throws IllegalStateException if there is no video in it that can be decoded, with FFmpeg's
     *     words
     */
    VideoReader(Path file) {
        this.file = file;
        container = avformat_alloc_context();
        AVDictionary options = new AVDictionary(null);
        av_dict_set(options, "protocol_whitelist", "file", 0);
        av_dict_set(options, "format_whitelist", CONTAINERS, 0);
        int opened = avformat_open_input(container, "file:" + file, null, options);
        av_dict_free(options);
        try {
            check(opened, "avformat_open_input");
            PointerPointer<AVDictionary> none = null;
            check(avformat_find_stream_info(container, none), "avformat_find_stream_info");
            int index =
                    av_find_best_stream(container, AVMEDIA_TYPE_VIDEO, -1, -1, (AVCodec) null, 0);
            check(index, "av_find_best_stream, video");
            track = container.streams(index);
            check(avcodec_parameters_to_context(decoder, track.codecpar()), "codec parameters");
            decoder.thread_count(1);
            decoder.max_pixels(MOST_PIXELS);
            VideoQuantizer.export(decoder);
            AVCodec codec = avcodec_find_decoder(track.codecpar().codec_id());
            if (codec == null || codec.isNull()) {
                throw new IllegalStateException("expected a decoder for " + codec() + ", got none");
            }
            check(avcodec_open2(decoder, codec, (AVDictionary) null), "avcodec_open2");
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** FFmpeg's name of the codec, such as h264. */
    String codec() {
        return avcodec_get_name(track.codecpar().codec_id()).getString();
    }

    /**
     * Counts the frames, by their packets.
     *
     * @param shown which times, in nanoseconds, belong to the segment
     */
    static int count(Path file, LongPredicate shown) {
        try (VideoReader reader = new VideoReader(file)) {
            int count = 0;
            while (reader.nextPacket()) {
                count += reader.isShown(reader.packet.pts(), shown) ? 1 : 0;
            }
            return count;
        }
    }

    /**
     * Decodes all; what the decoder refuses is left out.
     *
     * @param shown which times, in nanoseconds, belong to the segment; other frames are not
     *     numbered
     * @throws IllegalStateException if its frames have no plane of luma
     */
    void read(LongPredicate shown, Taker taker) {
        int number = 0;
        while (nextPacket()) {
            avcodec_send_packet(decoder, packet);
            number = receive(shown, taker, number);
        }
        avcodec_send_packet(decoder, null);
        receive(shown, taker, number);
    }

    private int receive(LongPredicate shown, Taker taker, int first) {
        int number = first;
        while (avcodec_receive_frame(decoder, frame) >= 0) {
            if (isShown(frame.best_effort_timestamp(), shown)) {
                if (taker.wants(number)) {
                    taker.take(
                            number,
                            luma(),
                            (frame.flags() & (AV_FRAME_FLAG_INTERLACED | AV_FRAME_FLAG_CORRUPT))
                                            == 0
                                    && frame.decode_error_flags() == 0,
                            VideoQuantizer.of(frame).orElse(Double.NaN));
                }
                number++;
            }
        }
        return number;
    }

    private boolean nextPacket() {
        av_packet_unref(packet);
        while (av_read_frame(container, packet) >= 0) {
            if (packet.stream_index() == track.index()) {
                return true;
            }
            av_packet_unref(packet);
        }
        return false;
    }

    /** Rounded down, as a segment's range is said. */
    private boolean isShown(long ticks, LongPredicate shown) {
        AVRational base = track.time_base();
        return ticks == AV_NOPTS_VALUE
                || shown.test(av_rescale_rnd(ticks, base.num() * NANOS, base.den(), AV_ROUND_DOWN));
    }

    private Picture luma() {
        AVPixFmtDescriptor format = av_pix_fmt_desc_get(frame.format());
        AVComponentDescriptor luma = format.comp(0);
        if ((format.flags() & NOT_LUMA) != 0 || luma.step() > 2) {
            throw new IllegalStateException(
                    "expected frames with a plane of luma, got "
                            + av_get_pix_fmt_name(frame.format()).getString());
        }
        int width = frame.width();
        int height = frame.height();
        byte[] samples = new byte[width * height];
        byte[] row = new byte[width * luma.step()];
        BytePointer rows = frame.data(luma.plane());
        for (int y = 0; y < height; y++) {
            rows.position((long) y * frame.linesize(luma.plane())).get(row);
            for (int x = 0; x < width; x++) {
                samples[y * width + x] = sample(row, x * luma.step() + luma.offset(), luma);
            }
        }
        return Picture.luma(width, height, samples);
    }

    /** Rounded to 8 bits. */
    private static byte sample(byte[] row, int at, AVComponentDescriptor luma) {
        if (luma.depth() <= 8) {
            return row[at];
        }
        int deep = ((row[at] & 255) | (row[at + 1] & 255) << 8) >> luma.shift();
        int surplus = luma.depth() - 8;
        return (byte) Math.min(255, (deep + (1 << (surplus - 1))) >> surplus);
    }

    private void check(int code, String call) {
        if (code < 0) {
            throw new IllegalStateException(VideoCodec.words(call, code));
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }

    @Override
    public void close() {
        av_frame_free(frame);
        av_packet_free(packet);
        avcodec_free_context(decoder);
        avformat_close_input(container);
    }
}
