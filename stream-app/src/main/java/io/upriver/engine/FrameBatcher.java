package io.upriver.engine;

import io.upriver.frame.Plane;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the frames of all segments in flight on one device, on threads of its own, called lanes.
 *
 * <p>A lane takes the oldest work and as many more pieces for the same upscaler and of the same
 * size as the upscaler takes in one call; if it takes more than there are, the lane waits a moment
 * for them. Frames too large for one piece are cut into strips. On an upscaler without batches, a
 * frame that finds other lanes without work is shared among them: that takes more processor time,
 * because of the halo that every strip reads, but ends earlier.
 *
 * <p>The queue has no limit: whoever hands in frames limits those in flight. Thread-safe.
 */
public final class FrameBatcher implements AutoCloseable {

    /** How long a lane waits for the rest of a batch: little against the time of a full one. */
    private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** Below this, the halos of strips cost more than sharing gains. */
    private static final int MIN_SHARED_SAMPLES = 64 * 1024;

    private static final int DEFAULT_MAX_PATCH_SAMPLES = 1024 * 1024;

    private final int maxPatchSamples;
    private final IntConsumer batches;
    private final List<Thread> lanes;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // all below guarded by the lock
    private final Deque<Frame.Strip> queue = new ArrayDeque<>();
    private final boolean[] isRunning;
    private final long[] runningSince;
    private int idleLanes;
    private boolean isClosing;
    private long emptyUntilNanos;
    private long framesDone;
    private long busyNanos;

    /** A batcher that keeps frames of up to 1024 x 1024 samples whole. */
    public FrameBatcher(int lanes) {
        this(lanes, DEFAULT_MAX_PATCH_SAMPLES);
    }

    /**
     * The same.
     *
     * @param batches is told of how many pieces each batch was that is done, on its lane
     */
    public FrameBatcher(int lanes, IntConsumer batches) {
        this(lanes, DEFAULT_MAX_PATCH_SAMPLES, batches);
    }

    /**
     * @param lanes threads, at least 1
     * @param maxPatchSamples frames with more low-resolution samples are cut into strips, at least
     *     1
     */
    public FrameBatcher(int lanes, int maxPatchSamples) {
        this(lanes, maxPatchSamples, pieces -> {});
    }

    private FrameBatcher(int lanes, int maxPatchSamples, IntConsumer batches) {
        if (lanes < 1 || maxPatchSamples < 1) {
            throw new IllegalArgumentException(
                    "expected at least 1 lane and 1 sample a patch, got %d and %d"
                            .formatted(lanes, maxPatchSamples));
        }
        this.maxPatchSamples = maxPatchSamples;
        this.batches = batches;
        this.isRunning = new boolean[lanes];
        this.runningSince = new long[lanes];
        this.lanes = new ArrayList<>(lanes);
        for (int i = 0; i < lanes; i++) {
            int number = i;
            Thread lane = new Thread(() -> runLane(number), "upriver-lane-" + i);
            lane.setDaemon(true);
            this.lanes.add(lane);
        }
        this.lanes.forEach(Thread::start);
    }

    /**
     * Hands in a frame.
     *
     * <p>Both planes belong to the batcher until the future is done, and the upscaler stays open
     * until then. Cancelling works until a lane has started on the frame and does nothing
     * afterwards. What depends on the future runs on a lane, unless it is made asynchronous: keep
     * it short.
     *
     * @return completes when the last sample is written, with the time that lanes worked on the
     *     frame, in nanoseconds: its part of a batch, the sum of its strips; fails with an {@link
     *     EngineException}
     * @throws IllegalArgumentException if the planes do not fit the upscaler's scale
     * @throws IllegalStateException if the batcher is closed
     */
    public CompletableFuture<Long> submit(Upscaler upscaler, Plane low, Plane high) {
        Patch.whole(low, high).requireScale(upscaler.scale());
        Frame frame = new Frame(upscaler, low, high);
        List<Frame.Strip> strips = pieces(frame);
        lock.lock();
        try {
            if (isClosing) {
                throw new IllegalStateException("the batcher is closed");
            }
            if (queue.isEmpty()) {
                emptyUntilNanos = System.nanoTime();
            }
            queue.addAll(strips);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        return frame;
    }

    /**
     * Runs black frames of this size through an upscaler that is not in use yet, on the calling
     * thread, in the pieces in which the lanes will run them. On a GPU that builds what the size
     * needs, in minutes, while the lanes go on with other upscalers.
     *
     * @throws EngineException if the upscaler cannot run frames of this size
     */
    public void warmUp(Upscaler upscaler, int width, int height) {
        Plane low = Plane.allocate(width, height);
        Plane high = Plane.allocate(width * upscaler.scale(), height * upscaler.scale());
        Frame frame = new Frame(upscaler, low, high);
        for (int lane = 0; lane < lanes.size(); lane++) {
            Scratch scratch = upscaler.newScratch();
            for (Frame.Strip strip : pieces(frame)) {
                upscaler.upscale(List.of(strip.patch()), scratch);
            }
        }
    }

    /** What the batcher has done and has to do. */
    public Load load() {
        lock.lock();
        try {
            return new Load(queue.size(), framesDone, busyNanos, unansweredNanos());
        } finally {
            lock.unlock();
        }
    }

    /** How long a lane has been with one batch, or work with no lane, whatever is longer. */
    private long unansweredNanos() {
        long now = System.nanoTime();
        long longest = 0;
        boolean isAnyRunning = false;
        for (int lane = 0; lane < isRunning.length; lane++) {
            if (isRunning[lane]) {
                isAnyRunning = true;
                longest = Math.max(longest, now - runningSince[lane]);
            }
        }
        return isAnyRunning || queue.isEmpty() ? longest : now - emptyUntilNanos;
    }

    /** How many threads run networks. */
    public int lanes() {
        return lanes.size();
    }

    /** Works off what was handed in, refuses more, and returns when the lanes have ended. */
    @Override
    public void close() {
        lock.lock();
        try {
            isClosing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        boolean isInterrupted = false;
        for (Thread lane : lanes) {
            while (lane.isAlive() && lane != Thread.currentThread()) {
                try {
                    lane.join();
                } catch (InterruptedException e) {
                    isInterrupted = true;
                }
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Frame.Strip> pieces(Frame frame) {
        return frame.strips((frame.samples() - 1) / maxPatchSamples + 1);
    }

    private void runLane(int lane) {
        // weak: a lane must not keep a network that was replaced
        Map<Upscaler, Scratch> scratches = new WeakHashMap<>();
        boolean isOpen = true;
        while (isOpen) {
            isOpen = runBatch(lane, scratches);
        }
    }

    /** Waits for work and does it; false when there is none and will be none. */
    private boolean runBatch(int lane, Map<Upscaler, Scratch> scratches) {
        List<Frame.Strip> batch = takeBatch(lane);
        if (batch.isEmpty()) {
            return false;
        }
        long start = System.nanoTime();
        EngineException failure = upscale(batch, scratches);
        long nanos = System.nanoTime() - start;
        List<Frame> done = new ArrayList<>();
        for (Frame.Strip strip : batch) {
            if (strip.frame().countOut(failure, nanos / batch.size())) {
                done.add(strip.frame());
            }
        }
        lock.lock();
        try {
            isRunning[lane] = false;
            emptyUntilNanos = System.nanoTime();
            busyNanos += nanos;
            framesDone += done.size();
        } finally {
            lock.unlock();
        }
        batches.accept(batch.size());
        done.forEach(Frame::finish);
        return true;
    }

    private static @Nullable EngineException upscale(
            List<Frame.Strip> batch, Map<Upscaler, Scratch> scratches) {
        Upscaler upscaler = batch.get(0).frame().upscaler();
        try {
            List<Patch> patches = new ArrayList<>();
            for (Frame.Strip strip : batch) {
                if (!strip.frame().isFailed()) {
                    patches.add(strip.patch());
                }
            }
            if (!patches.isEmpty()) {
                Scratch scratch = scratches.computeIfAbsent(upscaler, Upscaler::newScratch);
                upscaler.upscale(patches, scratch);
            }
            return null;
        } catch (EngineException e) {
            return e;
        } catch (RuntimeException | Error e) {
            // a lane outlives whatever an upscaler throws; the frames' owner hears of it
            return new EngineException(
                    "upscaling %s failed: %s".formatted(batch.get(0).patch(), e), e);
        }
    }

    /** The oldest work, with more of the same kind; empty when the lanes are to end. */
    private List<Frame.Strip> takeBatch(int lane) {
        lock.lock();
        try {
            while (true) {
                Frame.Strip first = queue.poll();
                if (first == null && isClosing) {
                    return List.of();
                }
                if (first == null) {
                    idleLanes++;
                    changed.awaitUninterruptibly();
                    idleLanes--;
                } else if (first.frame().start()) {
                    isRunning[lane] = true;
                    runningSince[lane] = System.nanoTime();
                    int most = first.frame().upscaler().maxBatch();
                    return most == 1 ? List.of(shared(first)) : fill(first, most);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** The work itself, or its first part when the rest was put in the queue for idle lanes. */
    private Frame.Strip shared(Frame.Strip work) {
        boolean isShared =
                idleLanes > 0
                        && queue.isEmpty()
                        && work.patch().isWhole()
                        && work.frame().samples() >= MIN_SHARED_SAMPLES;
        if (!isShared) {
            return work;
        }
        List<Frame.Strip> strips = work.frame().strips(idleLanes + 1);
        queue.addAll(strips.subList(1, strips.size()));
        changed.signalAll();
        return strips.get(0);
    }

    private List<Frame.Strip> fill(Frame.Strip first, int most) {
        List<Frame.Strip> batch = new ArrayList<>(most);
        batch.add(first);
        collect(batch, most);
        long left = LINGER_NANOS;
        while (batch.size() < most && left > 0 && !isClosing) {
            try {
                left = changed.awaitNanos(left);
            } catch (InterruptedException e) {
                left = 0; // lanes end by closing; a stray interrupt only ends the wait
            }
            collect(batch, most);
        }
        return batch;
    }

    private void collect(List<Frame.Strip> batch, int most) {
        Iterator<Frame.Strip> oldestFirst = queue.iterator();
        while (batch.size() < most && oldestFirst.hasNext()) {
            Frame.Strip strip = oldestFirst.next();
            if (strip.fits(batch.get(0))) {
                oldestFirst.remove();
                if (strip.frame().start()) {
                    batch.add(strip);
                }
            }
        }
    }

    /**
     * A moment's figures.
     *
     * @param queueDepth frames and strips that no lane has started on
     * @param framesDone frames finished since the start, well or badly, without the cancelled ones
     * @param busyNanos time all lanes together have spent upscaling since the start
     * @param unansweredNanos how long a lane has been with one batch, or work with no lane at all,
     *     whatever is longer; 0 where there is nothing to do
     */
    public record Load(int queueDepth, long framesDone, long busyNanos, long unansweredNanos) {}
}
