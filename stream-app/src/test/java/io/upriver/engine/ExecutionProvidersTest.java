package io.upriver.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import io.upriver.graph.OnnxWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ExecutionProvidersTest {

    @Test
    void fallsThroughToTheFirstProviderThatWorks() {
        // When
        Provider provider = ExecutionProviders.choose(EngineSettings.defaults()).provider();

        // Then
        List<String> tried = new ArrayList<>();
        for (Provider.FallThrough fallThrough : provider.fallThroughs()) {
            tried.add(fallThrough.provider());
            assertFalse(fallThrough.reason().isBlank());
            assertFalse(fallThrough.reason().contains("\n"), fallThrough.reason());
        }
        tried.add(provider.name());
        assertEquals(List.of("tensorrt", "cuda", "cpu").subList(0, tried.size()), tried);
        if (!OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            assertEquals("cpu", provider.name());
            assertEquals(
                    "expected libonnxruntime_providers_cuda.so in this build, it has none;"
                            + " one by the Maven profile gpu does",
                    provider.fallThroughs().get(1).reason());
        }
    }

    @Test
    void triesNothingElseWhenAskedForTheCpu() {
        // Given
        EngineSettings settings = EngineSettings.defaults().with(ProviderPreference.CPU);

        // When
        Device device = ExecutionProviders.choose(settings);

        // Then
        assertEquals("cpu", device.provider().name());
        assertEquals(List.of(), device.provider().fallThroughs());
        assertEquals(1, device.maxBatch());
        assertEquals(Runtime.getRuntime().availableProcessors(), device.lanes());
    }

    @Test
    void refusesAGpuThatIsNotThere() {
        // Given: a GPU number that no machine has
        EngineSettings defaults = EngineSettings.defaults();
        EngineSettings settings =
                new EngineSettings(
                        ProviderPreference.CUDA, 255, 8, true, defaults.engineCache(), 8);

        // When
        Exception refusal =
                assertThrows(EngineException.class, () -> ExecutionProviders.choose(settings));

        // Then
        assertTrue(
                refusal.getMessage().startsWith("execution provider cuda cannot be used: "),
                refusal.getMessage());
    }

    @Test
    void knowsItsPreferencesByName() {
        assertEquals(ProviderPreference.AUTO, ProviderPreference.parse("auto"));
        assertEquals(ProviderPreference.TENSORRT, ProviderPreference.parse(" TensorRT "));
        Exception refusal =
                assertThrows(IllegalArgumentException.class, () -> ProviderPreference.parse("gpu"));
        assertEquals(
                "expected an execution provider of auto, cpu, cuda, tensorrt, got \"gpu\"",
                refusal.getMessage());
    }

    @Test
    void triesProvidersWithAnIdentityNetwork() {
        byte[] written =
                new OnnxWriter("identity")
                        .input("x", OnnxWriter.FLOAT, 1)
                        .output("y", OnnxWriter.FLOAT, 1)
                        .node("Identity", List.of("x"), "y")
                        .toByteArray();
        assertArrayEquals(written, ExecutionProviders.IDENTITY);
    }
}
