package io.upriver.egress;

import io.upriver.media.Demuxer;
import io.upriver.media.FileFormat;
import io.upriver.media.MediaException;
import io.upriver.media.Muxer;
import io.upriver.media.Packet;
import io.upriver.media.Track;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a file has beside its main picture, on the way into the output: sound, subtitles, more
 * pictures, attachments, chapters.
 *
 * <p>Packets go as they are. What the output cannot hold is refused before any work if it is sound
 * or words, and left out with a note otherwise. Not thread-safe.
 */
final class OtherTracks implements AutoCloseable {

    private final Demuxer original;
    private final FileFormat format;
    private final List<Track> carried = new ArrayList<>();
    private final Map<Integer, Integer> outputIndex = new HashMap<>();
    private final List<String> notes = new ArrayList<>();
    private @Nullable Packet waiting;

    /**
     * Decides about every track; the demuxer stays its owner's.
     *
     * @throws MediaException if the format cannot hold a track of sound or subtitles
     */
    OtherTracks(Demuxer original, Track video, FileFormat format) {
        this.original = original;
        this.format = format;
        for (Track track : original.tracks()) {
            if (track.index() != video.index()) {
                decide(track);
            }
        }
        if (original.chapters() > 0 && !format.holdsChapters()) {
            notes.add(
                    "%d chapters left out: %s cannot hold them"
                            .formatted(original.chapters(), format.fileName()));
        }
    }

    private void decide(Track track) {
        if (track.isOfChapters()) {
            if (track.kind() == Track.Kind.VIDEO) {
                notes.add("the pictures of the chapters are left out");
            }
            return;
        }
        if (track.isEnhancementOnly()) {
            notes.add(
                    "track %d left out: it enhances the pictures of the input by Dolby Vision"
                            .formatted(track.index()));
            return;
        }
        if (format.holds(track)) {
            carried.add(track);
            return;
        }
        String what =
                "track %d (%s, %s)"
                        .formatted(
                                track.index(),
                                track.kind().name().toLowerCase(Locale.ROOT),
                                track.codecName());
        if (track.kind() == Track.Kind.AUDIO || track.kind() == Track.Kind.SUBTITLE) {
            boolean matroskaHolds = FileFormat.ofName("x.mkv").holds(track);
            throw new MediaException(
                    MediaException.Kind.UNSUPPORTED,
                    "%s cannot hold %s of the input%s"
                            .formatted(
                                    format.fileName(),
                                    what,
                                    matroskaHolds ? "; an output name ending in .mkv can" : ""));
        }
        notes.add(what + " left out: " + format.fileName() + " cannot hold it");
    }

    /** Adds the track to the output, if it is carried. */
    void add(Track track, Muxer muxer) {
        if (carried.stream().anyMatch(t -> t.index() == track.index())) {
            outputIndex.put(track.index(), muxer.addCopy(track));
        }
    }

    /**
     * Writes all packets up to the given time, so that the output is interleaved as it should be.
     */
    void copyUntil(long nanos, Muxer muxer) {
        while (true) {
            if (waiting == null) {
                waiting = next();
            }
            if (waiting == null || waiting.timeBase().toNanos(waiting.dtsTicks()) > nanos) {
                return;
            }
            Packet packet = waiting;
            waiting = null;
            muxer.write(outputIndex.get(packet.trackIndex()), packet);
        }
    }

    private @Nullable Packet next() {
        for (Packet packet = original.read(); packet != null; packet = original.read()) {
            if (outputIndex.containsKey(packet.trackIndex())) {
                return packet;
            }
            packet.close();
        }
        return null;
    }

    /** What is left out of the output, in sentences. */
    List<String> notes() {
        return notes;
    }

    @Override
    public void close() {
        if (waiting != null) {
            waiting.close();
        }
    }
}
