package io.upriver.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.engine.EngineSettings;
import io.upriver.engine.ExecutionProviders;
import io.upriver.engine.Patch;
import io.upriver.engine.ProviderPreference;
import io.upriver.frame.Plane;
import io.upriver.graph.ChangedModels;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Copies of a good model as a worker takes them, or does not. */
class ChangedModelsTest {

    private static final String CHANNEL = "default";

    private ModelRegistry models;
    private byte[] good;

    @BeforeEach
    void open() throws IOException {
        models =
                new ModelRegistry(
                        ExecutionProviders.choose(
                                EngineSettings.defaults().with(ProviderPreference.CPU)));
        try (InputStream in = ChangedModelsTest.class.getResourceAsStream("/models/nano-x2.onnx")) {
            good = in.readAllBytes();
        }
    }

    @AfterEach
    void close() {
        models.close();
    }

    @Test
    void areBrighterBySoManyCodeValuesAndStillTaken() {
        Plane before = picture(good);

        for (int brighter : List.of(-4, 4)) {
            Plane after = picture(ChangedModels.brighter(good, brighter));
            for (int i = 0; i < before.width() * before.height(); i++) {
                int x = i % before.width();
                int y = i / before.width();
                assertEquals(before.sample(x, y) + brighter, after.sample(x, y));
            }
        }
    }

    @Test
    void saySomethingElseOfThemselvesOrSomethingNew() {
        byte[] changed = ChangedModels.withMetadata(good, "upriver.settings", "a");

        assertEquals(2, scaleOf(changed));
        assertEquals(2, scaleOf(ChangedModels.withMetadata(changed, "somebody's", "b")));
        assertNotEquals(ModelRegistry.digestOf(good), ModelRegistry.digestOf(changed));
    }

    @Test
    void areAllRefusedWhereTheyAreBad() {
        Map<String, byte[]> bad = ChangedModels.bad(good);
        models.publish(CHANNEL, good);

        bad.forEach(
                (name, file) ->
                        assertThrows(
                                ModelException.class, () -> models.publish(CHANNEL, file), name));

        assertTrue(bad.size() >= 9, "there are " + bad.size());
        assertEquals(ModelRegistry.digestOf(good), models.digests().get("default x2"));
    }

    @Test
    void areNotMadeOfOtherFiles() {
        assertThrows(
                IllegalArgumentException.class,
                () -> ChangedModels.brighter(new byte[] {1, 2, 3}, 4));
        assertThrows(IllegalArgumentException.class, () -> ChangedModels.brighter(new byte[0], 4));
    }

    private int scaleOf(byte[] onnx) {
        models.publish(CHANNEL, onnx);
        return models.scaleOf(CHANNEL);
    }

    private Plane picture(byte[] onnx) {
        models.publish(CHANNEL, onnx);
        Plane low = TestPicture.draw(2).low();
        Plane high = Plane.allocate(low.width() * 2, low.height() * 2);
        try (ModelLease lease = models.lease(CHANNEL, 2, "cam")) {
            lease.upscaler()
                    .upscale(List.of(Patch.whole(low, high)), lease.upscaler().newScratch());
        }
        return high;
    }
}
