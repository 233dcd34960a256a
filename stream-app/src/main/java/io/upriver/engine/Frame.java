package io.upriver.engine;

import io.upriver.frame.Plane;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A frame on its way through a {@link FrameBatcher}: the future its owner waits for, done when no
 * lane touches the planes any more. Its value is the time that lanes worked on it, in nanoseconds.
 *
 * <p>Thread-safe, except that all strips are counted in before one of them is counted out.
 */
final class Frame extends CompletableFuture<Long> {

    private final Upscaler upscaler;
    private final Plane low;
    private final Plane high;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private int openStrips;
    private long laneNanos;
    private @Nullable EngineException failure;

    Frame(Upscaler upscaler, Plane low, Plane high) {
        this.upscaler = upscaler;
        this.low = low;
        this.high = high;
    }

    Upscaler upscaler() {
        return upscaler;
    }

    int samples() {
        return low.width() * low.height();
    }

    /**
     * The frame in as many strips of rows as asked for, or fewer when it has not enough rows. All
     * but the last are of equal height. Strips made before are no longer counted.
     */
    synchronized List<Strip> strips(int count) {
        List<Strip> strips = new ArrayList<>(count);
        int rows = roundUpToEight((low.height() + count - 1) / count);
        for (int y = 0; y < low.height(); y += rows) {
            int height = Math.min(rows, low.height() - y);
            strips.add(
                    new Strip(this, new Patch(low, new Region(0, y, low.width(), height), high)));
        }
        openStrips = strips.size();
        return strips;
    }

    /** Tells that a lane begins; false if the frame was cancelled before. */
    boolean start() {
        return state.compareAndSet(State.WAITING, State.STARTED) || state.get() == State.STARTED;
    }

    /** True when there is no use in working on further strips. */
    synchronized boolean isFailed() {
        return failure != null;
    }

    /**
     * Counts out a strip; true if it was the last one, so that the frame is to be finished.
     *
     * @param nanos that a lane worked on it
     */
    synchronized boolean countOut(@Nullable EngineException stripFailure, long nanos) {
        laneNanos += nanos;
        if (failure == null) {
            failure = stripFailure;
        }
        openStrips--;
        return openStrips == 0;
    }

    /** Completes the future. */
    void finish() {
        EngineException outcome;
        long nanos;
        synchronized (this) {
            outcome = failure;
            nanos = laneNanos;
        }
        if (outcome == null) {
            complete(nanos);
        } else {
            completeExceptionally(outcome);
        }
    }

    /**
     * Works until a lane has started; from then on the planes are in use and it changes nothing.
     */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        if (state.compareAndSet(State.WAITING, State.CANCELLED)) {
            return super.cancel(mayInterruptIfRunning);
        }
        return isCancelled();
    }

    /** Futures that depend on this one are ordinary ones. */
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }

    private static int roundUpToEight(int value) {
        return (value + 7) & ~7;
    }

    private enum State {
        WAITING,
        STARTED,
        CANCELLED
    }

    /** A part of a frame that one lane works on. */
    record Strip(Frame frame, Patch patch) {

        boolean fits(Strip other) {
            return frame.upscaler == other.frame.upscaler && patch.isLike(other.patch);
        }
    }
}
