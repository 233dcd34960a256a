package io.upriver.ingest;

import io.upriver.media.SegmentSurvey;
import io.upriver.media.SegmentWithSound;
import io.upriver.schemas.Container;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The segments of a stream on their way to its output, in order: most go on at once, those of video
 * alone when their sound is there or late. Not thread-safe; somebody calls {@link #advance()} when
 * sound has come, and when it is {@link #dueNanos() due}.
 */
final class SegmentQueue {

    private static final Logger LOG = Logger.getLogger(SegmentQueue.class);

    private final SoundTracks sound;
    private final StreamOutput output;
    private final Semaphore room;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private @Nullable RuntimeException failure;

    private static final class Waiting {
        final StreamOutput.Piece piece;
        final @Nullable SegmentSurvey video;
        final long cameNanos = System.nanoTime();
        boolean hasRoom;
        boolean endsRun;

        Waiting(StreamOutput.Piece piece) {
            this.piece = piece;
            this.video = videoOf(piece);
        }

        private static @Nullable SegmentSurvey videoOf(StreamOutput.Piece piece) {
            boolean isAlone =
                    piece.container() == Container.MP4 && !SegmentWithSound.hasSound(piece.data());
            return isAlone ? SegmentSurvey.of(piece.data()) : null;
        }
    }

    SegmentQueue(SoundTracks sound, StreamOutput output, Semaphore room) {
        this.sound = sound;
        this.output = output;
        this.room = room;
    }

    /** How many wait. */
    int size() {
        return waiting.size();
    }

    /**
     * Takes a segment, which may have to wait.
     *
     * @return whether it has been written
     * @throws RuntimeException if it is written and that fails, as {@link StreamOutput#append} says
     */
    boolean add(StreamOutput.Piece piece) {
        Waiting added = new Waiting(piece);
        waiting.add(added);
        advance(added, false);
        if (waiting.contains(added)) {
            added.hasRoom = room.tryAcquire(piece.data().length);
            advance(added, !added.hasRoom); // without room nothing waits
        }
        return !waiting.contains(added);
    }

    /**
     * Writes those that need not wait any longer. What fails is logged, and told to who asks.
     *
     * @return whether any was written
     */
    boolean advance() {
        return advance(null, false);
    }

    /** What comes from now on is another run. */
    void end() {
        if (waiting.isEmpty()) {
            output.end();
        } else {
            waiting.getLast().endsRun = true;
        }
    }

    /** Writes all of them with the sound that is there. */
    void flush() {
        advance(null, true);
    }

    private boolean advance(@Nullable Waiting own, boolean all) {
        boolean any = false;
        while (!waiting.isEmpty() && (all || dueNanos() - System.nanoTime() <= 0)) {
            Waiting first = waiting.remove();
            try {
                write(first);
                any = true;
            } catch (RuntimeException e) {
                if (first == own) {
                    throw e;
                }
                LOG.warnf("refused: %s", e.getMessage()); // who pushed it has its answer already
                failure = e;
            } finally {
                room.release(first.hasRoom ? first.piece.data().length : 0);
                if (first.endsRun) {
                    output.end();
                }
            }
        }
        return any;
    }

    private void write(Waiting segment) {
        byte[] data = segment.piece.data();
        output.append(
                segment.video == null
                        ? segment.piece
                        : segment.piece.with(sound.join(data, segment.video, segment.cameNanos)));
    }

    /** Until when the first one waits, by {@link System#nanoTime()}; there is one. */
    long dueNanos() {
        Waiting first = waiting.element();
        return sound.dueNanos(first.video, first.cameNanos);
    }

    /** Throws what has gone wrong with one that had waited, where nobody was told. */
    void requireNoFailure() {
        RuntimeException last = failure;
        failure = null;
        if (last != null) {
            throw last;
        }
    }

    /** It is of no interest any more. */
    void forgetFailure() {
        failure = null;
    }
}
