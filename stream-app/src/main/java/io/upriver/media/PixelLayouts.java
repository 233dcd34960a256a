package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_BE;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_FLOAT;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_HWACCEL;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_PAL;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_PLANAR;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_RGB;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV422P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV440P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV444P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ420P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ422P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ440P;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUVJ444P;
import static org.bytedeco.ffmpeg.global.avutil.av_pix_fmt_count_planes;
import static org.bytedeco.ffmpeg.global.avutil.av_pix_fmt_desc_get;

import io.upriver.frame.PixelLayout;
import io.upriver.frame.Plane;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;

/** FFmpeg's pixel formats as {@link PixelLayout}s. */
final class PixelLayouts {

    private PixelLayouts() {}

    static PixelLayout of(int pixelFormat) {
        AVPixFmtDescriptor format = av_pix_fmt_desc_get(pixelFormat);
        if (format == null || format.isNull()) {
            throw new MediaException(
                    MediaException.Kind.UNSUPPORTED, "unknown pixel format " + pixelFormat);
        }
        long others =
                AV_PIX_FMT_FLAG_RGB
                        | AV_PIX_FMT_FLAG_HWACCEL
                        | AV_PIX_FMT_FLAG_PAL
                        | AV_PIX_FMT_FLAG_FLOAT
                        | AV_PIX_FMT_FLAG_BE;
        int components = format.nb_components();
        int planes = av_pix_fmt_count_planes(pixelFormat);
        boolean planar = components == 1 || (format.flags() & AV_PIX_FMT_FLAG_PLANAR) != 0;
        boolean yuv =
                planar
                        && (format.flags() & others) == 0
                        && planes == components
                        && format.comp(0).depth() >= Plane.LEAST_DEPTH
                        && format.comp(0).depth() <= Plane.MOST_DEPTH
                        && format.comp(0).shift() == 0;
        return new PixelLayout(
                format.name().getString(),
                format.comp(0).depth(),
                planes,
                format.log2_chroma_w(),
                format.log2_chroma_h(),
                yuv);
    }

    /**
     * The same layout without FFmpeg's old "J" mark for full range, which the range field says too.
     */
    static int withoutRange(int pixelFormat) {
        if (pixelFormat == AV_PIX_FMT_YUVJ420P) {
            return AV_PIX_FMT_YUV420P;
        } else if (pixelFormat == AV_PIX_FMT_YUVJ422P) {
            return AV_PIX_FMT_YUV422P;
        } else if (pixelFormat == AV_PIX_FMT_YUVJ444P) {
            return AV_PIX_FMT_YUV444P;
        } else if (pixelFormat == AV_PIX_FMT_YUVJ440P) {
            return AV_PIX_FMT_YUV440P;
        }
        return pixelFormat;
    }

    /** The colour range of a frame, also where only the pixel format says it. */
    static int range(AVFrame frame) {
        return withoutRange(frame.format()) != frame.format()
                ? AVCOL_RANGE_JPEG
                : frame.color_range();
    }
}
