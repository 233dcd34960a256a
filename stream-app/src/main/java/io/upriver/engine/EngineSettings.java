package io.upriver.engine;

import java.nio.file.Path;

/**
 * How the engine uses the machine. All but the preference matter on a GPU only.
 *
 * @param preference which execution provider runs the networks
 * @param deviceId the GPU's number, from 0
 * @param maxBatch the most frames of equal size that run in one call on a GPU, 1 to 64; on the CPU
 *     it is always 1, because a batch is slower there than its frames one by one
 * @param halfPrecision whether TensorRT may compute in 16-bit floating point, which keeps 11 bits:
 *     enough for pictures of 8 and 10 bits
 * @param engineCache the directory in which TensorRT keeps built engines and timings, made when
 *     missing; engines are code for the GPU, so nobody else may write there
 * @param maxShapes the most frame sizes kept ready per network on a GPU, at least 1; the one not
 *     used for longest is dropped for a new one
 */
public record EngineSettings(
        ProviderPreference preference,
        int deviceId,
        int maxBatch,
        boolean halfPrecision,
        Path engineCache,
        int maxShapes) {

    public EngineSettings {
        require("device number", deviceId, 0, 255);
        require("batch", maxBatch, 1, 64);
        require("number of frame sizes", maxShapes, 1, 1024);
    }

    /** The fastest provider that works, batches of 8 and 16-bit floating point on a GPU. */
    public static EngineSettings defaults() {
        return new EngineSettings(
                ProviderPreference.AUTO,
                0,
                8,
                true,
                Path.of(System.getProperty("user.home"), ".cache", "upriver", "engines"),
                8);
    }

    /** The same settings with another preference. */
    public EngineSettings with(ProviderPreference other) {
        return new EngineSettings(other, deviceId, maxBatch, halfPrecision, engineCache, maxShapes);
    }

    private static void require(String what, int actual, int least, int most) {
        if (actual < least || actual > most) {
            throw new IllegalArgumentException(
                    "expected a %s of %d to %d, got %d".formatted(what, least, most, actual));
        }
    }
}
