package io.upriver.egress;

import io.upriver.frame.Colour;
import io.upriver.media.DecodingOrder;
import io.upriver.media.Demuxer;
import io.upriver.media.Extras;
import io.upriver.media.FileFormat;
import io.upriver.media.MediaException;
import io.upriver.media.Muxer;
import io.upriver.media.Packet;
import io.upriver.media.Splitter;
import io.upriver.media.TimeBase;
import io.upriver.media.Track;
import io.upriver.schemas.PictureSize;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the upscaled file: the picture from the segments, everything else packet by packet from
 * the original file.
 *
 * <p>Sound and subtitles need no work, so for a file they never travel: they are as exact in the
 * output as a plain copy of the file would have them. Not thread-safe.
 */
public final class FileWriter implements AutoCloseable {

    private final Path film;
    private final Demuxer original;
    private final Track video;
    private final OtherTracks others;
    private final Path target;
    private final FileFormat format;
    private final List<String> notes = new ArrayList<>();
    private @Nullable Muxer muxer;
    private @Nullable DecodingOrder decodingOrder;
    private @Nullable PictureSize announced; // by a header or beside a packet
    private String announcedLayout = "";
    private @Nullable Colour announcedColour;
    private boolean recoloured;
    private int videoIndex;
    private long frames;

    /**
     * @param original the file that was split
     * @param target where the bytes go
     * @param finalName the name whose ending decides about the container
     * @throws MediaException if that container cannot hold the file's sound or subtitles
     */
    public FileWriter(Path original, Path target, String finalName) {
        this(original, target, FileFormat.ofName(finalName));
    }

    /**
     * @param original the file that was split
     * @param target where the bytes go
     * @throws MediaException if the format cannot hold the file's sound or subtitles
     */
    public FileWriter(Path original, Path target, FileFormat format) {
        this.film = original;
        this.target = target;
        this.format = format;
        this.original = Demuxer.open(original);
        try {
            this.video = this.original.mainVideo();
            this.others = new OtherTracks(this.original, video, format);
        } catch (RuntimeException e) {
            this.original.close();
            throw e;
        }
    }

    /** Writes the next segment of the stream, whose frames are all alike. */
    public void append(byte[] segment) {
        append(segment, List.of());
    }

    /**
     * Writes the next segment of the stream.
     *
     * @param sizes how large its frames are, run by run; more than one where they change inside.
     *     Empty where they do not.
     * @throws MediaException if its picture has another size or layout than the one before, or
     *     changes inside, and the container has one for the whole file
     */
    public void append(byte[] segment, List<PictureSize> sizes) {
        try (Demuxer demuxer = Demuxer.open(segment)) {
            Track coded = demuxer.mainVideo();
            PictureSize size = new PictureSize(coded.width(), coded.height());
            String layout = coded.layoutName();
            boolean first = muxer == null;
            if (first) {
                open(coded);
                announced = size;
                announcedLayout = layout;
                announcedColour = coded.colour();
            }
            boolean sameLayout = layout.equals(announcedLayout);
            if (!muxer.takesChanges()) {
                checkAlike(size, sameLayout, sizes);
            }
            List<Packet> packets = videoPackets(demuxer, coded);
            boolean sameColour = announcedColour.readsLike(coded.colour());
            if (!(size.equals(announced) && sameLayout && sameColour) && !packets.isEmpty()) {
                packets.get(0).announce(coded);
                noteColour(coded.colour());
                announced = size;
                announcedLayout = layout;
                announcedColour = coded.colour();
            }
            long[] pts = packets.stream().mapToLong(Packet::ptsTicks).toArray();
            if (first) {
                startAtZero(pts);
            }
            long[] dts = decodingOrder.next(pts);
            for (int i = 0; i < pts.length; i++) {
                Packet packet = packets.get(i);
                packet.retime(pts[i], dts[i], packet.durationTicks());
                write(packet);
                frames++;
            }
        }
    }

    private void write(Packet packet) {
        long nanos = packet.timeBase().toNanos(packet.dtsTicks());
        try {
            others.copyUntil(nanos, muxer);
            muxer.write(videoIndex, packet);
        } catch (MediaException e) {
            // FFmpeg keeps packets back to interleave them: it may have been any track's.
            throw e.behind(
                    "the output cannot take the picture at %.3f s or what comes beside it"
                            .formatted(nanos / 1e9));
        }
    }

    /**
     * Makes all of the output later where its pictures would begin before what it can hold. What is
     * before 0 in an MP4 file is hidden by its edit list, and stays so.
     */
    private void startAtZero(long[] pts) {
        long start = Arrays.stream(pts).min().orElse(0);
        boolean hidden = original.formatName().startsWith("mov");
        if (start >= 0 || hidden || muxer.takesTimesBeforeZero()) {
            return;
        }
        muxer.delay(-start, video.timeBase());
        notes.add(
                "all times are %.3f s later: %s cannot hold pictures before 0"
                        .formatted(-video.timeBase().toNanos(start) / 1e9, format.fileName()));
    }

    private void noteColour(Colour colour) {
        if (muxer.takesChanges() || recoloured || announcedColour.readsLike(colour)) {
            return;
        }
        recoloured = true;
        notes.add(
                "colours change from %s to %s after %d frames; a name ending in .ts can say that, %s says the first throughout"
                        .formatted(
                                announcedColour.words(),
                                colour.words(),
                                frames,
                                format.fileName()));
    }

    private void checkAlike(PictureSize size, boolean sameLayout, List<PictureSize> sizes) {
        List<PictureSize> all = new ArrayList<>(sizes);
        all.add(0, size);
        PictureSize other =
                all.stream().filter(s -> !s.equals(announced)).findFirst().orElse(announced);
        if (sizes.size() > 1 || !other.equals(announced) || !sameLayout) {
            String change =
                    other.equals(announced) ? "another layout of samples" : other.toString();
            throw new MediaException(
                    MediaException.Kind.UNSUPPORTED,
                    "expected %s throughout, the picture changes to %s after %d frames%s; a name ending in .ts can hold that"
                            .formatted(
                                    announced,
                                    change,
                                    frames,
                                    sizes.size() > 1 ? " or some more" : ""));
        }
    }

    private void open(Track coded) {
        if (!format.holds(coded)) {
            throw new MediaException(
                    MediaException.Kind.UNSUPPORTED,
                    "%s cannot hold %s, which the segments have"
                            .formatted(format.fileName(), coded.codecName()));
        }
        muxer = Muxer.file(target, format);
        decodingOrder = new DecodingOrder(coded.reorderingDelay());
        notes.addAll(Extras.lost(film, coded));
        muxer.copyMetadata(original);
        if (format.holdsChapters()) {
            muxer.copyChapters(original);
        }
        for (Track track : original.tracks()) {
            if (track.index() == video.index()) {
                videoIndex = muxer.addCopy(coded, video);
            } else {
                others.add(track, muxer);
            }
        }
        muxer.start();
    }

    private List<Packet> videoPackets(Demuxer demuxer, Track coded) {
        TimeBase clock = video.timeBase();
        long origin = coded.timeBase().ticksOf(Splitter.originTicks(clock), clock);
        List<Packet> packets = new ArrayList<>();
        for (Packet packet = demuxer.read(); packet != null; packet = demuxer.read()) {
            if (packet.trackIndex() == coded.index()) {
                packet.shift(-origin);
                packets.add(packet);
            } else {
                packet.close();
            }
        }
        return packets;
    }

    /** Writes what is left of the other tracks and ends the file. */
    public void finish() {
        if (muxer == null) {
            throw new MediaException(
                    MediaException.Kind.UNREADABLE, "expected at least one segment, got none");
        }
        try {
            others.copyUntil(Long.MAX_VALUE, muxer);
            muxer.finish();
        } catch (MediaException e) {
            throw e.behind("the output's end cannot be written");
        }
    }

    /** Frames written so far. */
    public long frames() {
        return frames;
    }

    /** What was left out of the output, in sentences. */
    public List<String> notes() {
        List<String> all = new ArrayList<>(others.notes());
        all.addAll(notes);
        return all;
    }

    @Override
    public void close() {
        others.close();
        if (muxer != null) {
            muxer.close();
        }
        original.close();
    }
}
