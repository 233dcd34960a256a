package io.upriver.job;

import io.upriver.egress.FileWriter;
import io.upriver.media.Demuxer;
import io.upriver.media.FileFormat;
import io.upriver.media.LargestPicture;
import io.upriver.media.MediaException;
import io.upriver.media.Splitter;
import io.upriver.media.Track;
import io.upriver.media.VideoDecoder;
import java.nio.file.Path;

/**
 * What a look at a video file says before any work.
 *
 * @param width of its main picture, in samples
 * @param height of its main picture, in samples
 * @param frames how many it has, as its container says or by its length; 0 where that is not known
 */
public record VideoFile(int width, int height, long frames) {

    /**
     * Opens the file once, and checks that what comes of it can be written, without writing.
     *
     * @param format what the result is to be written in
     * @param largest the largest of its pictures that is decoded
     * @throws MediaException with the reason if it cannot be upscaled into this format
     */
    public static VideoFile look(Path file, FileFormat format, LargestPicture largest) {
        try (Splitter splitter = new Splitter(file, 1, Long.MAX_VALUE, largest)) {
            Track video = splitter.video();
            if (video.width() < 1 || video.height() < 1) {
                throw new MediaException(
                        MediaException.Kind.NO_VIDEO,
                        "expected a video track with a size, found %s without one"
                                .formatted(video.codecName()));
            }
            new VideoDecoder(video, 1).close();
            // Checks that the format can hold the other tracks; writes nothing yet.
            new FileWriter(file, file.resolveSibling("unwritten"), format).close();
            long declared = video.declaredFrames();
            double byLength = splitter.source().durationSeconds() * video.framesPerSecond();
            return new VideoFile(
                    video.width(), video.height(), declared > 0 ? declared : Math.round(byLength));
        }
    }

    /** The size of a file's main picture, such as {@code 1920x1080}. */
    public static String sizeOf(Path file) {
        try (Demuxer demuxer = Demuxer.open(file)) {
            Track video = demuxer.mainVideo();
            return video.width() + "x" + video.height();
        }
    }

    /** What HTTP calls a file of this name. */
    static String mediaTypeOf(String name) {
        return FileFormat.isKnown(name)
                ? FileFormat.ofName(name).mediaType()
                : "application/octet-stream";
    }

    /** The size of its picture, such as {@code 1920x1080}. */
    public String size() {
        return width + "x" + height;
    }
}
