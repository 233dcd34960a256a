package io.upriver.ingest;

import io.upriver.media.LiveSegment;
import io.upriver.media.LiveSegmenter;
import io.upriver.media.MediaException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pulls a live input and puts its segments on a stream, over breaks of the input, until that ends.
 *
 * <p>A segment goes out as soon as it is complete. The last one before a break waits until the
 * input is back or given up, since only then it is known whether the stream ends with it.
 *
 * <p>{@link #run} in one thread; {@link #cancel} from any.
 */
public final class LiveIngest {

    /** What is told while it works, on its thread. */
    public interface Listener {

        /** A segment is on the topic. */
        void sent(SentSegment segment);

        /** Something to say, in a sentence. */
        void note(String sentence);
    }

    /** What a connection came to. */
    private record Ending(String reason, boolean inOrder) {}

    private final LiveInput input;
    private final Duration patience;
    private final boolean paced;
    private final SegmentSink sink;
    private final Listener listener;
    private final Pauses pauses = new Pauses();
    private volatile boolean cancelled;
    private volatile LiveSegmenter.@Nullable Connection connection;
    private @Nullable LiveSegment held;
    private boolean heldDiffers;
    private boolean broken; // the next segment does not continue the one before
    private boolean begun;
    private long breaks;
    private long brokenSinceNanos;

    /**
     * @param patience how long a broken input is tried again; zero for not at all
     * @param paced true to send no faster than it plays, which is for files
     */
    public LiveIngest(
            LiveInput input,
            Duration patience,
            boolean paced,
            LiveStreamWriter writer,
            Listener listener) {
        this.input = input;
        this.patience = patience;
        this.paced = paced;
        this.listener = listener;
        this.sink = new SegmentSink(writer, listener::sent);
    }

    /**
     * Works until the input ends, or has been broken for too long, or {@link #cancel}; the last
     * segment is marked as the end of the stream.
     *
     * @return true where the input has ended as it should, or was cancelled
     * @throws MediaException if it cannot be opened the first time
     */
    public boolean run() {
        Ending ending = connect();
        while (!ending.inOrder() && !cancelled && pauseAfter(ending)) {
            ending = connect();
        }
        if (!ending.inOrder() && !cancelled) {
            listener.note(input.label() + " was given up: " + ending.reason());
        }
        sendHeld(true);
        return ending.inOrder() || cancelled;
    }

    /** One connection, from its opening to its end. */
    private Ending connect() {
        LiveSegmenter.Connection opened = input.connections().get();
        connection = opened;
        if (cancelled) {
            return new Ending("it was stopped", true);
        }
        try (LiveSegmenter segmenter = opened.open()) {
            List<String> notes = new ArrayList<>(segmenter.notes());
            notes.forEach(listener::note);
            sink.startClock();
            for (LiveSegment s = segmenter.next(); s != null; s = segmenter.next()) {
                take(s);
                tellNew(segmenter.notes(), notes);
            }
            String damage = segmenter.damage();
            boolean isAnEnd = input.isEnded().getAsBoolean() || patience.isZero();
            return new Ending(
                    damage == null ? "its sender has gone" : damage, damage == null && isAnEnd);
        } catch (MediaException e) {
            if (!begun && !cancelled) {
                throw e;
            }
            return new Ending(e.getMessage(), false);
        }
    }

    private void tellNew(List<String> all, List<String> told) {
        for (String note : all) {
            if (!told.contains(note)) {
                told.add(note);
                listener.note(note);
            }
        }
    }

    private void take(LiveSegment segment) {
        begun = true;
        boolean differs = segment.discontinuity() || broken;
        broken = false;
        sendHeld(false);
        if (segment.last()) {
            held = segment;
            heldDiffers = differs;
            return;
        }
        send(segment, differs, false);
        pauses.reset();
    }

    private void sendHeld(boolean endOfStream) {
        LiveSegment segment = held;
        held = null;
        if (segment != null) {
            send(segment, heldDiffers, endOfStream);
        }
    }

    private void send(LiveSegment segment, boolean differs, boolean endOfStream) {
        if (paced && !cancelled) {
            pauses.sleep(sink.millisUntilDue(segment));
        }
        sink.send(segment, differs, endOfStream);
    }

    /** Waits before the next try; false where there is to be none. */
    private boolean pauseAfter(Ending ending) {
        if (pauses.areFresh()) {
            brokenSinceNanos = System.nanoTime();
        }
        long left = patience.toNanos() - (System.nanoTime() - brokenSinceNanos);
        if (left <= 0) {
            return false;
        }
        broken = true;
        breaks++;
        long millis = Math.min(pauses.next(), left / 1_000_000);
        listener.note(
                "%s has broken off: %s; trying again in %.1f s"
                        .formatted(input.label(), ending.reason(), millis / 1e3));
        pauses.sleep(millis);
        return !cancelled;
    }

    /** How often the input has broken off and was tried again. */
    public long breaks() {
        return breaks;
    }

    /** How long the stream plays, by the segments that were sent, in milliseconds. */
    public long sentMillis() {
        return sink.sentMillis();
    }

    /** Segments that were sent. */
    public long segments() {
        return sink.segments();
    }

    /** Bytes of the segments that were sent. */
    public long bytes() {
        return sink.bytes();
    }

    /** Ends it: what has come is sent, and the stream ends with it. */
    public void cancel() {
        cancelled = true;
        pauses.end();
        LiveSegmenter.Connection current = connection;
        if (current != null) {
            current.cancel();
        }
    }
}
