package io.upriver.media;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a live stream at key frames into segments that play each by itself, with their sound and
 * without re-encoding.
 *
 * <h2>What is in a segment</h2>
 *
 * The frames from a key frame to the next cut, and of the sound what is heard in that time. Sound
 * often comes later than the picture it belongs to: it is waited for until the picture is {@value
 * #SOUND_LAG_MILLIS} ms ahead, and what comes still later goes into the next segment, so that
 * nothing is lost.
 *
 * <p>With open groups of pictures (HEVC CRA, MPEG-2) frames behind a key frame are shown before it
 * and refer to both sides. As in a {@link Splitter}, both segments carry them, and {@link
 * LiveSegment#shown} says whose they are.
 *
 * <h2>Time</h2>
 *
 * Times are those of the input and go on from segment to segment. An input whose clock begins below
 * a second is {@value #LATER_SECONDS} s later throughout, since decoding begins before what is
 * shown; a transport stream's has no beginning. A clock that jumps is made to go on ({@link
 * ClockMender}).
 *
 * <h2>Changes</h2>
 *
 * Where size, codec header or clock change, a segment begins at the next key frame, and is marked.
 *
 * <p>Used by one thread, but for {@link #cancel}.
 */
public final class LiveSegmenter implements AutoCloseable {

    private static final long LATER_SECONDS = 10;
    private static final long SOUND_LAG_MILLIS = 700;
    private static final long MILLION = 1_000_000;

    private final Demuxer demuxer;
    private final Waiting waiting;
    private final LiveLimits limits;
    private final LiveTracks tracks;
    private final Track video;
    private final TimeBase clock;
    private final LiveCuts cuts;
    private final LiveSegmentWriter writer;
    private final List<Integer> soundTracks;
    private final Set<Integer> soundsBeyond = new HashSet<>(); // tracks that have passed the cut

    private List<Packet> current = new ArrayList<>();
    private List<Packet> next = new ArrayList<>();
    private boolean begun;
    private boolean ended;
    private boolean leadingOver; // all pictures that are shown before the cut have come
    private boolean currentDiffers;
    private boolean nextDiffers;
    private long startTicks;
    private long boundaryTicks;
    private long originSeconds = -1;
    private long bytes;
    private long packetsRead;
    private long framesLost;
    private long pictureNanos = System.nanoTime();
    private @Nullable String damage;

    private LiveSegmenter(Demuxer demuxer, Waiting waiting, LiveLimits limits) {
        this.demuxer = demuxer;
        this.waiting = waiting;
        this.limits = limits;
        this.tracks = new LiveTracks(demuxer);
        this.video = tracks.video();
        this.clock = video.timeBase();
        this.cuts = new LiveCuts(demuxer, video, limits.segmentSeconds());
        this.writer = new LiveSegmentWriter(tracks);
        this.soundTracks =
                tracks.others().stream().filter(LiveTracks::isSound).map(Track::index).toList();
    }

    /** An input being opened: {@link #open} waits for it, {@link #cancel} may come before. */
    public static final class Connection {

        private final LiveLimits limits;
        private final Waiting waiting;
        private final Supplier<Demuxer> opening;
        private final Runnable onCancel;

        private Connection(
                LiveLimits limits, Waiting waiting, Supplier<Demuxer> opening, Runnable onCancel) {
            this.limits = limits;
            this.waiting = waiting;
            this.opening = opening;
            this.onCancel = onCancel;
        }

        /** One to an address, which is not opened yet. */
        public static Connection to(LiveSource source, LiveLimits limits) {
            Waiting waiting = new Waiting(limits.silence());
            Supplier<Demuxer> opening =
                    () -> {
                        if (source.listening()) {
                            waiting.beginWithoutEnd();
                        } else {
                            waiting.begin(limits.opening());
                        }
                        return Demuxer.openLive(source.opening(waiting), limits.largest());
                    };
            return new Connection(limits, waiting, opening, () -> {});
        }

        /**
         * One to what is read as it comes.
         *
         * @param stream as for {@link LiveSegmenter#open}
         * @param end makes the stream end
         */
        public static Connection to(InputStream stream, Runnable end, LiveLimits limits) {
            return new Connection(
                    limits,
                    new Waiting(limits.silence()),
                    () -> Demuxer.open(stream, limits.largest()),
                    end);
        }

        /**
         * Waits until it is known what is sent.
         *
         * @throws MediaException if nobody answers in time, or sends what we cannot take
         */
        public LiveSegmenter open() {
            try {
                return of(opening.get(), waiting, limits);
            } catch (RuntimeException e) {
                waiting.close();
                throw e;
            }
        }

        /** Ends what waits, from any thread. */
        public void cancel() {
            waiting.cancel();
            onCancel.run();
        }
    }

    /**
     * Opens what is read as it comes: MPEG-TS, fragmented MP4, Matroska or FLV. Reading waits for
     * as long as the stream does.
     *
     * @param stream stays the caller's, who closes it later than this
     * @throws MediaException if it is none of these, or has no moving picture
     */
    public static LiveSegmenter open(InputStream stream, LiveLimits limits) {
        return Connection.to(stream, () -> {}, limits).open();
    }

    private static LiveSegmenter of(Demuxer demuxer, Waiting waiting, LiveLimits limits) {
        try {
            return new LiveSegmenter(demuxer, waiting, limits);
        } catch (RuntimeException e) {
            demuxer.close();
            throw e;
        }
    }

    /**
     * The next segment, as soon as it is complete, or null when the input has ended: {@link
     * #damage} says whether well.
     *
     * @throws MediaException if there is no key frame in as many bytes as a segment may have, or
     *     the container cannot hold what comes
     */
    public @Nullable LiveSegment next() {
        while (!ended) {
            Packet packet = silentPicture() ? null : demuxer.read();
            if (packet == null) {
                ended = true;
            } else if (!tracks.carries(packet) || !packet.hasPts()) {
                framesLost += packet.trackIndex() == video.index() ? 1 : 0;
                packet.close();
            } else {
                moveToOrigin(packet);
                LiveSegment done = place(packet);
                if (done != null) {
                    return done;
                }
            }
        }
        if (closing()) {
            return cut(true);
        }
        return begun && !current.isEmpty() ? cut(false) : null;
    }

    /**
     * True where sound comes and no picture: the sender has changed in a way that we do not see.
     */
    private boolean silentPicture() {
        long nanos = System.nanoTime() - pictureNanos;
        if (nanos > limits.silence().toNanos()) {
            damage = "no picture came for %.1f s".formatted(nanos / 1e9);
            return true;
        }
        return false;
    }

    private void moveToOrigin(Packet packet) {
        TimeBase own = packet.timeBase();
        if (originSeconds < 0) {
            boolean low = own.toNanos(packet.dtsTicks()) < 1000 * MILLION;
            originSeconds = low && !video.clockWraps() ? LATER_SECONDS : 0;
        }
        packet.shift(own.ticksOfSeconds(originSeconds));
    }

    private @Nullable LiveSegment place(Packet packet) {
        if (packet.trackIndex() != video.index()) {
            return placeOther(packet);
        }
        packetsRead++;
        pictureNanos = System.nanoTime();
        if (!begun && !packet.isKeyFrame()) {
            // We have come into the middle of a group of pictures.
            framesLost++;
            packet.close();
            return null;
        } else if (!begun) {
            begin(packet);
            return null;
        }
        boolean cutHere =
                packet.isKeyFrame() && cuts.isHere(packet, closing() ? boundaryTicks : startTicks);
        if (closing() && !cutHere) {
            leadingOver |= packet.isKeyFrame() || packet.ptsTicks() > boundaryTicks;
            next.add(packet);
            return isComplete(packet) ? cut(true) : null;
        }
        LiveSegment done = closing() ? cut(true) : null;
        if (cutHere) {
            boundaryTicks = packet.ptsTicks();
            leadingOver = false;
            nextDiffers = cuts.differs();
            soundsBeyond.clear();
            next.add(packet);
        } else {
            add(packet);
        }
        return done;
    }

    /** Drops sound from before the first key frame where the pictures of that time are missing. */
    private void begin(Packet first) {
        begun = true;
        cuts.begin(first);
        startTicks = first.ptsTicks();
        List<Packet> before = current;
        current = new ArrayList<>();
        bytes = 0;
        for (Packet sound : before) {
            if (framesLost > 0 && nanosOf(sound) < clock.toNanos(startTicks)) {
                sound.close();
            } else {
                add(sound);
            }
        }
        add(first);
    }

    private @Nullable LiveSegment placeOther(Packet packet) {
        boolean beyond = closing() && nanosOf(packet) >= clock.toNanos(boundaryTicks);
        if (beyond) {
            soundsBeyond.add(packet.trackIndex());
        }
        if (!closing() || !soundsBeyond.contains(packet.trackIndex())) {
            add(packet);
            return null;
        }
        next.add(packet);
        return isComplete(packet) ? cut(true) : null;
    }

    private boolean isComplete(Packet latest) {
        long heard = soundTracks.stream().filter(soundsBeyond::contains).count();
        long aheadNanos = nanosOf(latest) - clock.toNanos(boundaryTicks);
        return leadingOver
                && (heard == soundTracks.size() || aheadNanos > SOUND_LAG_MILLIS * MILLION);
    }

    private static long nanosOf(Packet packet) {
        return packet.timeBase().toNanos(packet.ptsTicks());
    }

    private void add(Packet packet) {
        current.add(packet);
        bytes += packet.sizeBytes();
        if (bytes > limits.maxBytes()) {
            throw new MediaException(
                    MediaException.Kind.UNSUPPORTED,
                    "expected a key frame at least every %d bytes, found none up to picture %d"
                            .formatted(limits.maxBytes(), packetsRead));
        }
    }

    private boolean closing() {
        return !next.isEmpty();
    }

    /** Makes a segment of the current packets; those beyond the cut become the current ones. */
    private LiveSegment cut(boolean bounded) {
        List<Packet> own = current;
        current = next;
        next = new ArrayList<>();
        bytes = current.stream().mapToLong(Packet::sizeBytes).sum();
        List<Packet> leading = bounded ? leadingOf(current) : List.of();
        LiveSegmentWriter.Piece piece =
                new LiveSegmentWriter.Piece(
                        own,
                        leading,
                        startTicks,
                        bounded ? OptionalLong.of(boundaryTicks) : OptionalLong.empty(),
                        currentDiffers);
        currentDiffers = nextDiffers;
        nextDiffers = false;
        startTicks = boundaryTicks;
        return writer.write(piece);
    }

    /** The key frame and what is shown before it, if anything is, shared with the next segment. */
    private List<Packet> leadingOf(List<Packet> following) {
        List<Packet> pictures =
                following.stream()
                        .filter(p -> p.trackIndex() == video.index())
                        .filter(p -> p.ptsTicks() <= boundaryTicks)
                        .toList();
        return pictures.size() > 1 ? pictures.stream().map(Packet::share).toList() : List.of();
    }

    /** What the input has beside its main picture that does not go on, and why, in sentences. */
    public List<String> notes() {
        return tracks.notes();
    }

    /** Pictures that are in no segment: before the first key frame, or without a time. */
    public long framesLost() {
        return framesLost;
    }

    /** Why the input has ended before its end, or null where it ended well. */
    public @Nullable String damage() {
        return damage == null ? demuxer.damage() : damage;
    }

    /** Ends the input now, from any thread: {@link #next} gives what there is. */
    public void cancel() {
        waiting.cancel();
    }

    @Override
    public void close() {
        current.forEach(Packet::close);
        next.forEach(Packet::close);
        cuts.close();
        demuxer.close();
        waiting.close();
    }
}
