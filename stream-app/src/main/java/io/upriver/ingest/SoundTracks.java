package io.upriver.ingest;

import io.upriver.ingest.PushRefusedException.Reason;
import io.upriver.media.CutException;
import io.upriver.media.SegmentSurvey;
import io.upriver.media.SegmentWithSound;
import io.upriver.media.SoundSamples;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The sound of a stream that comes apart from its pictures, and how long they wait for it. Not
 * thread-safe.
 *
 * <p>A segment waits until each track reaches to its end; where one reaches nearly there, until
 * nothing more has come of it for a moment; never longer than the limit. A track that did not come
 * in time is not waited for until it comes again. As long as none is known, the first segment waits
 * for one, once.
 */
final class SoundTracks implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(SoundTracks.class);
    private static final int MOST = 16;
    private static final long NANOS = 1_000_000;
    private static final long MOMENT_NANOS = 250 * NANOS;
    private static final long ONCE_NANOS = 2000 * NANOS;

    /** Far more than a segment has: nobody pushes pictures to it any more, or they have sound. */
    private static final long MOST_PENDING_NANOS = 120_000 * NANOS;

    /** About what is written before the samples of a fragment. */
    private static final long HEAD_BYTES = 256;

    private final String stream;
    private final PushLimits limits;
    private final Semaphore room;
    private final Map<String, Track> tracks = new TreeMap<>();
    private boolean hasWaited;
    private long takenUntil = Long.MIN_VALUE;

    private static final class Track {
        final PendingSound pending = new PendingSound();
        String rendition = "";
        boolean isAwaited = true;
        long cameNanos;
        long owner;
    }

    /**
     * @param room for bytes of all streams, in bytes
     */
    SoundTracks(String stream, PushLimits limits, Semaphore room) {
        this.stream = stream;
        this.limits = limits;
        this.room = room;
    }

    /**
     * A body takes a track, or one of its files is there; one before it has it no longer.
     *
     * @throws PushRefusedException if there are as many tracks as may be
     */
    long claim(String name) {
        if (!tracks.containsKey(name) && tracks.size() >= MOST) {
            // Encoders that begin anew may give other names.
            tracks.values().removeIf(track -> !track.isAwaited && track.pending.bytes() == 0);
            if (tracks.size() >= MOST) {
                throw new PushRefusedException(
                        Reason.UNSUPPORTED,
                        "stream %s: expected at most %d tracks of sound at the same time, got %s besides"
                                .formatted(stream, MOST, name));
            }
        }
        return ++tracks.computeIfAbsent(name, key -> new Track()).owner;
    }

    /** Whether segments under this name are sound. */
    boolean isOf(PushPath path) {
        return tracks.values().stream().anyMatch(t -> t.rendition.equals(path.rendition()));
    }

    /**
     * Takes sound that has come; the oldest goes where there is no room for it, or too much of it.
     */
    void add(String name, PushPath path, long claim, SoundSamples samples) {
        Track track = claimed(name, claim);
        track.rendition = path.rendition();
        track.cameNanos = System.nanoTime();
        boolean isLate = samples.endNanos() <= takenUntil && !track.pending.isGoneBack(samples);
        track.isAwaited |= !isLate;
        if (samples.count() == 0 || track.pending.has(samples)) {
            return;
        }
        while (track.pending.bytes() + samples.bytes() > limits.maxSegmentBytes()
                || !room.tryAcquire(samples.bytes())) {
            if (!dropFirst(track)) {
                throw new PushRefusedException(
                        Reason.NO_ROOM,
                        "stream %s: expected room for %d bytes of sound, got none"
                                .formatted(stream, samples.bytes()));
            }
        }
        track.pending.add(samples);
        long own = samples.endNanos() - samples.startNanos(); // it stays, however long it is
        while (track.pending.durationNanos() - own > MOST_PENDING_NANOS) {
            dropFirst(track);
        }
    }

    private boolean dropFirst(Track track) {
        int before = track.pending.bytes();
        boolean isDropped = track.pending.dropFirst();
        room.release(before - track.pending.bytes());
        return isDropped;
    }

    /** A body has come to its end: nothing more is waited for. */
    void end(String name, long claim) {
        claimed(name, claim).isAwaited = false;
    }

    private Track claimed(String name, long claim) {
        Track track = tracks.get(name);
        if (track == null || track.owner != claim) {
            throw new PushRefusedException(
                    Reason.TAKEN_OVER,
                    "stream %s: %s goes on no longer, a newer pusher has the track"
                            .formatted(stream, name));
        }
        return track;
    }

    /**
     * Until when a segment waits.
     *
     * @param video what it shows, or null where it waits for nothing
     * @param cameNanos when it came, by {@link System#nanoTime()}, as is the answer
     */
    long dueNanos(@Nullable SegmentSurvey video, long cameNanos) {
        if (video == null) {
            return cameNanos;
        }
        long latest = cameNanos + limits.waitForSoundMillis() * NANOS;
        if (tracks.isEmpty()) {
            long once = Math.max(ONCE_NANOS, video.durationMillis() * NANOS);
            return hasWaited ? cameNanos : Math.min(latest, cameNanos + once);
        }
        long due = cameNanos;
        for (Track track : tracks.values()) {
            long reach = reach(track, video);
            if (!track.isAwaited || reach >= end(video)) {
                continue;
            }
            boolean isNear = reach >= end(video) - slack(video);
            long moment = Math.max(cameNanos, track.cameNanos) + MOMENT_NANOS;
            due = Math.max(due, isNear ? Math.min(latest, moment) : latest);
        }
        return due;
    }

    /**
     * Puts the sound that there is into a segment of video, which waits no longer.
     *
     * @param cameNanos when it came, by {@link System#nanoTime()}
     */
    byte[] join(byte[] segment, SegmentSurvey video, long cameNanos) {
        hasWaited = true;
        List<List<SoundSamples>> sound = new ArrayList<>();
        long bytes = segment.length;
        boolean continues = continues(video);
        for (Map.Entry<String, Track> entry : tracks.entrySet()) {
            Track track = entry.getValue();
            if (track.isAwaited && reach(track, video) < end(video) - slack(video)) {
                track.isAwaited = false;
                LOG.warnf(
                        "stream %s: expected sound of %s for pictures from %d ms on, it did not come within %d ms; they go on without it",
                        stream,
                        entry.getKey(),
                        video.startMillis(),
                        (System.nanoTime() - cameNanos) / NANOS);
            }
            int before = track.pending.bytes();
            var taken = track.pending.take(start(video), end(video), continues, slack(video));
            room.release(before - track.pending.bytes());
            tellLost(entry.getKey(), track);
            if (!taken.isEmpty()) {
                sound.add(taken);
                bytes += taken.stream().mapToLong(samples -> samples.bytes() + HEAD_BYTES).sum();
            }
        }
        takenUntil = end(video);
        if (bytes > limits.maxSegmentBytes()) {
            LOG.warnf(
                    "stream %s: expected at most %d bytes of pictures and sound, got some %d; they go on without it",
                    stream, limits.maxSegmentBytes(), bytes);
            return segment;
        }
        try {
            return SegmentWithSound.of(segment, sound);
        } catch (CutException e) {
            LOG.warnf("stream %s: %s; they go on without sound", stream, e.getMessage());
            return segment;
        }
    }

    private void tellLost(String name, Track track) {
        long millis = track.pending.lostMillis();
        if (millis > 0) {
            LOG.warnf(
                    "stream %s: %d ms of sound of %s are left out, there are no pictures for them any more",
                    stream, millis, name);
        }
    }

    private boolean continues(SegmentSurvey video) {
        return takenUntil != Long.MIN_VALUE
                && Math.abs(start(video) - takenUntil) <= PendingSound.SLACK_NANOS;
    }

    private long reach(Track track, SegmentSurvey video) {
        return track.pending.reach(start(video), end(video), continues(video));
    }

    /** By how much the encoder's own cuts of sound and of pictures may differ. */
    private static long slack(SegmentSurvey video) {
        return Math.min(PendingSound.SLACK_NANOS, video.durationMillis() * NANOS / 4);
    }

    private static long start(SegmentSurvey video) {
        return video.startMillis() * NANOS;
    }

    private static long end(SegmentSurvey video) {
        return (video.startMillis() + video.durationMillis()) * NANOS;
    }

    /** Lets go of what is left, and says so. */
    @Override
    public void close() {
        tracks.forEach(
                (name, track) -> {
                    room.release(track.pending.bytes());
                    while (track.pending.dropFirst()) {}
                    tellLost(name, track);
                });
        tracks.clear();
    }
}
