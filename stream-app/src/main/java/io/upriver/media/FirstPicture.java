package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avutil.AV_PICTURE_TYPE_B;
import static org.bytedeco.ffmpeg.global.avutil.AV_PICTURE_TYPE_P;
import static org.bytedeco.ffmpeg.global.avutil.av_image_copy_to_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_image_get_buffer_size;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/**
 * What comes out of a decoder that gets one packet and nothing before it.
 *
 * @param layout FFmpeg's name of the pixel format
 * @param checksum of all samples
 * @param isWhole true where nothing of it is concealed, and it does not refer to others
 */
record FirstPicture(String layout, int width, int height, long checksum, boolean isWhole) {

    /** Decodes the packet, which stays the caller's; null where no picture comes out. */
    static @Nullable FirstPicture of(Track track, Packet packet) {
        List<FirstPicture> pictures = new ArrayList<>();
        try (VideoDecoder decoder = new VideoDecoder(track, 1)) {
            Consumer<Picture> looking =
                    picture -> {
                        try (picture) {
                            pictures.add(seen(picture));
                        }
                    };
            decoder.decode(packet, looking);
            decoder.decode(null, looking);
        }
        return pictures.isEmpty() ? null : pictures.get(0);
    }

    private static FirstPicture seen(Picture picture) {
        int type = picture.raw().pict_type();
        boolean refers = type == AV_PICTURE_TYPE_P || type == AV_PICTURE_TYPE_B;
        return new FirstPicture(
                picture.layout().name(),
                picture.width(),
                picture.height(),
                checksum(picture.raw()),
                !refers && !picture.isConcealed());
    }

    private static long checksum(AVFrame frame) {
        int format = frame.format();
        int size = av_image_get_buffer_size(format, frame.width(), frame.height(), 1);
        try (BytePointer samples = new BytePointer(Math.max(0, size))) {
            Ffmpeg.check(
                    av_image_copy_to_buffer(
                            samples,
                            size,
                            frame.data(),
                            frame.linesize(),
                            format,
                            frame.width(),
                            frame.height(),
                            1),
                    "av_image_copy_to_buffer");
            CRC32 sum = new CRC32();
            sum.update(samples.asByteBuffer());
            return sum.getValue();
        }
    }
}
