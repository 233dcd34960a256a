package io.upriver.media;

import static org.bytedeco.ffmpeg.avutil.AVFrame.AV_FRAME_FLAG_INTERLACED;
import static org.bytedeco.ffmpeg.avutil.AVFrame.AV_FRAME_FLAG_TOP_FIELD_FIRST;
import static org.bytedeco.ffmpeg.global.avcodec.AV_FIELD_BB;
import static org.bytedeco.ffmpeg.global.avcodec.AV_FIELD_BT;
import static org.bytedeco.ffmpeg.global.avcodec.AV_FIELD_TB;
import static org.bytedeco.ffmpeg.global.avcodec.AV_FIELD_TT;

import java.util.Set;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;

/**
 * Finds out which pictures of a track consist of two fields, and which field is the earlier one.
 *
 * <p>Who is asked depends on the codec:
 *
 * <ul>
 *   <li>Where each coded picture says how it was scanned, that counts and nothing else: material
 *       may change from picture to picture, and the order that FFmpeg tells of such a track is that
 *       of some first picture. A container that calls such pictures interlaced while they do not
 *       (progressive segmented frames) is not believed.
 *   <li>Where FFmpeg's decoder says nothing of fields, the container's order counts.
 *   <li>HEVC and VVC code fields as pictures of their own, of half the height; FFmpeg gives them
 *       out one by one with the flag of an interlaced frame. There is nothing to take apart in
 *       them. PNG has the flag for its order of transmission (Adam7), which is no interlacing of
 *       fields.
 * </ul>
 *
 * <p>Of the orders with two letters, "TB" is top field first: so write Matroska (RFC 9559, element
 * FieldOrder, value 9) and FFmpeg, for fields that lie interleaved. Immutable.
 */
final class FieldOrder {

    private static final Set<Integer> CODECS_THAT_SAY_IT =
            Set.of(
                    avcodec.AV_CODEC_ID_MPEG2VIDEO,
                    avcodec.AV_CODEC_ID_MPEG4,
                    avcodec.AV_CODEC_ID_H264,
                    avcodec.AV_CODEC_ID_VC1,
                    avcodec.AV_CODEC_ID_WMV3,
                    avcodec.AV_CODEC_ID_CAVS,
                    avcodec.AV_CODEC_ID_DIRAC,
                    avcodec.AV_CODEC_ID_DVVIDEO,
                    avcodec.AV_CODEC_ID_PRORES,
                    avcodec.AV_CODEC_ID_DNXHD,
                    avcodec.AV_CODEC_ID_MJPEG,
                    avcodec.AV_CODEC_ID_FFV1);

    private static final Set<Integer> CODECS_OF_LONE_FIELDS =
            Set.of(avcodec.AV_CODEC_ID_HEVC, avcodec.AV_CODEC_ID_VVC);

    private static final Set<Integer> CODECS_WITHOUT_FIELDS =
            Set.of(avcodec.AV_CODEC_ID_PNG, avcodec.AV_CODEC_ID_APNG);

    private static final int FIELD_FLAGS = AV_FRAME_FLAG_INTERLACED | AV_FRAME_FLAG_TOP_FIELD_FIRST;

    private final boolean hasLoneFields;
    private final boolean hasFields;
    private final int flagsWhereNothingIsSaid;

    private FieldOrder(boolean hasLoneFields, boolean hasFields, int flagsWhereNothingIsSaid) {
        this.hasLoneFields = hasLoneFields;
        this.hasFields = hasFields;
        this.flagsWhereNothingIsSaid = flagsWhereNothingIsSaid;
    }

    static FieldOrder of(Track track) {
        int codec = track.codecId();
        boolean loneFields = CODECS_OF_LONE_FIELDS.contains(codec);
        boolean fields = !loneFields && !CODECS_WITHOUT_FIELDS.contains(codec);
        boolean asksContainer = fields && !CODECS_THAT_SAY_IT.contains(codec);
        int order = track.raw().codecpar().field_order();
        return new FieldOrder(loneFields, fields, asksContainer ? flagsOf(order) : 0);
    }

    private static int flagsOf(int containerOrder) {
        if (containerOrder == AV_FIELD_TT || containerOrder == AV_FIELD_TB) {
            return AV_FRAME_FLAG_INTERLACED | AV_FRAME_FLAG_TOP_FIELD_FIRST;
        } else if (containerOrder == AV_FIELD_BB || containerOrder == AV_FIELD_BT) {
            return AV_FRAME_FLAG_INTERLACED;
        }
        return 0;
    }

    /**
     * Makes the frame's flags say whether it consists of two fields.
     *
     * @return true where it is a lone field
     */
    boolean settle(AVFrame frame) {
        boolean flagged = isInterlaced(frame);
        if (!hasFields) {
            clear(frame);
        } else if (!flagged) {
            frame.flags(frame.flags() | flagsWhereNothingIsSaid);
        }
        return flagged && hasLoneFields;
    }

    static boolean isInterlaced(AVFrame frame) {
        return (frame.flags() & AV_FRAME_FLAG_INTERLACED) != 0;
    }

    /** Makes the frame's flags say that it is progressive. */
    static void clear(AVFrame frame) {
        frame.flags(frame.flags() & ~FIELD_FLAGS);
    }
}
