package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_JPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_RANGE_MPEG;
import static org.bytedeco.ffmpeg.global.avutil.AVCOL_SPC_BT709;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_PAL;
import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_FLAG_RGB;
import static org.bytedeco.ffmpeg.global.avutil.av_pix_fmt_desc_get;
import static org.bytedeco.ffmpeg.global.swscale.SWS_ACCURATE_RND;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BICUBIC;
import static org.bytedeco.ffmpeg.global.swscale.SWS_FULL_CHR_H_INT;
import static org.bytedeco.ffmpeg.global.swscale.sws_alloc_context;
import static org.bytedeco.ffmpeg.global.swscale.sws_free_context;
import static org.bytedeco.ffmpeg.global.swscale.sws_scale_frame;

import io.upriver.frame.PixelLayout;
import org.bytedeco.ffmpeg.swscale.SwsContext;

/**
 * Scales whole pictures of any layout by bicubic interpolation, and turns layouts that an encoder
 * does not take into the nearest that it does: the number of bits first, then chroma.
 *
 * <p>This is the way for pictures that are no planes of luma and chroma (RGB, packed, palette, big
 * endian), and, at the same size, for large pictures that the encoder does not take as they are.
 * Not thread-safe.
 */
public final class PictureScaler implements AutoCloseable {

    private final SwsContext context;

    public PictureScaler() {
        context = sws_alloc_context();
        context.flags(SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT);
    }

    /** A new picture of the wanted size in a layout the encoder takes; the caller closes both. */
    public Picture scale(Picture picture, int width, int height, EncoderSettings encoder) {
        Picture target = picture.like(width, height, formatFor(picture, encoder));
        if (isRgb(picture) && !isRgb(target)) {
            // The matrix "RGB" and full range belong to the samples that came in.
            target.raw().colorspace(AVCOL_SPC_BT709).color_range(AVCOL_RANGE_MPEG);
        }
        int range = target.raw().color_range();
        try {
            if (isGrey(picture) && range == AVCOL_RANGE_MPEG) {
                // swscale holds grey for full range whatever it says: full to full changes nothing
                target.raw().color_range(AVCOL_RANGE_JPEG);
            }
            Ffmpeg.check(sws_scale_frame(context, target.raw(), picture.raw()), "sws_scale_frame");
            target.raw().color_range(range);
            return target;
        } catch (RuntimeException e) {
            target.close();
            throw e;
        }
    }

    /** True where the encoder gets the picture in the layout that it has. */
    public static boolean fits(Picture picture, EncoderSettings encoder) {
        return formatFor(picture, encoder) == PixelLayouts.withoutRange(picture.raw().format());
    }

    /** The layout in which the encoder gets the picture. */
    public static PixelLayout layoutFor(Picture picture, EncoderSettings encoder) {
        return PixelLayouts.of(formatFor(picture, encoder));
    }

    private static boolean isRgb(Picture picture) {
        long kinds = AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL;
        return (av_pix_fmt_desc_get(picture.raw().format()).flags() & kinds) != 0;
    }

    private static boolean isGrey(Picture picture) {
        return av_pix_fmt_desc_get(picture.raw().format()).nb_components() == 1 && !isRgb(picture);
    }

    private static int formatFor(Picture picture, EncoderSettings encoder) {
        int format = PixelLayouts.withoutRange(picture.raw().format());
        return EncoderFormats.formatFor(format, encoder);
    }

    @Override
    public void close() {
        sws_free_context(context);
    }
}
