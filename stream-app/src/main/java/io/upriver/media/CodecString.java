package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_AAC;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_AC3;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_AV1;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_EAC3;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_FLAC;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_HEVC;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MP3;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_OPUS;

import java.util.Arrays;
import java.util.Locale;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/**
 * What players call a codec, by which they know whether they can decode it before they have seen a
 * byte: {@code avc1.640028}, {@code mp4a.40.2}.
 *
 * <p>Sources: RFC 6381, 3.3 (H.264, MPEG-4 audio); ISO/IEC 14496-15, annex E (HEVC); AV1 Codec ISO
 * Media File Format Binding, 5 (AV1).
 */
final class CodecString {

    private static final int AVC3 = Ffmpeg.tag("avc3");
    private static final int HEV1 = Ffmpeg.tag("hev1");
    private static final int H264_SPS = 7;
    private static final int HEVC_SPS = 33;
    private static final int HEVC_PROFILE_BYTES = 12;
    private static final int AAC_LC = 2;

    private CodecString() {}

    /** The codec of a track, or null where there is no name for it or the track does not say it. */
    static @Nullable String of(Track track) {
        AVCodecParameters says = track.raw().codecpar();
        byte[] header = headerOf(says);
        int codec = says.codec_id();
        if (codec == AV_CODEC_ID_H264) {
            return h264(header, says.codec_tag() == AVC3 ? "avc3" : "avc1");
        } else if (codec == AV_CODEC_ID_HEVC) {
            return hevc(header, says.codec_tag() == HEV1 ? "hev1" : "hvc1");
        } else if (codec == AV_CODEC_ID_AV1) {
            return av1(header);
        } else if (codec == AV_CODEC_ID_AAC) {
            return "mp4a.40." + (says.profile() < 0 ? AAC_LC : says.profile() + 1);
        } else if (codec == AV_CODEC_ID_MP3) {
            return "mp4a.40.34";
        } else if (codec == AV_CODEC_ID_AC3) {
            return "ac-3";
        } else if (codec == AV_CODEC_ID_EAC3) {
            return "ec-3";
        } else if (codec == AV_CODEC_ID_OPUS) {
            return "opus";
        }
        return codec == AV_CODEC_ID_FLAC ? "fLaC" : null;
    }

    private static byte[] headerOf(AVCodecParameters says) {
        BytePointer data = says.extradata();
        byte[] header = new byte[data == null || data.isNull() ? 0 : says.extradata_size()];
        if (header.length > 0) {
            data.capacity(header.length).get(header);
        }
        return header;
    }

    /** Profile, constraints and level, as they stand in a header of MP4 and in a parameter set. */
    private static @Nullable String h264(byte[] header, String name) {
        boolean isOfMp4 = header.length > 0 && header[0] == 1;
        int at = isOfMp4 ? 1 : behindUnit(header, H264_SPS);
        return at < 0 || at + 3 > header.length
                ? null
                : "%s.%02x%02x%02x".formatted(name, header[at], header[at + 1], header[at + 2]);
    }

    private static @Nullable String hevc(byte[] header, String name) {
        byte[] profile;
        if (header.length > HEVC_PROFILE_BYTES && header[0] == 1) {
            profile = Arrays.copyOfRange(header, 1, 1 + HEVC_PROFILE_BYTES);
        } else {
            int unit = behindUnit(header, HEVC_SPS);
            // behind the rest of the unit's header, the set's number and the layers
            profile = unit < 0 ? new byte[0] : withoutPrevention(header, unit + 2);
        }
        if (profile.length < HEVC_PROFILE_BYTES) {
            return null;
        }
        int space = (profile[0] & 0xC0) >> 6;
        int flags = 0;
        for (int i = 1; i <= 4; i++) {
            flags = flags << 8 | (profile[i] & 0xFF);
        }
        StringBuilder text =
                new StringBuilder(
                        "%s.%s%d.%x.%s%d"
                                .formatted(
                                        name,
                                        space == 0 ? "" : String.valueOf((char) ('A' + space - 1)),
                                        profile[0] & 0x1F,
                                        Integer.reverse(flags),
                                        (profile[0] & 0x20) != 0 ? "H" : "L",
                                        profile[11] & 0xFF));
        int last = 10;
        while (last >= 5 && profile[last] == 0) {
            last--;
        }
        for (int i = 5; i <= last; i++) {
            text.append(".%x".formatted(profile[i] & 0xFF));
        }
        return text.toString();
    }

    private static @Nullable String av1(byte[] header) {
        if (header.length < 4 || (header[0] & 0x7F) != 1) {
            return null;
        }
        boolean isDeep = (header[2] & 0x40) != 0;
        boolean isTwelve = (header[2] & 0x20) != 0;
        return String.format(
                Locale.ROOT,
                "av01.%d.%02d%s.%02d",
                (header[1] & 0xE0) >> 5,
                header[1] & 0x1F,
                (header[2] & 0x80) != 0 ? "H" : "M",
                isDeep ? (isTwelve ? 12 : 10) : 8);
    }

    /** Where the byte stands behind the first one of a unit of this type, or -1 (annex B). */
    private static int behindUnit(byte[] header, int type) {
        for (int i = 0; i + 3 < header.length; i++) {
            boolean starts = header[i] == 0 && header[i + 1] == 0 && header[i + 2] == 1;
            int first = header[i + 3];
            boolean isWanted =
                    type == HEVC_SPS ? (first & 0x7E) >> 1 == type : (first & 0x1F) == type;
            if (starts && isWanted) {
                return i + 4;
            }
        }
        return -1;
    }

    /** The bytes from here on, without those that keep start codes away (H.265, 7.3.1.1). */
    private static byte[] withoutPrevention(byte[] header, int from) {
        byte[] bytes = new byte[HEVC_PROFILE_BYTES];
        int count = 0;
        int zeros = 0;
        for (int i = from; i < header.length && count < bytes.length; i++) {
            if (zeros >= 2 && header[i] == 3) {
                zeros = 0;
            } else {
                zeros = header[i] == 0 ? zeros + 1 : 0;
                bytes[count++] = header[i];
            }
        }
        return Arrays.copyOf(bytes, count);
    }
}
