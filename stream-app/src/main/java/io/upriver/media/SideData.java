package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_DOVI_METADATA;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_DOVI_RPU_BUFFER;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_SPHERICAL;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_STEREO3D;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_SIDE_DATA_FLAG_REPLACE;
import static org.bytedeco.ffmpeg.global.avutil.AV_SIDE_DATA_PROP_GLOBAL;
import static org.bytedeco.ffmpeg.global.avutil.AV_SIDE_DATA_PROP_SIZE_DEPENDENT;
import static org.bytedeco.ffmpeg.global.avutil.AV_STEREO3D_FRAMESEQUENCE;
import static org.bytedeco.ffmpeg.global.avutil.AV_STEREO3D_UNSPEC;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_side_data;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_remove_side_data;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_side_data_clone;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_side_data_desc;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVFrameSideData;
import org.bytedeco.ffmpeg.avutil.AVSideDataDescriptor;
import org.bytedeco.ffmpeg.avutil.AVStereo3D;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * What decoders attach to pictures beside their samples: which of it is true for a larger picture
 * too, and which of it describes the whole track.
 */
final class SideData {

    private SideData() {}

    /**
     * Takes off what would be wrong on a larger picture: places in samples, Dolby Vision's data,
     * which reshapes the coded picture it came with, and claims of a second view that is not in the
     * picture.
     */
    static void removeUntrue(AVFrame frame) {
        for (int type : types(frame)) {
            AVSideDataDescriptor kind = av_frame_side_data_desc(type);
            // On a sphere, places are fractions of the picture (but for a cube map's padding).
            boolean places =
                    (kind.props() & AV_SIDE_DATA_PROP_SIZE_DEPENDENT) != 0
                            && type != AV_FRAME_DATA_SPHERICAL;
            boolean dolbyVision =
                    type == AV_FRAME_DATA_DOVI_METADATA || type == AV_FRAME_DATA_DOVI_RPU_BUFFER;
            if (places || dolbyVision || (type == AV_FRAME_DATA_STEREO3D && isElsewhere(frame))) {
                av_frame_remove_side_data(frame, type);
            }
        }
    }

    /**
     * Tells the encoder what holds for the whole track, such as the display on which it was
     * mastered: encoders write that into the coded pictures, muxers into the header.
     */
    static void describe(AVCodecContext encoder, AVFrame first) {
        // The calls below move this pointer as the list grows.
        PointerPointer<AVFrameSideData> list = new PointerPointer<>((Pointer) null);
        int[] count = {0};
        for (int i = 0; i < first.nb_side_data(); i++) {
            AVFrameSideData data = first.side_data(i);
            AVSideDataDescriptor kind = av_frame_side_data_desc(data.type());
            if ((kind.props() & AV_SIDE_DATA_PROP_GLOBAL) != 0) {
                Ffmpeg.check(
                        av_frame_side_data_clone(
                                list, count, data, AV_FRAME_SIDE_DATA_FLAG_REPLACE),
                        "av_frame_side_data_clone");
            }
        }
        if (count[0] > 0) {
            // Freed with the context.
            encoder.decoded_side_data(list).nb_decoded_side_data(count[0]);
        }
    }

    private static boolean isElsewhere(AVFrame frame) {
        AVFrameSideData stereo = av_frame_get_side_data(frame, AV_FRAME_DATA_STEREO3D);
        return stereo != null && !hasBothViews(new AVStereo3D(stereo.data()));
    }

    /** False where the other view is in another frame or layer, which is not decoded. */
    static boolean hasBothViews(AVStereo3D stereo) {
        return stereo.type() != AV_STEREO3D_FRAMESEQUENCE && stereo.type() != AV_STEREO3D_UNSPEC;
    }

    static List<Integer> types(AVFrame frame) {
        List<Integer> types = new ArrayList<>();
        for (int i = 0; i < frame.nb_side_data(); i++) {
            types.add(frame.side_data(i).type());
        }
        return types;
    }
}
