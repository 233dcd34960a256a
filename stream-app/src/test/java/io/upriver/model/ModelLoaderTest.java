package io.upriver.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.engine.LikeAGpu;
import io.upriver.engine.Patch;
import io.upriver.frame.Plane;
import io.upriver.schemas.ModelKey;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Models that take long to load: warming up waits until a test lets it go on. */
class ModelLoaderTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ModelRegistry models = new ModelRegistry(new LikeAGpu());
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final CountDownLatch isWarming = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private ModelLoader loader;
    private byte[] nano;

    @BeforeEach
    void open() throws IOException {
        try (InputStream in = getClass().getResourceAsStream("/models/nano-x2.onnx")) {
            nano = in.readAllBytes();
        }
        models.publish("slow", nano);
        use("slow");
        models.warmUpBy(
                (upscaler, width, height) -> {
                    isWarming.countDown();
                    try {
                        goOn.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        loader =
                new ModelLoader(
                        models,
                        new ModelLoader.Listener() {
                            @Override
                            public void current(ModelKey channel, String digest) {
                                heard.add(channel + " current");
                            }

                            @Override
                            public void refused(ModelKey channel, String digest, String reason) {
                                heard.add(channel + " refused: " + reason);
                            }

                            @Override
                            public void superseded(ModelKey channel, String digest) {
                                heard.add(channel + " superseded");
                            }

                            @Override
                            public void withdrawn(ModelKey channel) {
                                heard.add(channel + " withdrawn");
                            }
                        });
    }

    @AfterEach
    void close() {
        goOn.countDown();
        loader.close();
        models.close();
    }

    @Test
    void doesNotWaitForWhatNoChannelIsCalled() {
        assertTrue(loader.await("sha256:0123", PATIENCE));
        assertTrue(loader.await("a@b", PATIENCE));
    }

    @Test
    void letsSegmentsGoOnWhileAModelIsLoaded() throws InterruptedException {
        // Given
        String before = digest("slow");
        loader.submit("slow", EnlargingNetworks.cubic(2), null);
        isWarming.await();

        // When
        use("slow");
        String meanwhile = digest("slow");
        boolean isDone = loader.await("slow", Duration.ofMillis(50));
        goOn.countDown();

        // Then
        assertEquals(before, meanwhile);
        assertFalse(isDone);
        assertTrue(loader.await("slow", PATIENCE));
        assertEquals(ModelRegistry.digestOf(EnlargingNetworks.cubic(2)), digest("slow"));
        assertEquals(List.of("slow current"), heard);
    }

    @Test
    void loadsTheNewestOfAChannelOnly() throws InterruptedException {
        // Given
        loader.submit("slow", EnlargingNetworks.cubic(2), null);
        isWarming.await();
        loader.submit("other", EnlargingNetworks.nearest(2), null);
        loader.submit("slow", EnlargingNetworks.nearest(2), null);
        loader.submit("slow", EnlargingNetworks.linear(2), null);

        // When
        goOn.countDown();

        // Then
        assertTrue(loader.await("other", PATIENCE));
        assertTrue(loader.await("slow", PATIENCE));
        assertEquals(ModelRegistry.digestOf(EnlargingNetworks.linear(2)), digest("slow"));
        assertEquals(
                List.of("slow superseded", "slow current", "other current", "slow current"), heard);
    }

    @Test
    void withdrawsInTurn() throws InterruptedException {
        // Given
        loader.submit("slow", EnlargingNetworks.cubic(2), null);
        isWarming.await();

        // When
        loader.submit("slow", null, null);
        goOn.countDown();

        // Then
        assertTrue(loader.await("slow", PATIENCE));
        assertEquals(List.of("slow current", "slow withdrawn"), heard);
        assertEquals("none", models.describe());
    }

    @Test
    void saysWhatWaits() throws InterruptedException {
        // Given
        loader.submit("slow", EnlargingNetworks.cubic(2), null);
        isWarming.await();
        loader.submit("slow", EnlargingNetworks.linear(2), null);
        loader.submit("other", nano, null);

        // When
        String progress = loader.progress().toString();

        // Then
        assertTrue(
                progress.matches(
                        "\\{other=waiting for \\d s, slow=loading for \\d s, a newer one waits}"),
                progress);
        goOn.countDown();
        assertTrue(loader.await("other", PATIENCE));
        assertTrue(loader.await("slow", PATIENCE));
        assertEquals("{}", loader.progress().toString());
    }

    @Test
    void holdsBackWhoeverBringsMoreThanMayWait() throws InterruptedException {
        // Given
        loader.submit("slow", EnlargingNetworks.cubic(2), null);
        isWarming.await();
        byte[] large = new byte[60 << 20];
        Thread bringing =
                new Thread(
                        () -> {
                            for (int i = 0; i < 6; i++) {
                                loader.submit("large" + i, large, null);
                            }
                        });

        // When
        bringing.start();
        Awaitility.await().until(() -> bringing.getState() == Thread.State.WAITING);

        // Then
        assertEquals(5, loader.progress().size());
        goOn.countDown();
        bringing.join(PATIENCE.toMillis());
        assertFalse(bringing.isAlive());
    }

    @Test
    void goesOnAfterARefusal() {
        // Given
        goOn.countDown();
        loader.submit("bad", new byte[9], null);

        // When
        loader.submit("good", nano, null);

        // Then
        assertTrue(loader.await("good", PATIENCE));
        assertTrue(heard.get(0).startsWith("bad refused: expected an ONNX file"), heard.get(0));
        assertEquals("good current", heard.get(1));
    }

    private void use(String channel) {
        try (ModelLease lease = models.lease(channel, 2, "cam")) {
            Plane low = Plane.allocate(8, 8);
            Plane high = Plane.allocate(16, 16);
            lease.upscaler()
                    .upscale(List.of(Patch.whole(low, high)), lease.upscaler().newScratch());
        }
    }

    private String digest(String channel) {
        try (ModelLease lease = models.lease(channel, 2, "cam")) {
            return lease.digest();
        }
    }
}
