package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avformat.av_guess_format;

import java.util.Optional;
import java.util.Set;
import org.bytedeco.ffmpeg.avformat.AVOutputFormat;

/** The container of a file that is written, chosen by the ending of its name: what it can hold. */
public final class FileFormat {

    private static final Set<String> MP4_FAMILY = Set.of("mp4", "mov", "ipod", "3gp", "3g2", "f4v");
    private static final Set<String> WITH_CHAPTERS =
            Set.of("mp4", "mov", "ipod", "matroska", "webm");

    private final String fileName;
    private final AVOutputFormat muxer;

    private FileFormat(String fileName, AVOutputFormat muxer) {
        this.fileName = fileName;
        this.muxer = muxer;
    }

    /**
     * The format that a file of this name has.
     *
     * @throws MediaException if the ending is that of no video container
     */
    public static FileFormat ofName(String fileName) {
        return known(fileName)
                .orElseThrow(
                        () ->
                                new MediaException(
                                        MediaException.Kind.UNSUPPORTED,
                                        "expected an output name with the ending of a video container, such as .mp4 or .mkv, got "
                                                + fileName));
    }

    /** True where the name has the ending of a video container. */
    public static boolean isKnown(String fileName) {
        return known(fileName).isPresent();
    }

    private static Optional<FileFormat> known(String fileName) {
        AVOutputFormat muxer = av_guess_format(null, fileName, null);
        return muxer == null || muxer.isNull()
                ? Optional.empty()
                : Optional.of(new FileFormat(fileName, muxer));
    }

    /** FFmpeg's name of the container, such as {@code matroska}. */
    public String name() {
        return muxer.name().getString();
    }

    /** The name of the file, for messages. */
    public String fileName() {
        return fileName;
    }

    /** True where a file of this format can hold the track's codec as it is. */
    public boolean holds(Track track) {
        if (track.kind() == Track.Kind.ATTACHMENT) {
            // Fonts and pictures beside the tracks: only Matroska has such, and of any kind.
            return name().equals("matroska");
        }
        return Ffmpeg.canHold(muxer, track.codecId());
    }

    /** True where a file of this format can have chapters with titles. */
    public boolean holdsChapters() {
        return WITH_CHAPTERS.contains(name());
    }

    static boolean isMp4Family(String muxerName) {
        return MP4_FAMILY.contains(muxerName);
    }

    AVOutputFormat raw() {
        return muxer;
    }
}
