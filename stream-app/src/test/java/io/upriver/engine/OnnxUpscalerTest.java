package io.upriver.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.frame.Plane;
import io.upriver.graph.GraphLimits;
import io.upriver.graph.OnnxFile;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class OnnxUpscalerTest extends UpscalerContractTest {

    private final Device cpu =
            ExecutionProviders.choose(EngineSettings.defaults().with(ProviderPreference.CPU));

    @Override
    Upscaler newUpscaler() {
        return TestNetworks.upscaler(
                TestNetworks.convolutional(1), TestNetworks.CONVOLUTIONAL, cpu);
    }

    @Test
    void givesTheSamplesThatTheNetworkComputes() {
        // Given
        Plane low = TestPlanes.noise(new Random(1), 30, 21);
        Plane high = Plane.allocate(90, 63);
        ModelContract contract = new ModelContract(3, 1, 0);
        try (Upscaler upscaler = TestNetworks.upscaler(TestNetworks.nearest(3), contract, cpu)) {
            // When
            upscaler.upscale(List.of(Patch.whole(low, high)), upscaler.newScratch());
        }

        // Then
        for (int y = 0; y < 63; y++) {
            for (int x = 0; x < 90; x++) {
                assertEquals(low.sample(x / 3, y / 3), high.sample(x, y));
            }
        }
    }

    @Test
    void refusesALargerReceptiveFieldThanPromised() {
        assertRefused(
                TestNetworks.convolutional(1),
                new ModelContract(2, 2, 3),
                "expected a receptive field of 3 samples, but farther ones matter");
    }

    @Test
    void endsATrialThatTakesTooLong() {
        // Given: a network that is sound, and no time for it
        OnnxFile file = OnnxFile.read(TestNetworks.convolutional(1), GraphLimits.DEFAULT);

        // When
        Exception refusal;
        try (RunLimit limit = new RunLimit(Duration.ofNanos(1))) {
            refusal =
                    assertThrows(
                            EngineException.class,
                            () -> new OnnxUpscaler(file, TestNetworks.CONVOLUTIONAL, cpu, limit));
        }

        // Then
        assertEquals(
                "expected its trial to take at most 0 ms, it took longer", refusal.getMessage());
    }

    @Test
    void refusesCallsAfterClosing() {
        // Given
        Upscaler upscaler = newUpscaler();
        Scratch scratch = upscaler.newScratch();
        upscaler.close();

        // When
        Exception refusal =
                assertThrows(
                        EngineException.class,
                        () ->
                                upscaler.upscale(
                                        List.of(
                                                Patch.whole(
                                                        Plane.allocate(4, 4),
                                                        Plane.allocate(8, 8))),
                                        scratch));

        // Then
        assertEquals("the network is closed", refusal.getMessage());
        upscaler.close(); // a second time does nothing
    }

    private void assertRefused(byte[] onnx, ModelContract contract, String why) {
        Exception refusal =
                assertThrows(
                        RuntimeException.class, () -> TestNetworks.upscaler(onnx, contract, cpu));
        assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
        assertTrue(!refusal.getMessage().contains("\n"), refusal.getMessage());
    }
}
