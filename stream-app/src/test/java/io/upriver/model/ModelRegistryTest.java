package io.upriver.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.engine.Device;
import io.upriver.engine.EngineException;
import io.upriver.engine.EngineSettings;
import io.upriver.engine.ExecutionProviders;
import io.upriver.engine.LikeAGpu;
import io.upriver.engine.Patch;
import io.upriver.engine.ProviderPreference;
import io.upriver.engine.Upscaler;
import io.upriver.frame.Plane;
import io.upriver.schemas.CanarySettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
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
        models.serveDefaultBy("nano");
        try (InputStream in = getClass().getResourceAsStream("/models/nano-x2.onnx")) {
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
        try (ModelLease lease = models.lease("default", 2, "cam")) {

            // Then
            assertEquals(ModelRegistry.digestOf(onnx), lease.digest());
            assertEquals(2, lease.upscaler().scale());
            assertNull(lease.interpolatedBecause());
        }
    }

    @Test
    void interpolatesWhereNoNetworkIsWanted() {
        try (ModelLease lease = models.lease("none", 3, "cam")) {
            assertEquals(3, lease.upscaler().scale());
            assertNull(lease.digest());
            assertNotNull(lease.interpolatedBecause());
        }
    }

    @Test
    void hasSomethingCheaperThanALargeNetworkOnly() throws IOException {
        // Given
        models.addBuiltIn(onnx);
        models.publish("same", onnx);
        try (InputStream in = getClass().getResourceAsStream("/models/base-x2.onnx")) {
            models.publish("large", in.readAllBytes());
        }

        // Then
        try (ModelLease large = models.lease("large", 2, "cam");
                ModelLease smaller = models.cheaperThan(large).orElseThrow()) {
            assertEquals(ModelRegistry.digestOf(onnx), smaller.digest());
        }
        for (String name : List.of("same", "default", "none")) {
            try (ModelLease lease = models.lease(name, 2, "cam")) {
                assertTrue(models.cheaperThan(lease).isEmpty(), name);
            }
        }
        try (ModelLease interpolation = models.interpolation(3, "asked for")) {
            assertTrue(models.cheaperThan(interpolation).isEmpty());
        }
    }

    @Test
    void saysWhatThereIsWhenAModelIsMissing() {
        // Given
        models.addBuiltIn(onnx);

        // When
        var failure = assertThrows(NoModelException.class, () -> models.lease("anime", 4, "cam"));

        // Then
        assertEquals("expected a model anime for scale 4, there is nano x2", failure.getMessage());
    }

    @Test
    void looksOnceMoreAtTheTopicBeforeItSaysSo() {
        // Given
        AtomicInteger looks = new AtomicInteger();
        models.beforeGivingUp(
                channel -> {
                    looks.incrementAndGet();
                    models.publish(channel, onnx);
                });

        // When
        try (ModelLease lease = models.lease("anime", 2, "cam")) {

            // Then
            assertEquals(ModelRegistry.digestOf(onnx), lease.digest());
            assertEquals(1, looks.get());
        }
    }

    @Test
    void letsTheStreamsThatAreCoveredTryAModelBesideTheCurrentOne() {
        // Given
        models.addBuiltIn(onnx);
        byte[] other = EnlargingNetworks.cubic(2);

        // When
        models.tryOut("default", other, null, onlyFor("cam-1"));

        // Then
        try (ModelLease tried = models.lease("default", 2, "cam-1");
                ModelLease usual = models.lease("default", 2, "cam-2")) {
            assertEquals(ModelRegistry.digestOf(other), tried.digest());
            assertEquals(ModelRegistry.digestOf(onnx), tried.current().digest());
            assertEquals(ModelRegistry.digestOf(onnx), usual.digest());
            assertNull(usual.current());
        }

        // and after its end all have the current one
        models.endTrial("default");
        try (ModelLease after = models.lease("default", 2, "cam-1")) {
            assertEquals(ModelRegistry.digestOf(onnx), after.digest());
            assertNull(after.current());
        }
    }

    @Test
    void changesWhoTriesAModelWithoutLoadingItAgain() {
        models.addBuiltIn(onnx);
        byte[] other = EnlargingNetworks.cubic(2);
        models.tryOut("default", other, null, onlyFor("cam-1"));
        try (ModelLease first = models.lease("default", 2, "cam-1")) {
            models.tryOut("default", other, null, onlyFor("cam-2"));
            try (ModelLease second = models.lease("default", 2, "cam-2");
                    ModelLease usual = models.lease("default", 2, "cam-1")) {
                assertSame(first.upscaler(), second.upscaler());
                assertNull(usual.current());
            }
        }
    }

    @Test
    void promotesTheModelOnTrialWithoutLoadingItAgain() {
        models.publish("default", onnx);
        byte[] other = EnlargingNetworks.cubic(2);
        models.tryOut("default", other, null, onlyFor("cam-1"));
        try (ModelLease tried = models.lease("default", 2, "cam-1")) {
            models.publish("default", other);
            models.endTrial("default");
            try (ModelLease now = models.lease("default", 2, "cam-2")) {
                assertSame(tried.upscaler(), now.upscaler());
                assertNull(now.current());
            }
        }
    }

    @Test
    void triesNothingAtAnotherScaleOrWithoutACurrentModel() {
        models.tryOut("default", EnlargingNetworks.cubic(2), null, onlyFor("cam-1"));
        assertThrows(NoModelException.class, () -> models.lease("default", 2, "cam-1"));
        models.publish("default", EnlargingNetworks.cubic(3));
        try (ModelLease lease = models.lease("default", 3, "cam-1")) {
            assertNull(lease.current());
        }
    }

    @Test
    void keepsATrialWhenTheNextModelForItIsRefused() {
        models.addBuiltIn(onnx);
        byte[] other = EnlargingNetworks.cubic(2);
        models.tryOut("default", other, null, onlyFor("cam-1"));
        assertThrows(
                ModelException.class,
                () -> models.tryOut("default", new byte[9], null, onlyFor("cam-1")));
        try (ModelLease lease = models.lease("default", 2, "cam-1")) {
            assertEquals(ModelRegistry.digestOf(other), lease.digest());
        }
    }

    private static CanarySettings onlyFor(String streamId) {
        return CanarySettings.fromJson(
                "{\"streams\":[\"%s\"]}".formatted(streamId).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void servesAModelByItsDigestFromWhereverItIs() {
        // Given a current one, one that comes with the program, and one that is looked for
        models.addBuiltIn(onnx);
        byte[] current = EnlargingNetworks.cubic(2);
        byte[] kept = EnlargingNetworks.linear(2);
        models.publish("anime", current);
        AtomicInteger looks = new AtomicInteger();
        models.beforeGivingUp(
                name -> {
                    looks.incrementAndGet();
                    models.pin("anime", kept, null);
                });

        // Then
        for (byte[] file : List.of(onnx, current, kept, kept)) {
            String digest = ModelRegistry.digestOf(file);
            try (ModelLease lease = models.lease("sha256:" + digest, 2, "cam")) {
                assertEquals(digest, lease.digest());
            }
        }
        assertEquals(1, looks.get());
    }

    @Test
    void holdsAFewModelsThatAreAskedForByDigest() {
        List<String> digests = new ArrayList<>();
        for (int scale = 2; scale < 5; scale++) {
            for (byte[] file :
                    List.of(
                            EnlargingNetworks.cubic(scale),
                            EnlargingNetworks.linear(scale),
                            EnlargingNetworks.nearest(scale))) {
                models.pin("anime", file, null);
                digests.add(ModelRegistry.digestOf(file));
            }
        }
        assertEquals(9, digests.size());
        assertEquals(8, digests.stream().filter(models::holds).count());
        assertFalse(models.holds(digests.get(0)));
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
            try (ModelLease lease = models.lease("default", 2, "cam")) {
                assertEquals(ModelRegistry.digestOf(onnx), lease.digest());
            }
        }
    }

    @Test
    void servesTheModelBeforeWhileANewOneIsWarmedUpForItsFrameSizes() {
        // Given: on a GPU, a model that was used for one size
        List<String> warmed = new ArrayList<>();
        try (ModelRegistry gpu = new ModelRegistry(new LikeAGpu())) {
            gpu.publish("default", onnx);
            try (ModelLease lease = gpu.lease("default", 2, "cam")) {
                run(lease.upscaler());
            }
            gpu.warmUpBy(
                    (upscaler, width, height) -> {
                        try (ModelLease meanwhile = gpu.lease("default", 2, "cam")) {
                            assertNotSame(upscaler, meanwhile.upscaler());
                            run(meanwhile.upscaler());
                            warmed.add(width + "x" + height);
                        }
                    });

            // When
            gpu.publish("default", onnx);
        }

        // Then: the size of the frames, and of the picture that it was tried on
        assertEquals(List.of("67x53", "8x8"), warmed);
    }

    @Test
    void keepsAModelOpenUntilItsLastLeaseIsGivenBack() {
        // Given
        models.publish("default", onnx);
        ModelLease lease = models.lease("default", 2, "cam");
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
        try (ModelLease lease = models.lease("default", 2, "cam")) {
            assertTrue(run(lease.upscaler()) >= 0);
        }
    }

    @Test
    void countsEveryLeaseOfAModelThatWasReplaced() {
        // Given
        models.publish("default", onnx);
        ModelLease first = models.lease("default", 2, "cam");
        ModelLease second = models.lease("default", 2, "cam");
        Upscaler upscaler = first.upscaler();

        // When
        models.publish("default", onnx);

        // Then
        first.close();
        run(upscaler);
        second.close();
        EngineException closed = assertThrows(EngineException.class, () -> run(upscaler));
        assertEquals("the network is closed", closed.getMessage());
        try (ModelLease current = models.lease("default", 2, "cam")) {
            run(current.upscaler());
        }
    }

    @Test
    void neverClosesANetworkThatIsInUse() throws Exception {
        // Given
        models.addBuiltIn(onnx);
        AtomicBoolean ended = new AtomicBoolean();
        Callable<Integer> working =
                () -> {
                    int segments = 0;
                    while (!ended.get()) {
                        try (ModelLease lease = models.lease("default", 2, "cam")) {
                            run(lease.upscaler());
                            segments++;
                        }
                    }
                    return segments;
                };
        ExecutorService pool = Executors.newFixedThreadPool(3);
        try {
            List<Future<Integer>> workers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                workers.add(pool.submit(working));
            }

            // When
            for (int i = 0; i < 20; i++) {
                models.publish("default", onnx);
                if (i % 3 == 0) {
                    models.withdraw("default");
                }
            }
            ended.set(true);

            // Then
            for (Future<Integer> worker : workers) {
                assertTrue(worker.get() > 0);
            }
        } finally {
            ended.set(true);
            pool.shutdown();
        }
    }

    @Test
    void refusesANetworkThatIsNotWhatItSays() {
        Map<byte[], String> wrong =
                Map.of(
                        withValue("upriver.scale", "3"), "expected an output of [2,1,",
                        withValue("upriver.receptiveField", "02"), "expected a receptive field of",
                        withValue("upriver.format", "9"), "upriver.format: expected 1, got '9'",
                        withValue("upriver.planes", "rgby"), "upriver.planes: expected one of ");
        wrong.forEach(
                (file, why) -> {
                    // When
                    var refusal =
                            assertThrows(ModelException.class, () -> models.publish("x", file));

                    // Then
                    String message = refusal.getMessage();
                    assertTrue(message.contains(why), message);
                    assertEquals(1, message.lines().count(), message);
                });
    }

    @Test
    void refusesANetworkThatMakesAnotherPicture() {
        // Given: weights fill most of the file, so a window of it hits nothing else now and then
        List<String> refusals = new ArrayList<>();
        for (int at = 0; at + 1024 < onnx.length; at += 4096) {
            byte[] damaged = onnx.clone();
            Arrays.fill(damaged, at, at + 1024, (byte) 0x42);

            // When
            try {
                models.publish("x", damaged);
            } catch (ModelException refusal) {
                refusals.add(refusal.getMessage());
            }
        }

        // Then
        String why =
                "expected a larger picture of 67x53 that is like it when it is shrunk, by at least 33 dB";
        assertTrue(refusals.stream().anyMatch(r -> r.startsWith(why)), refusals.toString());
    }

    @Test
    void saysWhyTheModelOfAChannelWasRefused() {
        // Given
        models.addBuiltIn(onnx);
        var refusal =
                assertThrows(ModelException.class, () -> models.publish("anime", new byte[9]));

        // When
        var failure = assertThrows(NoModelException.class, () -> models.lease("anime", 2, "cam"));

        // Then
        assertEquals(
                "expected a model anime for scale 2, there is nano x2; refused: "
                        + refusal.getMessage(),
                failure.getMessage());
    }

    @Test
    void doesNotServeAModelOfAnotherScale() {
        // Given
        models.publish("default", onnx);

        // When
        var failure = assertThrows(NoModelException.class, () -> models.lease("default", 4, "cam"));

        // Then
        assertEquals(
                "expected a model default for scale 4, there is default x2", failure.getMessage());
    }

    @Test
    void tellsWhichModelsAreCurrent() {
        // Given
        models.addBuiltIn(onnx);

        // When
        String digest = models.publish("anime", onnx);

        // Then
        assertEquals(Map.of("nano x2", digest, "anime x2", digest), models.digests());
        assertEquals("anime x2, nano x2", models.describe());
        assertEquals(2, models.scaleOf("anime"));
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

    /** The model with one metadata value of the same length in place of its own. */
    private byte[] withValue(String key, String value) {
        byte[] changed = onnx.clone();
        byte[] from = key.getBytes(StandardCharsets.UTF_8);
        byte[] to = value.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < changed.length - from.length; at++) {
            if (Arrays.equals(changed, at, at + from.length, from, 0, from.length)) {
                // behind the key: the field's tag and the value's length, a byte each
                assertEquals(to.length, changed[at + from.length + 1], key);
                System.arraycopy(to, 0, changed, at + from.length + 2, to.length);
                return changed;
            }
        }
        throw new AssertionError("no " + key + " in the model");
    }
}
