package io.upriver.evaluate;

import io.upriver.data.Picture;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * How long a network takes for a 640x360 frame of video. One-thread sessions side by side, each
 * with its own frame, are how a CPU is used best; that is what is timed.
 */
public final class Speed {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 360;
    private static final int WARMING_FRAMES = 3;
    private static final int FRAMES = 30;
    private static final int FEWEST_FRAMES = 3;
    private static final long PATIENCE_NANOS = 10_000_000_000L;

    private Speed() {}

    /**
     * Milliseconds per frame: the median of the sessions' frames, divided by the number of
     * sessions. Thirty frames, or what a slow network does in ten seconds, but three at least.
     */
    public static double millisPerFrame(byte[] model, int sessions) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(sessions);
        try {
            List<Double> millis = new ArrayList<>();
            for (Future<List<Double>> timed :
                    threads.invokeAll(Collections.nCopies(sessions, timing(model)))) {
                millis.addAll(timed.get());
            }
            Collections.sort(millis);
            return millis.get(millis.size() / 2) / sessions;
        } catch (ExecutionException e) {
            throw new IllegalStateException("timing failed: " + e.getCause().getMessage(), e);
        } finally {
            threads.shutdownNow();
        }
    }

    private static Callable<List<Double>> timing(byte[] model) {
        return () -> {
            List<Double> millis = new ArrayList<>();
            try (OnnxNetwork network = new OnnxNetwork(model)) {
                byte[] samples = new byte[network.channels() * HEIGHT * WIDTH];
                new Random(1).nextBytes(samples);
                Picture frame = new Picture(WIDTH, HEIGHT, network.channels(), samples);
                long began = System.nanoTime();
                while (millis.size() < WARMING_FRAMES + FRAMES
                        && (millis.size() <= FEWEST_FRAMES
                                || System.nanoTime() - began < PATIENCE_NANOS)) {
                    long from = System.nanoTime();
                    network.upscale(frame);
                    millis.add((System.nanoTime() - from) / 1e6);
                }
            }
            int warming = Math.min(WARMING_FRAMES, millis.size() - FEWEST_FRAMES);
            return millis.subList(warming, millis.size());
        };
    }
}
