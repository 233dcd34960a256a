package io.upriver.model;

import io.upriver.engine.EngineException;
import io.upriver.engine.InterpolationUpscaler;
import io.upriver.engine.Patch;
import io.upriver.engine.Upscaler;
import io.upriver.frame.Plane;
import java.util.List;

/**
 * Tries a network on a built-in picture before it may become current: what it makes must resemble
 * the interpolated picture, as every upscaler's output does, or it is no upscaler.
 */
final class Probe {

    private static final int SIDE = 64;
    private static final double LEAST_DECIBELS = 20;

    private Probe() {}

    /**
     * @throws ModelException if the network cannot be run or its picture is another one
     */
    static void check(Upscaler network) {
        Plane low = testPicture();
        Plane made = run(network, low);
        double decibels;
        try (InterpolationUpscaler interpolation = new InterpolationUpscaler(network.scale())) {
            decibels = psnr(made, run(interpolation, low));
        }
        if (decibels < LEAST_DECIBELS) {
            throw new ModelException(
                    "expected a picture within %.0f dB of the interpolated one, got %.1f dB"
                            .formatted(LEAST_DECIBELS, decibels));
        }
    }

    private static Plane run(Upscaler upscaler, Plane low) {
        Plane high =
                Plane.allocate(low.width() * upscaler.scale(), low.height() * upscaler.scale());
        try {
            upscaler.upscale(List.of(Patch.whole(low, high)), upscaler.newScratch());
        } catch (EngineException e) {
            throw new ModelException("the network failed on a test picture: " + e.getMessage(), e);
        }
        return high;
    }

    /** Soft waves of growing frequency over a ramp, with a dark square. */
    private static Plane testPicture() {
        Plane plane = Plane.allocate(SIDE, SIDE);
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                double wave = 40 * Math.sin(x * x / 160.0) * Math.cos(y / 7.0);
                boolean square = x >= 40 && x < 56 && y >= 8 && y < 24;
                int value = square ? 32 : (int) (96 + y + wave);
                plane.data().put(y * SIDE + x, (byte) value);
            }
        }
        return plane;
    }

    private static double psnr(Plane a, Plane b) {
        double sum = 0;
        for (int y = 0; y < a.height(); y++) {
            for (int x = 0; x < a.width(); x++) {
                double difference = a.sample(x, y) - b.sample(x, y);
                sum += difference * difference;
            }
        }
        double mean = sum / ((double) a.width() * a.height());
        return mean == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(255 * 255 / mean);
    }
}
