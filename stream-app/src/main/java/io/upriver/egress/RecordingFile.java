package io.upriver.egress;

import io.upriver.media.FileFormat;
import io.upriver.media.MediaException;
import io.upriver.media.Muxer;
import io.upriver.media.Packet;
import io.upriver.media.Track;
import io.upriver.schemas.PictureSize;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One file of a recording: the tracks that its first segment has, as far as the container holds
 * them. Not thread-safe.
 */
final class RecordingFile implements AutoCloseable {

    private final Path path;
    private final Muxer muxer;
    private final String codec;
    private final PictureSize size;
    private final String layout;
    private final int picture;
    private final List<String> kinds = new ArrayList<>(); // of the tracks beside the picture
    private final List<@Nullable Integer> indexes = new ArrayList<>(); // null: not carried
    private final Map<Integer, Long> endNanos = new HashMap<>(); // of what was written, by track
    private PictureSize announced;
    private long frames;

    /**
     * Opens the file for the stream that the segment is of.
     *
     * @param notes gets what the file cannot hold, in sentences
     * @throws MediaException if the format cannot hold the picture
     */
    RecordingFile(Path path, FileFormat format, RecordedSegment first, List<String> notes) {
        this.path = path;
        Track video = first.video();
        if (!format.holds(video)) {
            throw new MediaException(
                    MediaException.Kind.UNSUPPORTED,
                    "%s cannot hold %s, which the stream has; expected an output name ending in .mkv"
                            .formatted(format.fileName(), video.codecName()));
        }
        this.codec = video.codecName();
        this.size = first.size();
        this.announced = size;
        this.layout = video.layoutName();
        this.muxer = Muxer.file(path, format);
        try {
            this.picture = muxer.addCopy(video);
            for (Track track : first.others()) {
                kinds.add(kind(track));
                boolean held = format.holds(track);
                indexes.add(held ? muxer.addCopy(track) : null);
                if (!held) {
                    notes.add(
                            "%s left out: %s cannot hold it"
                                    .formatted(track.label(), format.fileName()));
                }
            }
            muxer.start();
        } catch (RuntimeException e) {
            muxer.close();
            throw e;
        }
    }

    private static String kind(Track track) {
        return track.kind() + " " + track.codecName();
    }

    /** True where the segment's picture can go on in this file. */
    boolean takes(RecordedSegment segment) {
        Track video = segment.video();
        boolean alike = size.equals(segment.size()) && layout.equals(video.layoutName());
        return codec.equals(video.codecName()) && (alike || muxer.takesChanges());
    }

    /**
     * Writes a segment.
     *
     * @param offsetNanos by how much later it is than its own times say
     * @param jumped true where its clock is not that of the one before: then what would be heard
     *     twice is left out
     */
    void append(RecordedSegment segment, long offsetNanos, boolean jumped) {
        Map<Integer, Integer> routes = routes(segment);
        boolean changed = !announced.equals(segment.size());
        announced = segment.size();
        for (Packet packet : segment.take(offsetNanos)) {
            Integer index = routes.get(packet.trackIndex());
            boolean isPicture = packet.trackIndex() == segment.video().index();
            long start = packet.timeBase().toNanos(packet.ptsTicks());
            if (index == null
                    || !packet.hasPts()
                    || (jumped && !isPicture && start < endNanos.getOrDefault(index, start))) {
                packet.close();
                continue;
            }
            if (isPicture && changed) {
                packet.announce(segment.video());
                changed = false;
            }
            frames += isPicture ? 1 : 0;
            long end = packet.timeBase().toNanos(packet.ptsTicks() + packet.durationTicks());
            endNanos.merge(index, end, Math::max);
            write(index, packet);
        }
        muxer.flush();
    }

    private void write(int index, Packet packet) {
        try {
            muxer.write(index, packet);
        } catch (MediaException e) {
            throw e.behind(path + " cannot take what comes after " + frames + " frames");
        }
    }

    /**
     * Where each track of the segment goes: the n-th one of a kind to the n-th one of that kind.
     */
    private Map<Integer, Integer> routes(RecordedSegment segment) {
        Map<Integer, Integer> routes = new HashMap<>();
        routes.put(segment.video().index(), picture);
        List<String> left = new ArrayList<>(kinds);
        for (Track track : segment.others()) {
            int place = left.indexOf(kind(track));
            if (place >= 0) {
                left.set(place, "");
                routes.put(track.index(), indexes.get(place));
            }
        }
        return routes;
    }

    Path path() {
        return path;
    }

    PictureSize size() {
        return size;
    }

    /** Frames written so far. */
    long frames() {
        return frames;
    }

    /** Ends the file, which is whole then. */
    void finish() {
        try {
            muxer.finish();
        } catch (MediaException e) {
            throw e.behind("the end of " + path + " cannot be written");
        }
    }

    @Override
    public void close() {
        muxer.close();
    }
}
