package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_DATA_FRAME_CROPPING;
import static org.bytedeco.ffmpeg.global.avutil.AV_FRAME_CROP_UNALIGNED;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_apply_cropping;

import io.upriver.frame.PixelLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.jspecify.annotations.Nullable;

/**
 * What of the decoded pictures is to be shown, where the container says it: Matroska's {@code
 * PixelCrop} (RFC 9559, 5.1.4.1.28) and MP4's clean aperture (ISO/IEC 14496-12, 12.1.4). What the
 * coded pictures say themselves, the decoder has done already.
 *
 * <p>As in the {@code ffmpeg} program the place of the first sample and the size are rounded down
 * to whole samples of chroma.
 *
 * @param top rows that are not shown at the top, and so on
 */
record Cropping(int top, int bottom, int left, int right) {

    private static final int BYTES = 16;

    /** What a track's header says, or null where it says nothing. */
    static @Nullable Cropping of(Track track) {
        byte[] data = track.sideData(AV_PKT_DATA_FRAME_CROPPING);
        if (data == null || data.length < BYTES) {
            return null;
        }
        ByteBuffer numbers = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
        return new Cropping(numbers.getInt(), numbers.getInt(), numbers.getInt(), numbers.getInt());
    }

    /** Columns that are shown of so many. */
    int width(int decoded, PixelLayout layout) {
        return down(decoded - left - right, layout.log2ChromaWidth());
    }

    /** Rows that are shown of so many. */
    int height(int decoded, PixelLayout layout) {
        return down(decoded - top - bottom, layout.log2ChromaHeight());
    }

    /**
     * Takes off what is not to be shown.
     *
     * @throws MediaException if nothing would be left
     */
    void apply(AVFrame frame) {
        PixelLayout layout = PixelLayouts.of(frame.format());
        int width = width(frame.width(), layout);
        int height = height(frame.height(), layout);
        if (width < 1 || height < 1) {
            throw new MediaException(
                    MediaException.Kind.UNREADABLE,
                    "expected cropping that leaves something of %dx%d, found %d and %d columns and %d and %d rows taken off"
                            .formatted(frame.width(), frame.height(), left, right, top, bottom));
        }
        int x = down(left, layout.log2ChromaWidth());
        int y = down(top, layout.log2ChromaHeight());
        frame.crop_left(x).crop_right((long) frame.width() - x - width);
        frame.crop_top(y).crop_bottom((long) frame.height() - y - height);
        Ffmpeg.check(
                av_frame_apply_cropping(frame, AV_FRAME_CROP_UNALIGNED), "av_frame_apply_cropping");
    }

    private static int down(int samples, int log2) {
        return samples >> log2 << log2;
    }
}
