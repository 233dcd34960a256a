package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avformat.av_guess_format;

import java.util.List;
import org.bytedeco.ffmpeg.avformat.AVOutputFormat;
import org.jspecify.annotations.Nullable;

/** The containers that a segment may have. Times are absolute in all of them. */
public enum SegmentFormat {
    /** MPEG transport stream: a 90 kHz clock. */
    MPEG_TS("mpegts"),
    /** Fragmented MP4, the init section in front: any clock, so times of an MP4 file stay exact. */
    MP4("mp4"),
    /** Matroska: a clock of milliseconds. */
    MATROSKA("matroska");

    private final String muxer;

    SegmentFormat(String muxer) {
        this.muxer = muxer;
    }

    /**
     * The format in which the track can travel without losing a tick, by the container it comes
     * from, and without another picture coming out: for some codecs FFmpeg writes headers that it
     * reads as something else. So the first packet is sent and decoded for a trial.
     *
     * <p>MP4 for transport streams too: its clock is as fine, and does not start again after 26.5
     * hours as theirs does.
     *
     * @param first a packet of the track, which stays the caller's
     * @throws MediaException if there is no such format
     */
    static SegmentFormat forTrack(Demuxer source, Track track, Packet first) {
        FirstPicture picture = FirstPicture.of(track, first);
        boolean matroska = source.formatName().contains("matroska");
        for (SegmentFormat format : matroska ? List.of(MATROSKA, MP4) : List.of(MP4, MATROSKA)) {
            if (format.takes(track.codecId()) && format.keeps(track, first, picture)) {
                return format;
            }
        }
        throw new MediaException(
                MediaException.Kind.UNSUPPORTED,
                "expected pictures that MP4 or Matroska can bring to a worker unchanged, found %s%s"
                        .formatted(
                                track.codecName(),
                                picture == null ? "" : " (" + picture.layout() + ")"));
    }

    private boolean keeps(Track track, Packet packet, @Nullable FirstPicture expected) {
        long start = Splitter.originTicks(track.timeBase());
        try (Muxer muxer = Muxer.segment(this, track)) {
            int index = muxer.addCopy(track);
            muxer.start();
            Packet copy = packet.share();
            copy.retime(start, start, packet.durationTicks());
            muxer.write(index, copy);
            return expected == null || expected.equals(firstOf(muxer.finishBytes()));
        } catch (MediaException e) {
            return false;
        }
    }

    private static @Nullable FirstPicture firstOf(byte[] segment) {
        try (Demuxer demuxer = Demuxer.open(segment);
                Packet packet = demuxer.read()) {
            return packet == null ? null : FirstPicture.of(demuxer.mainVideo(), packet);
        }
    }

    /** True where a segment can hold what an encoder of this name makes. */
    public boolean takesFrom(String encoder) {
        return takes(VideoEncoder.find(encoder).id());
    }

    /** This format, or the next best where it cannot hold what the encoder makes. */
    public SegmentFormat holding(VideoEncoder encoder) {
        int codec = encoder.raw().codec_id();
        return takes(codec) ? this : MP4.takes(codec) ? MP4 : MATROSKA;
    }

    /**
     * True where a segment can hold the track beside its picture. Pictures that belong to a file as
     * a whole, such as its cover, are none of a segment's.
     */
    public boolean holds(Track track) {
        return !track.isCoverArt()
                && !track.isOfChapters()
                && !track.isEnhancementOnly()
                && FileFormat.holds(av_guess_format(muxer, null, null), track);
    }

    boolean takes(int codecId) {
        return takes(muxer, codecId) || (this == MP4 && takes("mov", codecId));
    }

    /**
     * FFmpeg's muxer for the codec: QuickTime's dialect of MP4 holds codecs that MP4 proper has no
     * name for.
     */
    AVOutputFormat muxerFor(int videoCodecId) {
        boolean dialect = this == MP4 && !takes(muxer, videoCodecId);
        return av_guess_format(dialect ? "mov" : muxer, null, null);
    }

    private static boolean takes(String muxer, int codecId) {
        return Ffmpeg.canHold(av_guess_format(muxer, null, null), codecId);
    }

    /** True where parameter sets belong into the header and not into the packets. */
    public boolean hasGlobalHeader() {
        return this != MPEG_TS;
    }
}
