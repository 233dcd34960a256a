package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_HEVC;

import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.javacpp.BytePointer;

/**
 * What an encoder has put aside for the header of a container: the parameter sets of H.264 and
 * HEVC, the header of MPEG-4. A track that changes has them in front of its key frames as well.
 *
 * <p>There are none where the encoder leaves them in its packets, as it is asked to for MPEG-TS and
 * as AV1, VP9 and others always have it. Immutable.
 */
public final class ParameterSets {

    private static final int H264_DELIMITER = 0x09; // H.264, 7.3.1: type 9, never referred to
    private static final int HEVC_DELIMITER = 0x46; // H.265, 7.3.1.2: type 35

    private final int codecId;
    private final byte[] units;

    private ParameterSets(int codecId, byte[] units) {
        this.codecId = codecId;
        this.units = units;
    }

    static ParameterSets of(AVCodecContext encoder) {
        BytePointer header = encoder.extradata();
        byte[] units = new byte[header == null ? 0 : encoder.extradata_size()];
        if (units.length > 0) {
            header.capacity(units.length).get(units);
        }
        boolean coded = startCode(units, 0) > 0;
        return new ParameterSets(encoder.codec_id(), coded ? units : new byte[0]);
    }

    /** Puts them into a packet of the same encoder, behind the delimiter that may begin it. */
    public void putInto(Packet packet) {
        if (units.length > 0) {
            packet.insert(delimiterBytes(packet.coded()), units);
        }
    }

    /** How long the access unit delimiter is with which the packet begins, or 0 without one. */
    private int delimiterBytes(byte[] coded) {
        int header = startCode(coded, 0);
        int delimiter =
                switch (codecId) {
                    case AV_CODEC_ID_H264 -> H264_DELIMITER;
                    case AV_CODEC_ID_HEVC -> HEVC_DELIMITER;
                    default -> -1;
                };
        if (header == 0 || header >= coded.length || coded[header] != delimiter) {
            return 0;
        }
        int next = header;
        while (next < coded.length && startCode(coded, next) == 0) {
            next++;
        }
        return next;
    }

    /** The length of the start code (annex B) at this place, or 0 where there is none. */
    private static int startCode(byte[] coded, int at) {
        int zeros = 0;
        while (at + zeros < coded.length && coded[at + zeros] == 0) {
            zeros++;
        }
        boolean ends = at + zeros < coded.length && coded[at + zeros] == 1;
        return ends && zeros >= 2 ? zeros + 1 : 0;
    }
}
