package io.upriver.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.upriver.frame.Plane;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
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

    private static final class LikeAGpu extends Device {

        final List<String> opened = new ArrayList<>();

        LikeAGpu() {
            super(Kind.CPU, EngineSettings.defaults(), List.of());
        }

        @Override
        public int maxBatch() {
            return 3;
        }

        @Override
        boolean isSessionPerShape() {
            return true;
        }

        @Override
        int maxShapes() {
            return 2;
        }

        @Override
        int sessionsPerShape() {
            return 2;
        }

        @Override
        OrtSession open(byte[] onnx, String digest, String input, @Nullable Shape shape)
                throws OrtException {
            synchronized (opened) {
                opened.add(shape.height() + "x" + shape.width());
            }
            return super.open(onnx, digest, input, shape);
        }
    }
}
