package io.upriver.data;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_EXPORT_DATA_VIDEO_ENC_PARAMS;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_DATA_VIDEO_ENC_PARAMS;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_side_data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalDouble;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVFrameSideData;

/**
 * How coarsely a frame of H.264 was coded: the quantisation parameter, 0 to 51, in the mean of its
 * macroblocks. FFmpeg's decoders of HEVC, VP9 and AV1 tell nothing that could be compared.
 *
 * <p>JavaCPP has no class for FFmpeg's {@code AVVideoEncParams}: its fields are read where {@code
 * libavutil/video_enc_params.h} has them on 64-bit machines; the blocks are where the structure
 * itself says, so that it may grow.
 */
final class VideoQuantizer {
    private static final int BLOCK_COUNT = 0;
    private static final int BLOCKS_OFFSET = 8;
    private static final int BLOCK_SIZE = 16;
    private static final int TYPE = 24;
    private static final int BASE = 28;
    private static final int DELTA_IN_BLOCK = 16;
    private static final int H264 = 1;

    private VideoQuantizer() {}

    /** Makes a decoder tell; before it is opened. */
    static void export(AVCodecContext decoder) {
        decoder.export_side_data(
                decoder.export_side_data() | AV_CODEC_EXPORT_DATA_VIDEO_ENC_PARAMS);
    }

    /** The mean of a frame; empty where the decoder did not tell. */
    static OptionalDouble of(AVFrame frame) {
        AVFrameSideData side = av_frame_get_side_data(frame, AV_FRAME_DATA_VIDEO_ENC_PARAMS);
        if (side == null || side.isNull() || side.size() <= BASE) {
            return OptionalDouble.empty();
        }
        ByteBuffer told = side.data().capacity(side.size()).asByteBuffer();
        told.order(ByteOrder.nativeOrder());
        int blocks = told.getInt(BLOCK_COUNT);
        if (told.getInt(TYPE) != H264 || blocks <= 0) {
            return OptionalDouble.empty();
        }
        int from = (int) told.getLong(BLOCKS_OFFSET);
        int size = (int) told.getLong(BLOCK_SIZE);
        long sum = 0;
        for (int i = 0; i < blocks; i++) {
            sum += told.getInt(from + i * size + DELTA_IN_BLOCK);
        }
        return OptionalDouble.of(told.getInt(BASE) + (double) sum / blocks);
    }
}
