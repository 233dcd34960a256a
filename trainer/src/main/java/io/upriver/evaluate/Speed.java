package io.upriver.evaluate;

import io.upriver.data.Luma;
import java.util.Arrays;
import java.util.Random;

/** How long a network takes for a frame of video. */
public final class Speed {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 360;
    private static final int WARMING_FRAMES = 3;
    private static final int FRAMES = 15;

    private Speed() {}

    /** Median milliseconds for one 640x360 frame on one thread. */
    public static double millisPerFrame(OnnxNetwork network) {
        byte[] samples = new byte[WIDTH * HEIGHT];
        new Random(1).nextBytes(samples);
        Luma frame = new Luma(WIDTH, HEIGHT, samples);
        double[] millis = new double[FRAMES];
        for (int i = -WARMING_FRAMES; i < FRAMES; i++) {
            long from = System.nanoTime();
            network.upscale(frame);
            if (i >= 0) {
                millis[i] = (System.nanoTime() - from) / 1e6;
            }
        }
        Arrays.sort(millis);
        return millis[FRAMES / 2];
    }
}
