package io.upriver.ingest;

import io.upriver.ingest.PushRefusedException.Reason;
import io.upriver.media.SoundSamples;
import io.upriver.schemas.Container;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One stream that is pushed: what of it comes next, and whether that goes on from what came before.
 * Thread-safe; segments go to the topic one after the other.
 *
 * <p><b>What is a discontinuity</b>: what the playlist calls so before the segment comes; times
 * that do not go on, or pictures of another codec or size; numbers of names that begin anew or
 * leave something out. The rest, such as another instance of this service, {@link LiveStreamWriter}
 * sees.
 */
final class PushedStream implements AutoCloseable {

    private final String id;
    private final StreamOutput output;
    private final SoundTracks sound;
    private final SegmentQueue queue;
    private final ScheduledExecutorService timer;
    private final Renditions renditions;
    private final PushLimits limits;
    private final Rate rate;
    private final ReentrantLock lock = new ReentrantLock(true);
    private final PushedFiles files = new PushedFiles(this::append);
    private final InitSections inits = new InitSections();

    private long owner;
    private long wakesNanos;
    private boolean wakes;
    private final AtomicInteger requests = new AtomicInteger();

    /** When something was taken, or 0 where nothing was. */
    private volatile long touchedNanos;

    /**
     * @param room for bytes of all streams that wait
     * @param timer wakes segments that have waited for long enough
     */
    PushedStream(
            String id,
            StreamOutput output,
            PushLimits limits,
            Semaphore room,
            ScheduledExecutorService timer) {
        this.id = id;
        this.output = output;
        this.sound = new SoundTracks(id, limits, room);
        this.queue = new SegmentQueue(sound, output, room);
        this.timer = timer;
        this.renditions = new Renditions(id);
        this.limits = limits;
        this.rate =
                new Rate(limits.maxBytesPerSecond(), limits.maxSegmentBytes(), System::nanoTime);
    }

    String id() {
        return id;
    }

    Rate rate() {
        return rate;
    }

    /** For how long nothing has come. */
    long idleNanos() {
        return requests.get() > 0 ? 0 : System.nanoTime() - touchedNanos;
    }

    /** A request begins; {@link #leave()} ends it. */
    PushedStream enter() {
        requests.incrementAndGet();
        return this;
    }

    /** Whether nobody is there and nothing was taken, so that it is not worth keeping. */
    boolean leave() {
        return requests.decrementAndGet() == 0 && touchedNanos == 0;
    }

    private void touch() {
        touchedNanos = Math.max(1, System.nanoTime());
    }

    /**
     * Refuses what cannot be taken now, before it is read.
     *
     * @throws PushRefusedException if too much has come, or too much waits
     */
    void requireRoom() {
        long wait = rate.waitMillis();
        if (wait > 0) {
            throw new PushRefusedException(
                    Reason.TOO_FAST,
                    "stream %s: expected at most %d bytes a second, the next ones may come in %d ms"
                            .formatted(id, limits.maxBytesPerSecond(), wait));
        }
        lock.lock();
        try {
            requireNoBacklog();
        } finally {
            lock.unlock();
        }
    }

    private void requireNoBacklog() {
        long waiting = output.waiting() + queue.size();
        if (waiting >= limits.maxBacklog()) {
            throw new PushRefusedException(
                    Reason.BEHIND,
                    "stream %s: expected fewer than %d segments that wait to be upscaled, there are %d"
                            .formatted(id, limits.maxBacklog(), waiting));
        }
    }

    /** The init sections that have come. */
    InitSections inits() {
        return inits;
    }

    /** Keeps an init section, as {@link InitSections#put} says. */
    String init(PushPath path, boolean isAlone, byte[] init) {
        touch();
        return inits.put(path, isAlone, init);
    }

    /** A track of sound is there, which a body or a file takes; one before it has it no longer. */
    long claimSound(String track) {
        lock.lock();
        try {
            return sound.claim(track);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes sound that comes apart from its pictures.
     *
     * @return whether there are more segments than before
     */
    boolean sound(String track, long claim, PushPath path, SoundSamples samples) {
        lock.lock();
        try {
            touch();
            sound.add(track, path, claim, samples);
            return advance();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more is to come of a track. */
    boolean endSound(String track, long claim) {
        lock.lock();
        try {
            sound.end(track, claim);
            return advance();
        } finally {
            lock.unlock();
        }
    }

    private boolean advance() {
        boolean any = queue.advance();
        wakeWhenDue();
        return any;
    }

    private void wakeWhenDue() {
        if (queue.size() > 0 && (!wakes || queue.dueNanos() - wakesNanos < 0)) {
            wakes = true;
            wakesNanos = queue.dueNanos();
            long nanos = wakesNanos - System.nanoTime();
            // It says nothing that anybody would have to know.
            var unused = timer.schedule(this::wake, nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void wake() {
        lock.lock();
        try {
            wakes = false;
            advance();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes a file that is a segment.
     *
     * @return false if it was taken before, or waits for its sound
     */
    boolean file(PushPath path, Container container, byte[] data, @Nullable String traceparent) {
        var file = new PushedFiles.Pushed(path, container, data, traceparent);
        lock.lock();
        try {
            renditions.require(path, output.lastMillis());
            owner++;
            boolean isWritten = files.file(file);
            touch();
            return isWritten;
        } finally {
            lock.unlock();
        }
    }

    /** Takes what a playlist says of segments that come. */
    void playlist(PushPath path, HlsPlaylist playlist) {
        lock.lock();
        try {
            touch();
            if (isOfSound(path, playlist)) {
                return;
            }
            files.playlist(path, playlist);
            if (playlist.ended()) {
                end();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether it lists a track of sound; what is to be known of that its fragments say. */
    private boolean isOfSound(PushPath path, HlsPlaylist playlist) {
        return playlist.last()
                .filter(entry -> sound.isOf(PushPath.of(path.folder() + entry.name())))
                .isPresent();
    }

    /** A body that is cut takes the stream; one before it has it no longer. */
    long claim(PushPath path) {
        lock.lock();
        try {
            renditions.require(path, output.lastMillis());
            files.begin();
            queue.forgetFailure();
            return ++owner;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes a segment of a body that is cut.
     *
     * @param claim that of the body
     */
    void part(
            long claim,
            PushPath path,
            Container container,
            byte[] data,
            boolean last,
            @Nullable String traceparent) {
        lock.lock();
        try {
            if (claim != owner) {
                throw new PushRefusedException(
                        Reason.TAKEN_OVER,
                        "stream %s: %s goes on no longer, a newer pusher has the stream"
                                .formatted(id, path.name()));
            }
            renditions.require(path, output.lastMillis());
            requireNoBacklog();
            queue.requireNoFailure();
            append(
                    path,
                    new StreamOutput.Piece(container, data, true, null, false, last, traceparent));
            if (last) {
                end();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean append(PushPath path, StreamOutput.Piece piece) {
        boolean isWritten = queue.add(piece);
        wakeWhenDue();
        renditions.took(path);
        touch();
        return isWritten;
    }

    /** What comes from now on is another run. */
    private void end() {
        queue.end();
        files.end();
        renditions.end();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            owner++;
            queue.flush();
            end();
            sound.close();
            output.close();
        } finally {
            lock.unlock();
        }
    }
}
