package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avcodec.FF_COMPLIANCE_EXPERIMENTAL;
import static org.bytedeco.ffmpeg.global.avformat.avformat_query_codec;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.AV_ROUND_DOWN;
import static org.bytedeco.ffmpeg.global.avutil.av_log_set_level;
import static org.bytedeco.ffmpeg.global.avutil.av_rescale_rnd;
import static org.bytedeco.ffmpeg.global.avutil.av_strerror;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.bytedeco.ffmpeg.avformat.AVOutputFormat;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * What every native call of this package needs: error codes turned into sentences, time bases, one
 * log level.
 */
final class Ffmpeg {

    static final long NO_TIMESTAMP = avutil.AV_NOPTS_VALUE;

    /** What MPEG-TS has stream types or descriptors for: its muxer does not tell when asked. */
    private static final Set<Integer> MPEG_TS_CODECS =
            Set.of(
                    avcodec.AV_CODEC_ID_MPEG1VIDEO,
                    avcodec.AV_CODEC_ID_MPEG2VIDEO,
                    avcodec.AV_CODEC_ID_MPEG4,
                    avcodec.AV_CODEC_ID_H264,
                    avcodec.AV_CODEC_ID_HEVC,
                    avcodec.AV_CODEC_ID_VVC,
                    avcodec.AV_CODEC_ID_VC1,
                    avcodec.AV_CODEC_ID_MP2,
                    avcodec.AV_CODEC_ID_MP3,
                    avcodec.AV_CODEC_ID_AAC,
                    avcodec.AV_CODEC_ID_AAC_LATM,
                    avcodec.AV_CODEC_ID_AC3,
                    avcodec.AV_CODEC_ID_EAC3,
                    avcodec.AV_CODEC_ID_DTS,
                    avcodec.AV_CODEC_ID_TRUEHD,
                    avcodec.AV_CODEC_ID_OPUS,
                    avcodec.AV_CODEC_ID_S302M,
                    avcodec.AV_CODEC_ID_DVB_SUBTITLE,
                    avcodec.AV_CODEC_ID_DVB_TELETEXT,
                    avcodec.AV_CODEC_ID_HDMV_PGS_SUBTITLE,
                    avcodec.AV_CODEC_ID_SMPTE_KLV,
                    avcodec.AV_CODEC_ID_TIMED_ID3);

    static {
        av_log_set_level(Integer.getInteger("upriver.ffmpeg.loglevel", avutil.AV_LOG_QUIET));
    }

    private Ffmpeg() {}

    /** Sets the log level for whoever lets FFmpeg work before it calls anything else here. */
    static void quiet() {
        // Loading this class does it.
    }

    /** Passes a return code through, or throws with the call's name and FFmpeg's words. */
    static int check(int code, String call) {
        if (code < 0) {
            throw failure(MediaException.Kind.UNREADABLE, code, "FFmpeg failed in " + call);
        }
        return code;
    }

    /**
     * @param what a sentence with what could not be done, behind which FFmpeg's reason comes
     */
    static MediaException failure(MediaException.Kind kind, int code, String what) {
        return new MediaException(kind, what + ": " + reason(code));
    }

    /** FFmpeg's own words for an error code, and the code. */
    static String reason(int code) {
        return words(code) + " (" + code + ")";
    }

    /** FFmpeg's own words for an error code. */
    static String words(int code) {
        byte[] text = new byte[256];
        av_strerror(code, text, text.length);
        int length = 0;
        while (length < text.length && text[length] != 0) {
            length++;
        }
        return new String(text, 0, length, StandardCharsets.UTF_8);
    }

    static boolean isEnd(int code) {
        return code == AVERROR_EOF;
    }

    static boolean isAgain(int code) {
        return code == avutil.AVERROR_EAGAIN();
    }

    static AVRational rational(TimeBase timeBase) {
        return new AVRational().num(timeBase.numerator()).den(timeBase.denominator());
    }

    /** Four letters as the number by which containers name codecs. */
    static int tag(String letters) {
        byte[] ascii = letters.getBytes(StandardCharsets.US_ASCII);
        return ascii[0] | ascii[1] << 8 | ascii[2] << 16 | ascii[3] << 24;
    }

    /** True where files of the format can hold the codec. */
    static boolean canHold(AVOutputFormat format, int codecId) {
        if (format.name().getString().equals("mpegts")) {
            return MPEG_TS_CODECS.contains(codecId);
        }
        return avformat_query_codec(format, codecId, FF_COMPLIANCE_EXPERIMENTAL) == 1;
    }

    /** {@code value * multiplier / divisor}, rounded down, without overflow in between. */
    static long rescaleDown(long value, long multiplier, long divisor) {
        return av_rescale_rnd(value, multiplier, divisor, AV_ROUND_DOWN);
    }
}
