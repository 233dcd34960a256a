package io.upriver.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.engine.Device;
import io.upriver.engine.EngineException;
import io.upriver.engine.EngineSettings;
import io.upriver.engine.ExecutionProviders;
import io.upriver.engine.Patch;
import io.upriver.engine.ProviderPreference;
import io.upriver.engine.Upscaler;
import io.upriver.frame.Plane;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The registry with the network that comes with the program. */
class ModelRegistryTest {

    private static final Device CPU =
            ExecutionProviders.choose(EngineSettings.defaults().with(ProviderPreference.CPU));

    private ModelRegistry models;
    private byte[] onnx;

    @BeforeEach
    void open() throws IOException {
        models = new ModelRegistry(CPU);
        try (InputStream in = getClass().getResourceAsStream("/models/default-x2.onnx")) {
            onnx = in.readAllBytes();
        }
    }

    @AfterEach
    void close() {
        models.close();
    }

    @Test
    void servesTheModelThatComesWithTheProgram() {
        // Given
        models.addBuiltIn(onnx);

        // When
        try (ModelLease lease = models.lease("default", 2)) {

            // Then
            assertEquals(ModelRegistry.digestOf(onnx), lease.digest());
            assertEquals(2, lease.upscaler().scale());
            assertNull(lease.interpolatedBecause());
        }
    }

    @Test
    void interpolatesWhereNoNetworkIsWanted() {
        try (ModelLease lease = models.lease("none", 3)) {
            assertEquals(3, lease.upscaler().scale());
            assertNull(lease.digest());
            assertNotNull(lease.interpolatedBecause());
        }
    }

    @Test
    void saysWhatThereIsWhenAModelIsMissing() {
        // Given
        models.addBuiltIn(onnx);

        // When
        var failure = assertThrows(NoModelException.class, () -> models.lease("anime", 4));

        // Then
        assertEquals(
                "expected a model anime for scale 4, there is default x2", failure.getMessage());
    }

    @Test
    void looksOnceMoreAtTheTopicBeforeItSaysSo() {
        // Given
        AtomicInteger looks = new AtomicInteger();
        models.beforeGivingUp(
                () -> {
                    looks.incrementAndGet();
                    models.publish("anime", onnx);
                });

        // When
        try (ModelLease lease = models.lease("anime", 2)) {

            // Then
            assertEquals(ModelRegistry.digestOf(onnx), lease.digest());
            assertEquals(1, looks.get());
        }
    }

    @Test
    void refusesWhatIsNotAModelAndKeepsTheOneBefore() {
        // Given
        models.publish("default", onnx);
        List<byte[]> bad =
                List.of(
                        new byte[0],
                        "no model".getBytes(StandardCharsets.UTF_8),
                        Arrays.copyOf(onnx, onnx.length / 2),
                        withMetadata("upriver.scale", "upriver.skale"));

        for (byte[] file : bad) {
            // When
            var refusal = assertThrows(ModelException.class, () -> models.publish("default", file));

            // Then
            assertNotNull(refusal.getMessage());
            try (ModelLease lease = models.lease("default", 2)) {
                assertEquals(ModelRegistry.digestOf(onnx), lease.digest());
            }
        }
    }

    @Test
    void keepsAModelOpenUntilItsLastLeaseIsGivenBack() {
        // Given
        models.publish("default", onnx);
        ModelLease lease = models.lease("default", 2);
        Upscaler upscaler = lease.upscaler();

        // When
        models.withdraw("default");

        // Then
        run(upscaler);
        lease.close();
        assertThrows(EngineException.class, () -> run(upscaler));
    }

    @Test
    void servesTheBuiltInModelAgainAfterAWithdrawal() {
        // Given
        models.addBuiltIn(onnx);
        models.publish("default", onnx);

        // When
        models.withdraw("default");

        // Then
        try (ModelLease lease = models.lease("default", 2)) {
            assertTrue(run(lease.upscaler()) >= 0);
        }
    }

    private static int run(Upscaler upscaler) {
        Plane low = Plane.allocate(8, 8);
        Plane high = Plane.allocate(16, 16);
        upscaler.upscale(List.of(Patch.whole(low, high)), upscaler.newScratch());
        return high.sample(3, 3);
    }

    /** The model with one metadata key renamed in place, to a name of the same length. */
    private byte[] withMetadata(String key, String renamed) {
        byte[] changed = onnx.clone();
        byte[] from = key.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < changed.length - from.length; at++) {
            if (Arrays.equals(changed, at, at + from.length, from, 0, from.length)) {
                byte[] to = renamed.getBytes(StandardCharsets.UTF_8);
                System.arraycopy(to, 0, changed, at, to.length);
                return changed;
            }
        }
        throw new AssertionError("no " + key + " in the model");
    }
}
