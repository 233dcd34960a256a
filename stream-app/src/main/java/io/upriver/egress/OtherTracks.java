package io.upriver.egress;

import io.upriver.media.Demuxer;
import io.upriver.media.FileFormat;
import io.upriver.media.MediaException;
import io.upriver.media.Muxer;
import io.upriver.media.Packet;
import io.upriver.media.SubtitleConverter;
import io.upriver.media.Track;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a file has beside its main picture, on the way into the output: sound, subtitles, more
 * pictures, attachments, chapters.
 *
 * <p>Packets go as they are; only text that the output has in another form is converted. What the
 * output cannot hold is refused before any work if it is sound or words, and left out with a note
 * otherwise. Not thread-safe.
 */
final class OtherTracks implements AutoCloseable {

    private final Demuxer original;
    private final FileFormat format;
    private final Set<Integer> carried = new HashSet<>();
    private final Map<Integer, SubtitleConverter> converters = new HashMap<>();
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
        try {
            for (Track track : original.tracks()) {
                if (track.index() != video.index()) {
                    decide(track);
                }
            }
        } catch (RuntimeException e) {
            close();
            throw e;
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
        } else if (track.isUndescribed()) {
            leaveOut(track, "the input does not say how it is coded");
        } else if (track.isWithoutPictures()) {
            leaveOut(track, "it has no pictures");
        } else if (track.isEnhancementOnly()) {
            leaveOut(track, "it enhances the pictures of the input by Dolby Vision");
        } else if (format.holds(track)) {
            carried.add(track.index());
        } else if (format.holdsConverted(track)) {
            SubtitleConverter converter = new SubtitleConverter(track, format);
            converters.put(track.index(), converter);
            notes.add(track.label() + " converted to " + converter.codecName());
        } else if (track.kind() == Track.Kind.AUDIO || track.kind() == Track.Kind.SUBTITLE) {
            refuse(track);
        } else if (!format.makesTimecode(track)) {
            leaveOut(track, format.fileName() + " cannot hold it");
        }
    }

    private void leaveOut(Track track, String reason) {
        notes.add(track.label() + " left out: " + reason);
    }

    private void refuse(Track track) {
        FileFormat matroska = FileFormat.ofName("x.mkv");
        boolean better = matroska.holds(track) || matroska.holdsConverted(track);
        throw new MediaException(
                MediaException.Kind.UNSUPPORTED,
                "%s cannot hold %s of the input%s"
                        .formatted(
                                format.fileName(),
                                track.label(),
                                better ? "; an output name ending in .mkv can" : ""));
    }

    /** Adds the track to the output, if it is carried. */
    void add(Track track, Muxer muxer) {
        SubtitleConverter converter = converters.get(track.index());
        if (converter != null) {
            outputIndex.put(track.index(), muxer.addConverted(converter));
        } else if (carried.contains(track.index())) {
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
            SubtitleConverter converter = converters.get(packet.trackIndex());
            if (converter != null) {
                Packet converted = converter.convert(packet);
                if (converted != null) {
                    return converted;
                }
            } else if (outputIndex.containsKey(packet.trackIndex())) {
                return packet;
            } else {
                packet.close();
            }
        }
        return null;
    }

    /** What is left out of the output or changed so far, in sentences. */
    List<String> notes() {
        List<String> all = new ArrayList<>(notes);
        for (SubtitleConverter converter : converters.values()) {
            if (converter.lost() > 0) {
                all.add(
                        "%s: %d subtitles could not be converted and are missing"
                                .formatted(converter.track().label(), converter.lost()));
            }
        }
        return all;
    }

    @Override
    public void close() {
        if (waiting != null) {
            waiting.close();
        }
        converters.values().forEach(SubtitleConverter::close);
    }
}
