package io.upriver.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.frame.Plane;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class FrameBatcherTest {

    @Test
    void givesEveryFrameTheUpscalersResult() throws Exception {
        // Given
        Random random = new Random(1);
        Upscaler upscaler = new InterpolationUpscaler(2);
        List<Plane> lows = new ArrayList<>();
        List<Plane> highs = new ArrayList<>();
        List<CompletableFuture<Long>> futures = new ArrayList<>();
        try (FrameBatcher batcher = new FrameBatcher(3, 1000)) {
            // When
            for (int i = 0; i < 60; i++) {
                Plane low =
                        TestPlanes.noise(random, 1 + random.nextInt(60), 1 + random.nextInt(60));
                Plane high = Plane.allocate(2 * low.width(), 2 * low.height());
                lows.add(low);
                highs.add(high);
                futures.add(batcher.submit(upscaler, low, high));
            }
            CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new)).get();
        }

        // Then
        for (int i = 0; i < lows.size(); i++) {
            Plane low = lows.get(i);
            Plane expected = Plane.allocate(2 * low.width(), 2 * low.height());
            upscaler.upscale(List.of(Patch.whole(low, expected)), upscaler.newScratch());
            TestPlanes.assertSameSamples(expected, highs.get(i), "frame " + i);
        }
    }

    @Test
    void takesFramesOfOneKindTogetherAndTheOldestFirst() throws Exception {
        // Given
        CountDownLatch gate = new CountDownLatch(1);
        Recorder blocker = new Recorder(1, gate);
        Recorder upscaler = new Recorder(3, new CountDownLatch(0));
        Recorder other = new Recorder(3, new CountDownLatch(0));
        List<CompletableFuture<Long>> futures = new ArrayList<>();
        try (FrameBatcher batcher = new FrameBatcher(1)) {
            futures.add(submit(batcher, blocker, 9, 9));
            blocker.awaitCall();
            futures.add(submit(batcher, upscaler, 8, 8));
            futures.add(submit(batcher, upscaler, 8, 4));
            futures.add(submit(batcher, upscaler, 8, 8));
            futures.add(submit(batcher, other, 8, 8));
            futures.add(submit(batcher, upscaler, 8, 8));
            futures.add(submit(batcher, upscaler, 8, 8));

            // When
            gate.countDown();
        }

        // Then
        assertEquals(
                List.of(
                        "8x8 8x8 8x8", // the first, third and fifth
                        "8x4",
                        "8x8"),
                upscaler.calls);
        assertEquals(List.of("8x8"), other.calls);
        assertTrue(futures.stream().allMatch(CompletableFuture::isDone));
    }

    @Test
    void cutsLargeFramesIntoStrips() throws Exception {
        // Given
        Recorder upscaler = new Recorder(1, new CountDownLatch(0));
        try (FrameBatcher batcher = new FrameBatcher(1, 1000)) {
            // When
            submit(batcher, upscaler, 100, 36).get();
        }

        // Then
        assertEquals(List.of("100x16", "100x16", "100x4"), upscaler.calls);
        assertEquals(List.of(0, 16, 32), upscaler.rows);
    }

    @Test
    void sharesALoneFrameAmongIdleLanes() throws Exception {
        // Given
        CyclicBarrier bothLanes = new CyclicBarrier(2);
        Upscaler upscaler =
                new Fake() {
                    @Override
                    public void upscale(List<Patch> patches, Scratch scratch) {
                        try {
                            bothLanes.await(30, TimeUnit.SECONDS);
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    }
                };
        try (FrameBatcher batcher = new FrameBatcher(2)) {
            awaitIdle(2);

            // When
            CompletableFuture<Long> frame = submit(batcher, upscaler, 640, 360);

            // Then: neither half would end without the other
            assertTrue(frame.get() > 0);
        }
    }

    @Test
    void failsAFrameOnceNoLaneTouchesItAnyMore() throws Exception {
        // Given
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch otherStrip = new CountDownLatch(1);
        EngineException cause = new EngineException("out of luck");
        Upscaler upscaler =
                new Fake() {
                    @Override
                    public void upscale(List<Patch> patches, Scratch scratch) {
                        if (patches.get(0).region().y() == 0) {
                            awaitUnchecked(otherStrip);
                            throw cause;
                        }
                        otherStrip.countDown();
                        awaitUnchecked(gate);
                    }
                };
        try (FrameBatcher batcher = new FrameBatcher(2, 1000)) {
            // When
            CompletableFuture<Long> frame = submit(batcher, upscaler, 100, 20);

            // Then
            assertThrows(TimeoutException.class, () -> frame.get(50, TimeUnit.MILLISECONDS));
            gate.countDown();
            ExecutionException failure = assertThrows(ExecutionException.class, frame::get);
            assertSame(cause, failure.getCause());
            assertEquals(1, batcher.load().framesDone());
        }
    }

    @Test
    void goesOnAfterAnUpscalerThrewSomethingUnexpected() throws Exception {
        // Given
        Upscaler broken =
                new Fake() {
                    @Override
                    public void upscale(List<Patch> patches, Scratch scratch) {
                        throw new StackOverflowError();
                    }
                };
        try (FrameBatcher batcher = new FrameBatcher(1)) {
            // When
            CompletableFuture<Long> failed = submit(batcher, broken, 16, 8);
            CompletableFuture<Long> next = submit(batcher, new InterpolationUpscaler(2), 16, 8);

            // Then
            ExecutionException failure = assertThrows(ExecutionException.class, failed::get);
            assertInstanceOf(EngineException.class, failure.getCause());
            assertEquals(
                    "upscaling 16x8 at 0,0 of 16x8 with 8 bits failed: java.lang.StackOverflowError",
                    failure.getCause().getMessage());
            assertTrue(next.get() > 0);
        }
    }

    @Test
    void skipsFramesCancelledBeforeTheirTurn() throws Exception {
        // Given
        CountDownLatch gate = new CountDownLatch(1);
        Recorder upscaler = new Recorder(1, gate);
        CompletableFuture<Long> started;
        CompletableFuture<Long> waiting;
        try (FrameBatcher batcher = new FrameBatcher(1)) {
            started = submit(batcher, upscaler, 16, 8);
            waiting = submit(batcher, upscaler, 32, 8);
            upscaler.awaitCall();

            // When
            boolean isWaitingCancelled = waiting.cancel(true);
            boolean isStartedCancelled = started.cancel(true);

            // Then
            assertTrue(isWaitingCancelled);
            assertFalse(isStartedCancelled);
            gate.countDown();
        }
        assertTrue(waiting.isCancelled());
        assertTrue(started.get() > 0);
        assertEquals(List.of("16x8"), upscaler.calls);
    }

    @Test
    void worksOffItsQueueWhenClosed() throws Exception {
        // Given
        CountDownLatch gate = new CountDownLatch(1);
        Recorder upscaler = new Recorder(1, gate);
        FrameBatcher batcher = new FrameBatcher(2);
        List<CompletableFuture<Long>> frames = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            frames.add(submit(batcher, upscaler, 16, 8));
        }
        new Thread(gate::countDown).start();

        // When
        batcher.close();

        // Then
        assertTrue(frames.stream().allMatch(CompletableFuture::isDone));
        assertEquals(20, upscaler.calls.size());
        assertThrows(IllegalStateException.class, () -> submit(batcher, upscaler, 16, 8));
    }

    @Test
    void warmsUpWithThePiecesThatFramesAreCutInto() {
        // Given
        Recorder upscaler = new Recorder(1, new CountDownLatch(0));
        try (FrameBatcher batcher = new FrameBatcher(2, 1000)) {
            // When
            batcher.warmUp(upscaler, 100, 20);

            // Then: for each of the two lanes
            assertEquals(List.of("100x16", "100x4", "100x16", "100x4"), upscaler.calls);
            assertEquals(0, batcher.load().framesDone());
        }
    }

    @Test
    void runsOnNamedDaemonThreads() throws Exception {
        // Given
        List<Thread> threads = new CopyOnWriteArrayList<>();
        Upscaler upscaler =
                new Fake() {
                    @Override
                    public void upscale(List<Patch> patches, Scratch scratch) {
                        threads.add(Thread.currentThread());
                    }
                };
        try (FrameBatcher batcher = new FrameBatcher(1)) {
            // When
            submit(batcher, upscaler, 16, 8).get();
        }

        // Then
        assertEquals("upriver-lane-0", threads.get(0).getName());
        assertTrue(threads.get(0).isDaemon());
    }

    @Test
    void countsItsLoad() throws Exception {
        // Given
        CountDownLatch gate = new CountDownLatch(1);
        Recorder upscaler = new Recorder(1, gate);
        try (FrameBatcher batcher = new FrameBatcher(1)) {
            List<CompletableFuture<Long>> frames = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                frames.add(submit(batcher, upscaler, 16, 8));
            }
            upscaler.awaitCall();

            // When
            FrameBatcher.Load before = batcher.load();
            gate.countDown();
            CompletableFuture.allOf(frames.toArray(CompletableFuture[]::new)).get();
            FrameBatcher.Load after = batcher.load();

            // Then
            assertEquals(new FrameBatcher.Load(3, 0, 0, before.unansweredNanos()), before);
            assertTrue(before.unansweredNanos() > 0, "a lane is with the first frame");
            assertEquals(0, after.unansweredNanos());
            assertEquals(0, after.queueDepth());
            assertEquals(4, after.framesDone());
            assertTrue(after.busyNanos() > 0);
        }
    }

    @Test
    void doesNotKeepAReplacedUpscaler() throws Exception {
        try (FrameBatcher batcher = new FrameBatcher(1)) {
            // Given
            WeakReference<Upscaler> replaced = new WeakReference<>(used(batcher));

            // When
            for (int i = 0; i < 200 && replaced.get() != null; i++) {
                submit(batcher, new InterpolationUpscaler(2), 4, 4).get();
                System.gc();
                Thread.sleep(10);
            }

            // Then
            assertNull(replaced.get());
        }
    }

    @Test
    void refusesPlanesThatDoNotFitTheScale() {
        try (FrameBatcher batcher = new FrameBatcher(1)) {
            // When
            Exception refusal =
                    assertThrows(
                            IllegalArgumentException.class,
                            () ->
                                    batcher.submit(
                                            new InterpolationUpscaler(2),
                                            Plane.allocate(16, 8),
                                            Plane.allocate(48, 24)));

            // Then
            assertEquals(
                    "expected a high-resolution plane 2 times as large as 16x8, got 48x24",
                    refusal.getMessage());
        }
    }

    @Test
    void tellsDependentFuturesOfTheFailure() {
        // Given
        Upscaler broken =
                new Fake() {
                    @Override
                    public void upscale(List<Patch> patches, Scratch scratch) {
                        throw new EngineException("out of luck");
                    }
                };
        try (FrameBatcher batcher = new FrameBatcher(1)) {
            // When
            CompletableFuture<Void> dependent = submit(batcher, broken, 16, 8).thenRun(() -> {});

            // Then
            CompletionException failure = assertThrows(CompletionException.class, dependent::join);
            assertEquals("out of luck", failure.getCause().getMessage());
        }
    }

    private static Upscaler used(FrameBatcher batcher) throws Exception {
        Upscaler upscaler = new InterpolationUpscaler(2);
        submit(batcher, upscaler, 16, 8).get();
        return upscaler;
    }

    private static CompletableFuture<Long> submit(
            FrameBatcher batcher, Upscaler upscaler, int width, int height) {
        return batcher.submit(
                upscaler, Plane.allocate(width, height), Plane.allocate(2 * width, 2 * height));
    }

    /** Waits until so many lanes of this process wait for work. */
    private static void awaitIdle(int lanes) throws InterruptedException {
        long waiting = 0;
        while (waiting < lanes) {
            Thread.sleep(5);
            waiting =
                    Thread.getAllStackTraces().keySet().stream()
                            .filter(thread -> thread.getName().startsWith("upriver-lane-"))
                            .filter(thread -> thread.getState() == Thread.State.WAITING)
                            .count();
        }
    }

    private static void awaitUnchecked(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private abstract static class Fake implements Upscaler {
        @Override
        public int scale() {
            return 2;
        }

        @Override
        public int maxBatch() {
            return 1;
        }

        @Override
        public Scratch newScratch() {
            return new Scratch() {};
        }

        @Override
        public void close() {}
    }

    /** Writes down the regions of every call, after a gate has opened. */
    private static final class Recorder extends Fake {

        final List<String> calls = new CopyOnWriteArrayList<>();
        final List<Integer> rows = new CopyOnWriteArrayList<>();
        private final int maxBatch;
        private final CountDownLatch gate;
        private final CountDownLatch called = new CountDownLatch(1);

        Recorder(int maxBatch, CountDownLatch gate) {
            this.maxBatch = maxBatch;
            this.gate = gate;
        }

        void awaitCall() throws InterruptedException {
            called.await();
        }

        @Override
        public int maxBatch() {
            return maxBatch;
        }

        @Override
        public void upscale(List<Patch> patches, Scratch scratch) {
            called.countDown();
            awaitUnchecked(gate);
            List<String> sizes = new ArrayList<>();
            for (Patch patch : patches) {
                sizes.add(patch.region().width() + "x" + patch.region().height());
                rows.add(patch.region().y());
            }
            calls.add(String.join(" ", sizes));
        }
    }
}
