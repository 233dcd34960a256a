package io.upriver.media;

import static org.bytedeco.ffmpeg.avutil.AVFrame.AV_FRAME_FLAG_CORRUPT;
import static org.bytedeco.ffmpeg.avutil.AVFrame.AV_FRAME_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avutil.AV_PICTURE_TYPE_NONE;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_copy_props;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_get_buffer;

import io.upriver.frame.Colour;
import io.upriver.frame.PixelLayout;
import io.upriver.frame.Plane;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * One uncompressed picture: its planes, its time, and everything that must survive (colour, sample
 * aspect ratio, side data).
 *
 * <p>Owns native memory: whoever has it closes it, and no {@link Plane} of it may be used
 * afterwards.
 */
public final class Picture implements AutoCloseable {

    private final AVFrame frame;
    private final TimeBase timeBase;
    private final PixelLayout layout;
    private final boolean deinterlaced;

    Picture(AVFrame frame, TimeBase timeBase) {
        this(frame, timeBase, false);
    }

    Picture(AVFrame frame, TimeBase timeBase, boolean deinterlaced) {
        this.frame = frame;
        this.timeBase = timeBase;
        this.deinterlaced = deinterlaced;
        this.layout = PixelLayouts.of(frame.format());
    }

    /**
     * A new picture of another size that takes over this one's layout, time, colour and side data;
     * its samples are not set. Its rows are packed without gaps.
     */
    public Picture resized(int width, int height) {
        return like(width, height, PixelLayouts.withoutRange(frame.format()));
    }

    Picture like(int width, int height, int pixelFormat) {
        AVFrame copy = av_frame_alloc();
        try {
            Ffmpeg.check(av_frame_copy_props(copy, frame), "av_frame_copy_props");
            SideData.removeUntrue(copy);
            copy.format(pixelFormat).width(width).height(height);
            copy.color_range(PixelLayouts.range(frame));
            copy.pts(ptsTicks());
            copy.crop_left(0).crop_right(0).crop_top(0).crop_bottom(0);
            // The encoder decides anew which pictures are key pictures.
            copy.pict_type(AV_PICTURE_TYPE_NONE);
            copy.flags(copy.flags() & ~AV_FRAME_FLAG_KEY);
            // In a picture of another size, rows of two fields would not lie in turn any more.
            FieldOrder.clear(copy);
            Ffmpeg.check(av_frame_get_buffer(copy, 1), "av_frame_get_buffer");
            return new Picture(copy, timeBase);
        } catch (RuntimeException e) {
            av_frame_free(copy);
            throw e;
        }
    }

    public int width() {
        return frame.width();
    }

    public int height() {
        return frame.height();
    }

    public PixelLayout layout() {
        return layout;
    }

    /**
     * What pictures have in common that one encoder takes.
     *
     * @param layout name of it
     */
    public record Like(int width, int height, String layout, Colour colour) {
        /** True whatever the colours say. */
        public boolean isOfSizeAndLayout(Like other) {
            return width == other.width && height == other.height && layout.equals(other.layout);
        }
    }

    /** What it has in common with others. */
    public Like like() {
        int format = PixelLayouts.withoutRange(frame.format());
        return new Like(width(), height(), PixelLayouts.of(format).name(), colour());
    }

    public Colour colour() {
        return new Colour(
                PixelLayouts.range(frame),
                frame.color_primaries(),
                frame.color_trc(),
                frame.colorspace(),
                frame.chroma_location());
    }

    /** True where every second row belongs to another field, taken at another time. */
    public boolean isInterlaced() {
        return FieldOrder.isInterlaced(frame);
    }

    /**
     * True where the decoder found the picture damaged and has made up for what was missing. Not
     * every decoder tells, and pictures that refer to such a one are not marked: see
     * designs/awkward-media.md.
     */
    public boolean isConcealed() {
        return frame.decode_error_flags() != 0 || (frame.flags() & AV_FRAME_FLAG_CORRUPT) != 0;
    }

    /** True where a {@link Deinterlacer} has made the picture of an interlaced one. */
    public boolean isDeinterlaced() {
        return deinterlaced;
    }

    /** When the picture is shown, in ticks of {@link #timeBase()}. */
    public long ptsTicks() {
        long best = frame.best_effort_timestamp();
        return best != Ffmpeg.NO_TIMESTAMP ? best : frame.pts();
    }

    public TimeBase timeBase() {
        return timeBase;
    }

    public long ptsNanos() {
        return timeBase.toNanos(ptsTicks());
    }

    /** The planes as views of native memory, for layouts that are {@code planarYuv}. */
    public List<Plane> planes() {
        List<Plane> planes = new ArrayList<>(layout.planes());
        for (int i = 0; i < layout.planes(); i++) {
            int width = layout.planeWidth(i, frame.width());
            int height = layout.planeHeight(i, frame.height());
            int stride = frame.linesize(i);
            long bytes = (long) stride * (height - 1) + (long) width * layout.bytesPerSample();
            ByteBuffer data = frame.data(i).capacity(bytes).asByteBuffer();
            planes.add(new Plane(data, width, height, stride, layout.bitDepth()));
        }
        return planes;
    }

    AVFrame raw() {
        return frame;
    }

    @Override
    public void close() {
        av_frame_free(frame);
    }
}
