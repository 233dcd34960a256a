package io.upriver.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.engine.Device;
import io.upriver.engine.EngineSettings;
import io.upriver.engine.ExecutionProviders;
import io.upriver.engine.Patch;
import io.upriver.engine.ProviderPreference;
import io.upriver.frame.Plane;
import io.upriver.graph.BrokenModels;
import io.upriver.graph.ChangedModels;
import io.upriver.graph.GraphLimits;
import io.upriver.observe.ResidentMemory;
import io.upriver.schemas.ModelSignature;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A hundred bad models in a row: those that their files give away, those that only ONNX Runtime or
 * the trial finds out, and good ones that nobody may publish. Every second one is a large network
 * that gets as far as the last trial, so that a session that is not closed shows in the memory.
 */
class BadModelsTest {

    private static final Device CPU =
            ExecutionProviders.choose(EngineSettings.defaults().with(ProviderPreference.CPU));

    private static final int IN_A_ROW = 100;

    /** Of the whole process, after a first round has grown heap and library to their size. */
    private static final long BUDGET_BYTES = 64 << 20;

    private static final String CHANNEL = "default";
    private static final String UNLIKE = "expected a larger picture of 67x53 that is like it";

    /** What is published, with which signature, and the words of its refusal. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Bad(String name, byte[] file, @Nullable ModelSignature by, String words) {}

    private final KeyPair owner = newKey();
    private final String ownerId = ModelSignature.keyIdOf(owner.getPublic().getEncoded());

    @Test
    void areAllRefusedWhileTheModelBeforeServesAndNoMemoryIsLost() throws Exception {
        // Given
        byte[] good = shipped("nano-x2");
        Trust trust = Trust.in(List.of(new TrustedKey(ownerId, owner.getPublic())));
        ModelLimits limits = new ModelLimits(GraphLimits.DEFAULT, Duration.ofSeconds(20));
        List<Bad> bad = bad(good);
        byte[] black = BrokenModels.withoutWeights(shipped("base-x2"));
        Bad large = new Bad("large", black, signed(owner, CHANNEL, black), UNLIKE);
        assertTrue(bad.size() > 60, "there are " + bad.size());
        List<String> wrong = new ArrayList<>();
        try (ModelRegistry models = new ModelRegistry(CPU, limits, trust)) {
            models.publish(CHANNEL, good, signed(owner, CHANNEL, good));
            List<Integer> before = picture(models);
            bad.forEach(one -> publish(models, one, wrong));
            publish(models, large, wrong);
            long firstRound = ResidentMemory.bytesWithoutGarbage();

            // When
            long grown = 0;
            for (int i = 0; i < IN_A_ROW; i++) {
                publish(models, i % 2 == 0 ? large : bad.get(i / 2 % bad.size()), wrong);
                assertEquals(before, picture(models));
                if (i % 10 == 9) { // often, so that garbage does not grow the heap
                    grown = ResidentMemory.bytesWithoutGarbage() - firstRound;
                }
            }

            // Then
            assertEquals(List.of(), wrong);
            assertEquals("default x2", models.describe());
            assertEquals(ModelRegistry.digestOf(good), models.digests().get("default x2"));
            assertTrue(grown < BUDGET_BYTES, "grown by " + grown + " bytes");
        }
    }

    private List<Bad> bad(byte[] good) {
        Map<String, BrokenModels.Broken> broken = new LinkedHashMap<>(BrokenModels.of(good));
        addMetadata(broken, good, "upriver.format", "9", "upriver.format: expected 1, got '9'");
        addMetadata(broken, good, "upriver.scale", "3", "expected an output of [2,1,51,39]");
        addMetadata(broken, good, "upriver.scale", "two", "upriver.scale: expected a whole number");
        addMetadata(broken, good, "upriver.multiple", "0", "upriver.multiple: ");
        addMetadata(broken, good, "upriver.receptiveField", "2", "expected a receptive field of 2");
        addMetadata(broken, good, "upriver.receptiveField", "5000", "upriver.receptiveField: ");
        add(broken, "inverted", EnlargingNetworks.inverted(2), UNLIKE);
        add(broken, "constant", EnlargingNetworks.constant(3), UNLIKE);
        add(broken, "noise", EnlargingNetworks.noise(2), UNLIKE);
        add(broken, "no numbers", EnlargingNetworks.notANumber(4), UNLIKE);
        add(broken, "blurred", EnlargingNetworks.blurred(2), UNLIKE);
        add(broken, "moved", EnlargingNetworks.shifted(4, true), "larger picture in its place");
        add(
                broken,
                "bytes where floats belong",
                BrokenModels.withActivationOfBytes(good),
                "expected a network that can be loaded: ");
        List<Bad> bad = new ArrayList<>();
        broken.forEach(
                (name, one) ->
                        bad.add(
                                new Bad(
                                        name,
                                        one.file(),
                                        signed(owner, CHANNEL, one.file()),
                                        one.words())));
        byte[] other = EnlargingNetworks.cubic(2);
        bad.add(new Bad("unsigned", other, null, "in the header upriver-signature, got none"));
        bad.add(
                new Bad(
                        "signed for another channel",
                        other,
                        signed(owner, "anime", other),
                        "of this file for channel default, got one that does not hold"));
        bad.add(
                new Bad(
                        "signed by somebody",
                        other,
                        signed(newKey(), CHANNEL, other),
                        "expected a signature by one of the trusted keys [" + ownerId + "], got"));
        return bad;
    }

    private static void addMetadata(
            Map<String, BrokenModels.Broken> broken,
            byte[] good,
            String key,
            String value,
            String words) {
        add(broken, key + " " + value, ChangedModels.withMetadata(good, key, value), words);
    }

    private static void add(
            Map<String, BrokenModels.Broken> broken, String name, byte[] file, String words) {
        broken.put(name, new BrokenModels.Broken(file, words));
    }

    private static void publish(ModelRegistry models, Bad bad, List<String> wrong) {
        try {
            models.publish(CHANNEL, bad.file(), bad.by());
            wrong.add(bad.name() + ": taken");
        } catch (ModelException e) {
            String words = e.getMessage();
            if (!words.contains(bad.words()) || words.lines().count() != 1) {
                wrong.add(bad.name() + ": " + words);
            }
        }
    }

    private static List<Integer> picture(ModelRegistry models) {
        Plane low = Plane.allocate(8, 8);
        for (int i = 0; i < 64; i++) {
            low.data().put(i / 8 * low.strideBytes() + i % 8, (byte) (i * 37));
        }
        Plane high = Plane.allocate(16, 16);
        try (ModelLease lease = models.lease(CHANNEL, 2, "cam")) {
            lease.upscaler()
                    .upscale(List.of(Patch.whole(low, high)), lease.upscaler().newScratch());
        }
        List<Integer> samples = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
            samples.add(high.sample(i % 16, i / 16));
        }
        return samples;
    }

    private static ModelSignature signed(KeyPair key, String channel, byte[] file) {
        try {
            String keyId = ModelSignature.keyIdOf(key.getPublic().getEncoded());
            return ModelSignature.sign(key.getPrivate(), keyId, channel, file);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair newKey() {
        try {
            return KeyPairGenerator.getInstance(ModelSignature.ALGORITHM).generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] shipped(String name) throws IOException {
        try (InputStream in =
                BadModelsTest.class.getResourceAsStream("/models/" + name + ".onnx")) {
            return in.readAllBytes();
        }
    }
}
