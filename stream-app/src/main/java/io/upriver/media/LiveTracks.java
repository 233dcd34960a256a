package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avcodec.AVDISCARD_ALL;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_OPUS;
import static org.bytedeco.ffmpeg.global.avformat.av_find_program_from_stream;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bytedeco.ffmpeg.avformat.AVProgram;

/**
 * Which tracks of a live input go into its segments, and in what container.
 *
 * <p>The largest picture, and of its program what the container holds. FFmpeg is told to leave out
 * the others: of an HLS playlist with several renditions it fetches one. Not thread-safe.
 */
final class LiveTracks {

    private final Demuxer demuxer;
    private final Track video;
    private final SegmentFormat format;
    private final List<Track> others = new ArrayList<>();
    private final Set<Integer> decided = new HashSet<>();
    private final List<String> notes = new ArrayList<>();

    /**
     * @throws MediaException if no container of segments holds the picture, or there is none
     */
    LiveTracks(Demuxer demuxer) {
        this.demuxer = demuxer;
        this.video = demuxer.mainVideo();
        Set<Integer> program = programOf(video);
        List<Track> beside =
                demuxer.tracks().stream().filter(t -> t.index() != video.index()).toList();
        List<Track> sounds =
                beside.stream().filter(t -> program.contains(t.index()) && isSound(t)).toList();
        this.format = formatFor(video, sounds);
        decided.add(video.index());
        for (Track track : beside) {
            decided.add(track.index());
            if (!program.contains(track.index())) {
                leaveOut(track, "it belongs to another program");
            } else if (track.kind() == Track.Kind.VIDEO) {
                leaveOut(track, "of pictures only the largest goes on");
            } else if (!format.holds(track)) {
                leaveOut(track, "segments of " + format + " cannot hold it");
            } else {
                others.add(track);
            }
        }
    }

    /**
     * MPEG-TS where it holds all; Opus has a place there that few players know. Then MP4. Where
     * nothing holds all, what holds the picture.
     */
    private static SegmentFormat formatFor(Track video, List<Track> sounds) {
        List<SegmentFormat> holding =
                List.of(SegmentFormat.values()).stream()
                        .filter(format -> format.takes(video.codecId()))
                        .toList();
        return holding.stream()
                .filter(format -> sounds.stream().allMatch(t -> suits(format, t)))
                .findFirst()
                .or(() -> holding.stream().findFirst())
                .orElseThrow(
                        () ->
                                new MediaException(
                                        MediaException.Kind.UNSUPPORTED,
                                        "expected pictures that MPEG-TS, MP4 or Matroska can hold,"
                                                + " found "
                                                + video.codecName()));
    }

    private static boolean suits(SegmentFormat format, Track sound) {
        boolean oddly = format == SegmentFormat.MPEG_TS && sound.codecId() == AV_CODEC_ID_OPUS;
        return format.holds(sound) && !oddly;
    }

    /** The tracks that belong together with one by what the container says: all, if nothing. */
    private Set<Integer> programOf(Track track) {
        Set<Integer> members = new HashSet<>();
        AVProgram program = av_find_program_from_stream(demuxer.raw(), null, track.index());
        if (program == null || program.isNull()) {
            demuxer.tracks().forEach(t -> members.add(t.index()));
            return members;
        }
        for (int i = 0; i < program.nb_stream_indexes(); i++) {
            members.add(program.stream_index().get(i));
        }
        return members;
    }

    private void leaveOut(Track track, String reason) {
        track.raw().discard(AVDISCARD_ALL);
        notes.add(track.label() + " left out: " + reason);
    }

    static boolean isSound(Track track) {
        return track.kind() == Track.Kind.AUDIO;
    }

    /** True for a packet that goes on; those of a track that came late do not, and it is noted. */
    boolean carries(Packet packet) {
        int index = packet.trackIndex();
        if (decided.add(index)) {
            leaveOut(demuxer.tracks().get(index), "it came when the segments had begun");
        }
        return index == video.index() || others.stream().anyMatch(t -> t.index() == index);
    }

    Track video() {
        return video;
    }

    /** All that go on beside the picture. */
    List<Track> others() {
        return others;
    }

    SegmentFormat format() {
        return format;
    }

    /** What is left out and why, in sentences. */
    List<String> notes() {
        return List.copyOf(notes);
    }
}
