package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_BIN_DATA;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_BMP;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_H264;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MJPEG;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_PNG;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avformat.av_guess_format;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.ffmpeg.avformat.AVOutputFormat;
import org.jspecify.annotations.Nullable;

/** The container of a file that is written, chosen by the ending of its name: what it can hold. */
public final class FileFormat {

    /**
     * FFmpeg's muxers that keep the times of all tracks. Others write a file that begins elsewhere
     * (FLV), or refuse frames out of order (AVI), or are no files at all (HLS).
     */
    private static final Set<String> MUXERS =
            Set.of("mp4", "mov", "ipod", "3gp", "3g2", "f4v", "matroska", "webm", "mpegts", "asf");

    private static final Set<String> MP4_FAMILY = Set.of("mp4", "mov", "ipod", "3gp", "3g2", "f4v");
    private static final Set<String> WITH_CHAPTERS =
            Set.of("mp4", "mov", "ipod", "matroska", "webm");

    private static final Set<String> WITH_COVERS = Set.of("mp4", "ipod");
    private static final Set<Integer> MP4_COVERS =
            Set.of(AV_CODEC_ID_MJPEG, AV_CODEC_ID_PNG, AV_CODEC_ID_BMP);
    private static final Set<String> WITH_TIMECODE = Set.of("mp4", "mov", "matroska");
    private static final int GOPRO_TAG = Ffmpeg.tag("gpmd");
    private static final int TIMECODE_TAG = Ffmpeg.tag("tmcd");

    private static final Set<String> IN_FRAGMENTS = Set.of("mp4", "mov", "ipod");

    /** Those of the rest are MP4's. */
    private static final Map<String, String> MEDIA_TYPES =
            Map.of(
                    "mov", "video/quicktime",
                    "3gp", "video/3gpp",
                    "3g2", "video/3gpp2",
                    "matroska", "video/x-matroska",
                    "webm", "video/webm",
                    "mpegts", "video/mp2t",
                    "asf", "video/x-ms-asf");

    private final String fileName;
    private final AVOutputFormat muxer;
    private final boolean fragmented;

    private FileFormat(String fileName, AVOutputFormat muxer, boolean fragmented) {
        this.fileName = fileName;
        this.muxer = muxer;
        this.fragmented = fragmented;
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
                                        "expected an output name with the ending of a video"
                                                + " container, such as .mp4 or .mkv, got "
                                                + fileName));
    }

    /** True where the name has the ending of a video container. */
    public static boolean isKnown(String fileName) {
        return known(fileName).isPresent();
    }

    private static Optional<FileFormat> known(String fileName) {
        AVOutputFormat muxer = av_guess_format(null, fileName, null);
        return muxer == null || !MUXERS.contains(muxer.name().getString())
                ? Optional.empty()
                : Optional.of(new FileFormat(fileName, muxer, false));
    }

    /**
     * The same as a file in fragments: a header without pictures first, then each group of pictures
     * with an index of its own (ISO/IEC 14496-12, 8.8). It can be read while it grows and cut
     * without a rewrite.
     *
     * @throws MediaException if it is neither MP4 nor QuickTime
     */
    public FileFormat inFragments() {
        if (!canBeInFragments()) {
            throw new MediaException(
                    MediaException.Kind.UNSUPPORTED,
                    "expected an output name ending in .mp4, .m4v or .mov for a file in fragments,"
                            + " got "
                            + fileName);
        }
        return new FileFormat(fileName, muxer, true);
    }

    /** True for MP4 and QuickTime. */
    public boolean canBeInFragments() {
        return IN_FRAGMENTS.contains(name());
    }

    /** True for a file in fragments. */
    public boolean isFragmented() {
        return fragmented;
    }

    /** FFmpeg's name of the container, such as {@code matroska}. */
    public String name() {
        return muxer.name().getString();
    }

    /** What HTTP calls the container, such as {@code video/x-matroska}. */
    public String mediaType() {
        return MEDIA_TYPES.getOrDefault(name(), "video/mp4");
    }

    /** The name of the file, for messages. */
    public String fileName() {
        return fragmented ? fileName + " in fragments" : fileName;
    }

    /**
     * The codec to choose where nobody did, by its common name: H.264, which plays everywhere, or
     * AV1 where that cannot be, as in WebM.
     */
    public String usualCodec() {
        return Ffmpeg.canHold(muxer, AV_CODEC_ID_H264) ? "h264" : "av1";
    }

    /**
     * Checks that a file of this format can hold what the encoder makes.
     *
     * @throws MediaException with advice if it cannot
     */
    public void checkHolds(String encoder) {
        int codecId = VideoEncoder.find(encoder).id();
        if (Ffmpeg.canHold(muxer, codecId)) {
            return;
        }
        boolean usual = encoder.equals(EncoderSettings.usualEncoder(usualCodec()));
        throw new MediaException(
                MediaException.Kind.UNSUPPORTED,
                "%s cannot hold %s, which the encoder %s makes; expected %san output name ending in .mkv"
                        .formatted(
                                fileName(),
                                avcodec_get_name(codecId).getString(),
                                encoder,
                                usual ? "" : "--codec " + usualCodec() + " or "));
    }

    /** True where a file of this format can hold the track as it is. */
    public boolean holds(Track track) {
        if (track.isCoverArt()) {
            // In a file in fragments FFmpeg writes a track without pictures beside the cover.
            return isMatroska()
                    || (WITH_COVERS.contains(name())
                            && MP4_COVERS.contains(track.codecId())
                            && !fragmented);
        }
        return holds(muxer, track);
    }

    /** True where the muxer takes the track as one of those that have times. */
    static boolean holds(AVOutputFormat muxer, Track track) {
        String name = muxer.name().getString();
        if (track.kind() == Track.Kind.ATTACHMENT) {
            // Fonts and pictures beside the tracks: only Matroska has such, and of any kind.
            return name.equals("matroska");
        }
        if (track.codecId() == AV_CODEC_ID_BIN_DATA) {
            // MP4's muxer knows one kind of such and would call all others so too.
            return isMp4Family(name) && track.tag() == GOPRO_TAG;
        }
        return Ffmpeg.canHold(muxer, track.codecId());
    }

    /**
     * True where the output gets the track's time code otherwise: muxers make it of the picture's
     * tag.
     */
    public boolean makesTimecode(Track track) {
        return track.tag() == TIMECODE_TAG && WITH_TIMECODE.contains(name());
    }

    /**
     * The encoder that turns the track's words into the kind of text that this format holds, or
     * null where there is none, as for subtitles that are pictures.
     */
    @Nullable String textEncoderFor(Track track) {
        if (!SubtitleConverter.reads(track)) {
            return null;
        } else if (isMp4Family(name())) {
            return "mov_text";
        } else if (isMatroska()) {
            return "subrip";
        }
        return name().equals("webm") ? "webvtt" : null;
    }

    /** True where the words of a track can be held in another kind of text than they have. */
    public boolean holdsConverted(Track track) {
        return textEncoderFor(track) != null;
    }

    private boolean isMatroska() {
        return name().equals("matroska");
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
