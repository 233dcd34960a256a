package io.upriver.media;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the main video track of a file at key frames into segments that can be decoded each by
 * itself, without re-encoding.
 *
 * <h2>Who delivers which frame</h2>
 *
 * A segment owns the frames that are <em>shown</em> from its key frame until the next segment's.
 * With open groups of pictures (HEVC CRA, H.264 recovery points) some frames that are shown before
 * the next key frame come after it in the file and refer to it. Then the segment carries that key
 * frame and these leading pictures too, and its presentation range says that only its own frames
 * come out. The next segment carries them as well: a decoder that starts there drops or garbles
 * them, and the range keeps them out.
 *
 * <h2>Time</h2>
 *
 * Every segment is {@value #ORIGIN_SECONDS} s later than the file: times stay positive whatever the
 * decoding delay, and also where a transport stream's clock starts again or an edit list hides what
 * comes before its start. It is a whole number of ticks in seconds, 1/n s, and frames at rates such
 * as 30000/1001; in other time bases it is rounded down to one.
 *
 * <h2>Changes in mid-stream</h2>
 *
 * Where the picture's size changes, or the container's clock has jumped, a new segment begins at
 * the next key frame and is marked as a discontinuity. So it is where the container has another
 * header for the codec from there on, such as a second sample description in MP4.
 *
 * <p>Not thread-safe.
 */
public final class Splitter implements AutoCloseable {

    /** How much later the segments are than the file, in seconds. */
    public static final long ORIGIN_SECONDS = 1001;

    /**
     * Frames are told apart by times half a millisecond before them, since Matroska rounds times to
     * milliseconds; by less where they follow each other faster.
     */
    private static final long MARGIN_NANOS = 500_000;

    /**
     * One segment of the file.
     *
     * @param startNanos the segment delivers frames shown from here on ...
     * @param endNanos ... and before here; {@link Long#MAX_VALUE} in the last segment
     * @param frames how many those are, by the packets in the file
     * @param discontinuity true where the picture's size or the container's clock is not that of
     *     the segment before
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    public record Piece(
            byte[] data,
            SegmentFormat format,
            long startNanos,
            long endNanos,
            long durationMillis,
            long frames,
            boolean discontinuity) {}

    private final Demuxer demuxer;
    private final Track video;
    private final @Nullable SegmentFormat format;
    private final long targetTicks;
    private final long maxBytes;
    private final long originTicks;
    private final PictureHeaders headers;

    private @Nullable Packet ahead;
    private List<Packet> current = new ArrayList<>();
    private List<Packet> next = new ArrayList<>();
    private long boundaryTicks;
    private boolean leadingPictures;
    private boolean first = true;
    private boolean ended;
    private long bytes;
    private long packetsRead;
    private @Nullable String size;
    private long clockJumps;
    private long overtaken;
    private boolean currentDiffers;
    private boolean nextDiffers;
    private byte @Nullable [] palette;
    private byte @Nullable [] header; // null for the track's own

    /**
     * Opens the file.
     *
     * @param targetSeconds segments end at the first key frame after so long
     * @param maxBytes what a segment may have at most
     * @throws MediaException if the file has no moving picture that we can read and send on
     */
    public Splitter(Path file, double targetSeconds, long maxBytes) {
        this(file, targetSeconds, maxBytes, LargestPicture.ANY);
    }

    /**
     * Opens a file that is not trusted.
     *
     * @param largest the largest of its pictures that is decoded
     * @throws MediaException as the other constructor, or if a picture is larger; {@link #next} may
     *     find that later too
     */
    public Splitter(Path file, double targetSeconds, long maxBytes, LargestPicture largest) {
        this.demuxer = Demuxer.open(file, largest);
        try {
            this.video = demuxer.mainVideo();
            this.ahead = read();
            this.format = ahead == null ? null : SegmentFormat.forTrack(demuxer, video, ahead);
            this.headers = new PictureHeaders(video);
        } catch (RuntimeException e) {
            if (ahead != null) {
                ahead.close();
            }
            demuxer.close();
            throw e;
        }
        TimeBase timeBase = video.timeBase();
        this.targetTicks = (long) (targetSeconds * timeBase.denominator() / timeBase.numerator());
        this.maxBytes = maxBytes;
        this.originTicks = originTicks(timeBase);
    }

    /** By how many ticks the segments of a track with this clock are later than the file. */
    public static long originTicks(TimeBase clock) {
        return clock.ticksOfSeconds(ORIGIN_SECONDS);
    }

    public Track video() {
        return video;
    }

    public Demuxer source() {
        return demuxer;
    }

    /** The next segment, or null at the end. */
    public @Nullable Piece next() {
        while (!ended) {
            Packet packet = ahead == null ? read() : ahead;
            ahead = null;
            if (packet == null) {
                ended = true;
            } else {
                packetsRead++;
                packet.shift(originTicks);
                Piece piece = place(packet);
                if (piece != null) {
                    return piece;
                }
            }
        }
        Piece last = closing() ? cut(true) : null;
        return last == null && !current.isEmpty() ? cut(false) : last;
    }

    /** The next packet of the video track, or null at the end. */
    private @Nullable Packet read() {
        Packet packet = demuxer.read();
        while (packet != null && packet.trackIndex() != video.index()) {
            packet.close();
            packet = demuxer.read();
        }
        return packet;
    }

    /** Video packets read so far. */
    public long packetsRead() {
        return packetsRead;
    }

    /**
     * Frames that are in no segment: those that the index of an MP4 file promises beyond the
     * packets read (other containers count empty frames too), and those that overlap with a later
     * part of the stream.
     */
    public long framesMissing() {
        boolean indexed = demuxer.formatName().startsWith("mov");
        return overtaken + (indexed ? Math.max(0, video.declaredFrames() - packetsRead) : 0);
    }

    private @Nullable Piece place(Packet packet) {
        if (!packet.hasPts()) {
            packet.close();
            throw new MediaException(
                    MediaException.Kind.UNREADABLE,
                    "expected a time for every packet, packet " + packetsRead + " has none");
        }
        if (closing() && packet.ptsTicks() < boundaryTicks && !packet.isKeyFrame()) {
            leadingPictures = true;
            next.add(packet);
            return null;
        }
        Piece piece = closing() ? cut(true) : null;
        boolean differs = packet.isKeyFrame() && differs(packet);
        byte[] newHeader = packet.header();
        header = newHeader == null ? header : newHeader;
        if (header != null && newHeader == null && packet.isKeyFrame()) {
            packet.header(header); // A segment may begin here.
        }
        // Below 0 where a damaged clock has gone back.
        long time = current.isEmpty() ? 0 : packet.ptsTicks() - current.get(0).ptsTicks();
        byte[] newPalette = packet.palette();
        palette = newPalette == null ? palette : newPalette;
        boolean cutHere =
                packet.isKeyFrame()
                        && !current.isEmpty()
                        && (differs || time < 0 || (time >= targetTicks && isEntry(packet)));
        if (cutHere) {
            if (palette != null && newPalette == null) {
                packet.palette(palette);
            }
            boundaryTicks = packet.ptsTicks();
            leadingPictures = false;
            nextDiffers = differs;
            next.add(packet);
        } else {
            current.add(packet);
            bytes += packet.sizeBytes();
            if (bytes > maxBytes) {
                throw new MediaException(
                        MediaException.Kind.UNSUPPORTED,
                        "expected a key frame at least every %d bytes, found none up to packet %d"
                                .formatted(maxBytes, packetsRead));
            }
        }
        return piece;
    }

    /**
     * True where a decoder that begins with the key frame gives it whole. Some only bear the name:
     * H.264 with intra refresh, where a picture is right only some pictures later (recovery points,
     * H.264, D.2.8); H.263, of which FFmpeg calls every picture so where the container does not say
     * it. And where one is damaged, decoders fill it up with what went before.
     */
    private boolean isEntry(Packet packet) {
        FirstPicture picture = FirstPicture.of(video, packet);
        return picture != null && picture.isWhole();
    }

    /**
     * True where a key frame does not continue what went before: another size, another header, or a
     * clock's jump.
     */
    private boolean differs(Packet packet) {
        String before = size;
        long jumpsBefore = clockJumps;
        String here = headers.read(packet).size();
        size = here == null ? before : here;
        clockJumps = demuxer.clockJumps();
        boolean resized = before != null && !before.equals(size);
        return resized || packet.header() != null || clockJumps != jumpsBefore;
    }

    private boolean closing() {
        return !next.isEmpty();
    }

    /**
     * Makes a piece of the current packets; those after the cut become the current ones. None where
     * it would show nothing: damaged files have key frames whose time goes back.
     */
    private @Nullable Piece cut(boolean bounded) {
        List<Packet> own = current;
        List<Packet> following = next;
        boolean discontinuity = currentDiffers;
        current = following;
        currentDiffers = nextDiffers;
        nextDiffers = false;
        next = new ArrayList<>();
        List<Packet> all = new ArrayList<>(own);
        if (bounded && leadingPictures) {
            following.forEach(p -> all.add(p.share()));
        }
        bytes = following.stream().mapToLong(Packet::sizeBytes).sum();
        try {
            overtaken += bounded ? own.stream().filter(this::isOvertaken).count() : 0;
            if (all.stream().noneMatch(p -> isShownHere(p, firstShown(own), bounded))) {
                all.forEach(Packet::close);
                currentDiffers |= discontinuity;
                return null;
            }
            return mux(all, bounded, discontinuity);
        } finally {
            leadingPictures = false;
        }
    }

    /**
     * True for a frame that would be shown after one of the next segment: where recordings overlap.
     */
    private boolean isOvertaken(Packet packet) {
        return video.shows(packet) && packet.ptsTicks() >= boundaryTicks;
    }

    private boolean isShownHere(Packet packet, long from, boolean bounded) {
        return video.shows(packet)
                && packet.ptsTicks() >= from
                && !(bounded && packet.ptsTicks() >= boundaryTicks);
    }

    /** Frames shown before this belong to the segment before. */
    private long firstShown(List<Packet> packets) {
        return first ? Long.MIN_VALUE : packets.get(0).ptsTicks();
    }

    private Piece mux(List<Packet> packets, boolean bounded, boolean discontinuity) {
        TimeBase clock = video.timeBase();
        long start = Long.MAX_VALUE;
        long end = Long.MIN_VALUE;
        long frames = 0;
        long firstShown = firstShown(packets);
        long margin = marginNanos(packets, bounded);
        for (Packet packet : packets) {
            if (isShownHere(packet, firstShown, bounded)) {
                frames++;
                start = Math.min(start, packet.ptsTicks());
                end = Math.max(end, packet.ptsTicks() + packet.durationTicks());
            }
        }
        first = false;
        long endNanos =
                bounded
                        ? clock.toNanos(boundaryTicks) - margin
                        : endOfLast(packets, Math.max(end, start + 1), margin);
        long startNanos = Math.max(0, clock.toNanos(start) - margin);
        long durationMillis = (clock.toNanos(end) - clock.toNanos(start)) / 1_000_000;
        try (Muxer muxer = Muxer.segment(format, video)) {
            int track = muxer.addCopy(video);
            if (packets.get(0).header() != null) {
                muxer.header(track, packets.get(0).header());
            }
            muxer.start();
            decodeBeforeShown(packets);
            packets.forEach(p -> muxer.write(track, p));
            byte[] written = muxer.finishBytes();
            return new Piece(
                    written, format, startNanos, endNanos, durationMillis, frames, discontinuity);
        } catch (MediaException e) {
            throw e.behind(
                    "the segment from %.3f s on cannot be written"
                            .formatted(clock.toNanos(start - originTicks) / 1e9));
        }
    }

    private long marginNanos(List<Packet> packets, boolean bounded) {
        LongStream times = packets.stream().mapToLong(Packet::ptsTicks);
        LongStream ends = bounded ? LongStream.of(boundaryTicks) : LongStream.empty();
        long[] sorted = LongStream.concat(times, ends).sorted().distinct().toArray();
        long nearest = Long.MAX_VALUE;
        for (int i = 1; i < sorted.length; i++) {
            nearest = Math.min(nearest, sorted[i] - sorted[i - 1]);
        }
        return nearest == Long.MAX_VALUE
                ? MARGIN_NANOS
                : Math.min(MARGIN_NANOS, video.timeBase().toNanos(nearest) / 2);
    }

    /**
     * Where the last segment ends: before the frames that an edit list hides at the end, if any.
     */
    private long endOfLast(List<Packet> packets, long end, long margin) {
        LongSummaryStatistics shown =
                packets.stream()
                        .filter(video::shows)
                        .mapToLong(Packet::ptsTicks)
                        .summaryStatistics();
        OptionalLong hidden =
                packets.stream()
                        .filter(p -> p.isDiscarded() && p.ptsTicks() > shown.getMax())
                        .mapToLong(Packet::ptsTicks)
                        .min();
        return hidden.isPresent()
                ? video.timeBase().toNanos(hidden.getAsLong()) - margin
                : video.timeBase().toNanos(end) + margin;
    }

    /**
     * Files that were cut may say that pictures are decoded after they are shown, which muxers
     * refuse. Decoding times are then made from the times of showing, in their order.
     */
    static void decodeBeforeShown(List<Packet> packets) {
        if (packets.stream().allMatch(p -> p.dtsTicks() <= p.ptsTicks())) {
            return;
        }
        long[] sorted = packets.stream().mapToLong(Packet::ptsTicks).sorted().toArray();
        long ahead = 0;
        for (int i = 0; i < sorted.length; i++) {
            ahead = Math.max(ahead, sorted[i] - packets.get(i).ptsTicks());
        }
        for (int i = 0; i < sorted.length; i++) {
            Packet packet = packets.get(i);
            packet.retime(packet.ptsTicks(), sorted[i] - ahead, packet.durationTicks());
        }
    }

    @Override
    public void close() {
        if (ahead != null) {
            ahead.close();
        }
        current.forEach(Packet::close);
        next.forEach(Packet::close);
        headers.close();
        demuxer.close();
    }
}
