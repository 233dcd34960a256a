package io.upriver.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.upriver.frame.Plane;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The way a GPU is used, on the CPU: batches, and sessions for each of at most two frame sizes. */
final class OnnxUpscalerPerShapeTest extends UpscalerContractTest {

    private final LikeAGpu device = new LikeAGpu();

    @Override
    OnnxUpscaler newUpscaler() {
        return TestNetworks.upscaler(
                TestNetworks.convolutional(1), TestNetworks.CONVOLUTIONAL, device);
    }

    @Test
    void makesSessionsOnceForAFrameSize() {
        try (OnnxUpscaler upscaler = newUpscaler()) {
            // Given
            warmUp(upscaler, 64, 36);

            // When
            for (int i = 0; i < 4; i++) {
                upscale(upscaler, 64, 36, 8);
            }
        }

        // Then
        assertEquals(List.of("36x64", "36x64"), device.opened);
    }

    @Test
    void dropsTheFrameSizeNotUsedForLongest() {
        try (OnnxUpscaler upscaler = newUpscaler()) {
            // Given
            warmUp(upscaler, 64, 36);
            warmUp(upscaler, 32, 18);
            warmUp(upscaler, 64, 36);
            warmUp(upscaler, 16, 10);
            device.opened.clear();

            // When
            warmUp(upscaler, 16, 10);
            warmUp(upscaler, 32, 18);
        }

        // Then
        assertEquals(List.of("18x32", "18x32"), device.opened);
    }

    @Test
    void makesSessionsForMoreBitsWithTheFirstPictureThatHasThem() {
        OnnxUpscaler upscaler = newUpscaler();
        try (upscaler) {
            // Given
            upscale(upscaler, 64, 36, 8);
            assertEquals(List.of("36x64"), device.opened);
            device.opened.clear();

            // When
            Scratch scratch = upscaler.newScratch();
            upscaler.upscale(List.of(patch(64, 36, 10)), scratch);
            upscaler.upscale(List.of(patch(64, 36, 10)), scratch);
            upscaler.upscale(List.of(patch(64, 36, 12)), scratch);
        }

        // Then: one for all depths, and none after closing
        assertEquals(List.of("36x64"), device.opened);
        assertThrows(EngineException.class, () -> upscale(upscaler, 64, 36, 10));
        assertEquals(List.of("36x64"), device.opened);
    }

    @Test
    void knowsTheLatestFrameSizes() {
        try (OnnxUpscaler upscaler = newUpscaler()) {
            // When
            warmUp(upscaler, 64, 36);
            warmUp(upscaler, 32, 18);
            warmUp(upscaler, 64, 36);
            warmUp(upscaler, 16, 10);

            // Then
            assertEquals(
                    List.of(new FrameSize(64, 36), new FrameSize(16, 10)), upscaler.sizesInUse());
        }
    }

    private static void warmUp(Upscaler upscaler, int width, int height) {
        try (FrameBatcher batcher = new FrameBatcher(2)) {
            batcher.warmUp(upscaler, width, height);
        }
    }

    private static void upscale(Upscaler upscaler, int width, int height, int bitDepth) {
        upscaler.upscale(List.of(patch(width, height, bitDepth)), upscaler.newScratch());
    }

    private static Patch patch(int width, int height, int bitDepth) {
        return Patch.whole(
                Plane.allocate(width, height, bitDepth),
                Plane.allocate(2 * width, 2 * height, bitDepth));
    }
}
