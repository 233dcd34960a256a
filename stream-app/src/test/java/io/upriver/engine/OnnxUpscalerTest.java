package io.upriver.engine;

import static io.upriver.engine.OnnxWriter.FLOAT;
import static io.upriver.engine.OnnxWriter.UINT8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.frame.Plane;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class OnnxUpscalerTest extends UpscalerContractTest {

    private static final ModelContract NEAREST = new ModelContract(2, 1, 0);

    private final Device cpu =
            ExecutionProviders.choose(EngineSettings.defaults().with(ProviderPreference.CPU));

    @Override
    Upscaler newUpscaler() {
        return new OnnxUpscaler(TestNetworks.convolutional(1), TestNetworks.CONVOLUTIONAL, cpu);
    }

    @Test
    void givesTheSamplesThatTheNetworkComputes() {
        // Given
        Plane low = TestPlanes.noise(new Random(1), 30, 21);
        Plane high = Plane.allocate(90, 63);
        ModelContract contract = new ModelContract(3, 1, 0);
        try (Upscaler upscaler = new OnnxUpscaler(TestNetworks.nearest(3), contract, cpu)) {
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
    void readsTheMetadataOfAFile() {
        // When
        Map<String, String> metadata = OnnxUpscaler.readMetadata(TestNetworks.convolutional(1));

        // Then
        assertEquals(Map.of("upriver.scale", "2", "upriver.multiple", "2"), metadata);
    }

    @Test
    void refusesWhatIsNotAnOnnxFile() {
        byte[] page = "<html>404</html>".getBytes(StandardCharsets.UTF_8);
        assertRefused(page, NEAREST, "expected an ONNX file that can be loaded: ");
        assertRefused(new byte[0], NEAREST, "expected an ONNX file that can be loaded: ");
        assertThrows(EngineException.class, () -> OnnxUpscaler.readMetadata(page));
    }

    @Test
    void refusesATruncatedFile() {
        byte[] whole = TestNetworks.convolutional(1);
        byte[] half = Arrays.copyOf(whole, whole.length / 2);
        assertRefused(half, TestNetworks.CONVOLUTIONAL, "expected an ONNX file");
    }

    @Test
    void refusesAFileThatWantsBytesOfAnotherFile() {
        // Given: a file of the working directory, which the library would read
        Path other = Path.of("pom.xml");
        byte[] onnx =
                new OnnxWriter("reader")
                        .input("luma", UINT8, -1, 1, -1, -1)
                        .output("upscaled", UINT8, -1, 1, -1, -1)
                        .external("bytes", other.toString(), other.toFile().length())
                        .node("ReduceMax", List.of("bytes"), "most")
                        .node("Max", List.of("luma", "most"), "upscaled")
                        .toByteArray();

        // When, Then
        assertTrue(Files.exists(other));
        assertRefused(onnx, new ModelContract(1, 1, 0), "External data path does not exist");
    }

    @Test
    void refusesAnotherType() {
        assertRefused(
                TestNetworks.identity(FLOAT, -1, 1, -1, -1),
                NEAREST,
                "expected input \"luma\" to be UINT8 [?,1,?,?], got FLOAT [?,1,?,?]");
    }

    @Test
    void refusesAnotherRank() {
        assertRefused(
                TestNetworks.identity(UINT8, -1, -1, -1),
                NEAREST,
                "expected input \"luma\" to be UINT8 [?,1,?,?], got UINT8 [?,?,?]");
    }

    @Test
    void refusesColourChannels() {
        assertRefused(
                TestNetworks.identity(UINT8, -1, 3, -1, -1),
                NEAREST,
                "expected input \"luma\" to be UINT8 [?,1,?,?], got UINT8 [?,3,?,?]");
    }

    @Test
    void refusesANetworkForOneFrameSize() {
        assertRefused(
                TestNetworks.identity(UINT8, 1, 1, 360, 640),
                NEAREST,
                "expected a network for any frame size, got input \"luma\" [1,1,360,640]");
    }

    @Test
    void refusesANetworkWithTwoInputs() {
        byte[] onnx =
                new OnnxWriter("sum")
                        .input("luma", UINT8, -1, 1, -1, -1)
                        .input("previous", UINT8, -1, 1, -1, -1)
                        .output("upscaled", UINT8, -1, 1, -1, -1)
                        .node("Max", List.of("luma", "previous"), "upscaled")
                        .toByteArray();
        assertRefused(onnx, NEAREST, "expected a network with one input, got [luma, previous]");
    }

    @Test
    void refusesAnotherScaleThanPromised() {
        assertRefused(
                TestNetworks.nearest(3),
                NEAREST,
                "expected an output of [1,1,34,34] for an input of [1,1,17,17] and scale 2, got"
                        + " [1,1,51,51]");
    }

    @Test
    void refusesALargerReceptiveFieldThanPromised() {
        assertRefused(
                TestNetworks.convolutional(1),
                new ModelContract(2, 2, 3),
                "expected a receptive field of 3 samples, but farther ones matter");
    }

    @Test
    void refusesALargerMultipleThanPromised() {
        assertRefused(
                TestNetworks.convolutional(1),
                new ModelContract(2, 1, 5),
                "the network cannot be run: ");
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
                assertThrows(EngineException.class, () -> new OnnxUpscaler(onnx, contract, cpu));
        assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
        assertTrue(!refusal.getMessage().contains("\n"), refusal.getMessage());
    }
}
