package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_NV12;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_NV16;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_NV20LE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_NV21;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_NV24;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_NV42;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_P010LE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_P012LE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_P016LE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_P210LE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_P216LE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_P410LE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_P416LE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P10LE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P12LE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P16LE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV422P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV422P10LE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV422P16LE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV444P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV444P10LE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV444P16LE;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_copy_props;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.swscale.SWS_ACCURATE_RND;
import static org.bytedeco.ffmpeg.global.swscale.SWS_POINT;
import static org.bytedeco.ffmpeg.global.swscale.sws_alloc_context;
import static org.bytedeco.ffmpeg.global.swscale.sws_free_context;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale_frame;

import java.util.Map;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.jspecify.annotations.Nullable;

/**
 * Puts the chroma of pictures from devices, where both kinds lie in one plane in turn (NV12, P010),
 * into planes of their own, sample by sample: no value changes. Not thread-safe.
 */
final class PlanarForm implements AutoCloseable {

    private static final Map<Integer, Integer> PLANAR =
            Map.ofEntries(
                    Map.entry(AV_PIX_FMT_NV12, AV_PIX_FMT_YUV420P),
                    Map.entry(AV_PIX_FMT_NV21, AV_PIX_FMT_YUV420P),
                    Map.entry(AV_PIX_FMT_NV16, AV_PIX_FMT_YUV422P),
                    Map.entry(AV_PIX_FMT_NV24, AV_PIX_FMT_YUV444P),
                    Map.entry(AV_PIX_FMT_NV42, AV_PIX_FMT_YUV444P),
                    Map.entry(AV_PIX_FMT_NV20LE, AV_PIX_FMT_YUV422P10LE),
                    Map.entry(AV_PIX_FMT_P010LE, AV_PIX_FMT_YUV420P10LE),
                    Map.entry(AV_PIX_FMT_P012LE, AV_PIX_FMT_YUV420P12LE),
                    Map.entry(AV_PIX_FMT_P016LE, AV_PIX_FMT_YUV420P16LE),
                    Map.entry(AV_PIX_FMT_P210LE, AV_PIX_FMT_YUV422P10LE),
                    Map.entry(AV_PIX_FMT_P216LE, AV_PIX_FMT_YUV422P16LE),
                    Map.entry(AV_PIX_FMT_P410LE, AV_PIX_FMT_YUV444P10LE),
                    Map.entry(AV_PIX_FMT_P416LE, AV_PIX_FMT_YUV444P16LE));

    private @Nullable SwsContext context;

    /** The frame itself, or a new one in its place, with the old one freed. */
    AVFrame of(AVFrame frame) {
        Integer planar = PLANAR.get(frame.format());
        if (planar == null) {
            return frame;
        }
        if (context == null) {
            context = sws_alloc_context();
            context.flags(SWS_POINT | SWS_ACCURATE_RND);
        }
        AVFrame target = av_frame_alloc();
        try {
            Ffmpeg.check(av_frame_copy_props(target, frame), "av_frame_copy_props");
            target.format(planar).width(frame.width()).height(frame.height());
            Ffmpeg.check(sws_scale_frame(context, target, frame), "sws_scale_frame");
            return target;
        } catch (RuntimeException e) {
            av_frame_free(target);
            throw e;
        } finally {
            av_frame_free(frame);
        }
    }

    @Override
    public void close() {
        if (context != null) {
            sws_free_context(context);
        }
    }
}
