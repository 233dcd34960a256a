package io.upriver.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.engine.Device;
import io.upriver.engine.EngineSettings;
import io.upriver.engine.ExecutionProviders;
import io.upriver.engine.ProviderPreference;
import io.upriver.engine.TestNetworks;
import io.upriver.graph.GraphLimits;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which pictures a network may make of the one that it is tried on. */
class ProbeTest {

    private static final Device CPU =
            ExecutionProviders.choose(EngineSettings.defaults().with(ProviderPreference.CPU));

    private static final String LIKE = "expected a larger picture of 67x53 that is like it";

    @ParameterizedTest
    @ValueSource(strings = {"nano-x2", "nano-x3", "nano-x4", "compressed-x2", "base-x2"})
    void takesWhatIsShipped(String name) throws IOException {
        try (InputStream in = getClass().getResourceAsStream("/models/" + name + ".onnx")) {
            assertTaken(in.readAllBytes());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void takesEveryInterpolation(int scale) {
        assertTaken(EnlargingNetworks.nearest(scale));
        assertTaken(EnlargingNetworks.linear(scale));
        assertTaken(EnlargingNetworks.cubic(scale));
    }

    @Test
    void takesOneThatLeavesThePictureAsItIs() {
        assertTaken(TestNetworks.same());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void refusesAnotherPicture(int scale) {
        assertRefused(LIKE, EnlargingNetworks.inverted(scale));
        assertRefused(LIKE, EnlargingNetworks.constant(scale));
        assertRefused(LIKE, EnlargingNetworks.noise(scale));
        assertRefused(LIKE, EnlargingNetworks.notANumber(scale));
        assertRefused(LIKE, EnlargingNetworks.blurred(scale));
    }

    /** Where a large sample is half a small one or a third, it may be unlike already. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void refusesAPictureThatIsMovedByOneSample(int scale) {
        assertRefused("expected a larger picture ", EnlargingNetworks.shifted(scale, false));
        assertRefused("expected a larger picture ", EnlargingNetworks.shifted(scale, true));
        assertRefused(
                "expected a larger picture in its place, got one that is 0 large samples too far"
                        + " right and 1 too far down",
                EnlargingNetworks.shifted(4, true));
    }

    @Test
    void refusesOneThatIsWorseThanInterpolation() {
        assertRefused(
                "expected at least 29.0 dB on a drawn picture, those of interpolation less 3, got ",
                EnlargingNetworks.squares(2));
    }

    @Test
    void refusesOneThatTakesTooLong() {
        // Given
        byte[] cubic = EnlargingNetworks.cubic(4);
        ModelLimits hasty = new ModelLimits(GraphLimits.DEFAULT, Duration.ofNanos(1));

        // When
        Exception refusal =
                assertThrows(ModelException.class, () -> LoadedModel.load(cubic, CPU, hasty));

        // Then
        assertEquals(
                "expected its trial to take at most 0 ms, it took longer", refusal.getMessage());
    }

    private static void assertTaken(byte[] onnx) {
        LoadedModel.load(onnx, CPU, ModelLimits.DEFAULT).retire();
    }

    private static void assertRefused(String words, byte[] onnx) {
        Exception refusal =
                assertThrows(
                        ModelException.class,
                        () -> LoadedModel.load(onnx, CPU, ModelLimits.DEFAULT));
        assertTrue(refusal.getMessage().startsWith(words), refusal.getMessage());
    }
}
