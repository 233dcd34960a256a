package io.upriver.ingest;

import io.upriver.ingest.PushOrder.Place;
import io.upriver.ingest.PushRefusedException.Reason;
import io.upriver.schemas.Container;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
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

    private static final int MOST_FOLDERS = 8;
    private static final int MOST_ANNOUNCED = 10_000;

    private final String id;
    private final StreamOutput output;
    private final Renditions renditions;
    private final PushLimits limits;
    private final Rate rate;
    private final ReentrantLock lock = new ReentrantLock(true);

    private PushOrder order = new PushOrder();
    private @Nullable Held held;
    private final Map<String, byte[]> inits = new Eldest<>(MOST_FOLDERS);
    private Map<String, HlsPlaylist.Entry> announced = Map.of();
    private long owner;
    private final AtomicInteger requests = new AtomicInteger();

    /** When something was taken, or 0 where nothing was. */
    private volatile long touchedNanos;

    /** A segment of which it is not known yet whether it is sent again. */
    @SuppressWarnings("ArrayRecordComponent") // megabytes: handed on, never compared
    private record Held(PushPath path, Container container, byte[] data, String digest) {}

    PushedStream(String id, StreamOutput output, PushLimits limits) {
        this.id = id;
        this.output = output;
        this.renditions = new Renditions(id);
        this.limits = limits;
        this.rate =
                new Rate(limits.maxBytesPerSecond(), limits.maxSegmentBytes(), System::nanoTime);
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
        long waiting = output.waiting();
        if (waiting >= limits.maxBacklog()) {
            throw new PushRefusedException(
                    Reason.BEHIND,
                    "stream %s: expected fewer than %d segments that wait to be upscaled, there are %d"
                            .formatted(id, limits.maxBacklog(), waiting));
        }
    }

    /** The init section for fragments that are pushed into a folder, or null. */
    byte @Nullable [] init(PushPath path) {
        lock.lock();
        try {
            return inits.get(path.folder());
        } finally {
            lock.unlock();
        }
    }

    void init(PushPath path, byte[] init) {
        lock.lock();
        try {
            touch();
            inits.put(path.folder(), init);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes a file that is a segment.
     *
     * @return false if it was taken before
     */
    boolean file(PushPath path, Container container, byte[] data, @Nullable String traceparent) {
        String digest = digest(data);
        lock.lock();
        try {
            renditions.require(path, output.lastMillis());
            owner++;
            settle(order.isNext(path) || held == null ? null : path, traceparent);
            Place place = order.placeOf(path, digest);
            if (place == Place.REPEATED) {
                touch();
                return false;
            }
            if (place == Place.REPEATED_OR_RESTART) {
                held = new Held(path, container, data, digest);
                touch();
                return false;
            }
            send(path, container, data, digest, place, traceparent);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** What follows tells what a held segment was: the first one after a restart, or a repeat. */
    private void settle(@Nullable PushPath following, @Nullable String traceparent) {
        Held first = held;
        held = null;
        if (first != null
                && following != null
                && following.number() == first.path.number() + 1
                && first.path.number() >= 0) {
            send(first.path, first.container, first.data, first.digest, Place.RESTART, traceparent);
        }
    }

    private void send(
            PushPath path,
            Container container,
            byte[] data,
            String digest,
            Place place,
            @Nullable String traceparent) {
        HlsPlaylist.Entry entry = announced.get(path.name());
        boolean isNew = place != Place.NEXT || (entry != null && entry.discontinuity());
        Long millis = place == Place.RESTART || entry == null ? null : entry.durationMillis();
        append(
                path,
                new StreamOutput.Piece(container, data, false, millis, isNew, false, traceparent));
        order.taken(path, digest, place);
    }

    /** Takes what a playlist says of segments that come. */
    void playlist(HlsPlaylist playlist, @Nullable String traceparent) {
        lock.lock();
        try {
            touch();
            Held first = held;
            if (first != null
                    && playlist.last()
                            .filter(e -> e.name().equals(first.path.name()))
                            .isPresent()) {
                held = null;
                send(
                        first.path,
                        first.container,
                        first.data,
                        first.digest,
                        Place.RESTART,
                        traceparent);
            }
            Map<String, HlsPlaylist.Entry> entries = new HashMap<>();
            playlist.entries().stream()
                    .limit(MOST_ANNOUNCED)
                    .forEach(entry -> entries.put(entry.name(), entry));
            announced = entries;
            if (playlist.ended()) {
                end();
            }
        } finally {
            lock.unlock();
        }
    }

    /** A body that is cut takes the stream; one before it has it no longer. */
    long claim(PushPath path) {
        lock.lock();
        try {
            renditions.require(path, output.lastMillis());
            held = null;
            order = new PushOrder();
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

    private void append(PushPath path, StreamOutput.Piece piece) {
        output.append(piece);
        renditions.took(path);
        touch();
    }

    private static String digest(byte[] data) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** What comes from now on is another run. */
    private void end() {
        output.end();
        order = new PushOrder();
        held = null;
        renditions.end();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            owner++;
            end();
            output.close();
        } finally {
            lock.unlock();
        }
    }
}
