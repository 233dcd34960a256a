package io.upriver.engine;

import static io.upriver.graph.OnnxWriter.FLOAT;
import static io.upriver.graph.OnnxWriter.UINT8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.frame.Plane;
import io.upriver.graph.GraphLimits;
import io.upriver.graph.OnnxFile;
import io.upriver.graph.OnnxWriter;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which ends a network may have, and that what lies between them is left alone. */
final class FloatFormTest {

    private static final ModelContract NEAREST = new ModelContract(2, 1, 0);

    private static final long[] TURNED = {0, 1, 3, 2};

    private final Device cpu =
            ExecutionProviders.choose(EngineSettings.defaults().with(ProviderPreference.CPU));

    @Test
    void handsOnEverySampleOfEveryDepthWhateverTheEnds() {
        Map<String, OnnxWriter> networks =
                Map.of(
                        "quantisation",
                        quantised(1, 255),
                        "quantisation to the range of 0 to 1",
                        quantised(1 / 255f, 1),
                        "quantisation without zero points",
                        TestNetworks.planes("ends")
                                .floats("one", new float[] {1}, 1)
                                .node("Identity", List.of("luma"), "moved")
                                .node("DequantizeLinear", List.of("moved", "one"), "low")
                                .node("QuantizeLinear", List.of("high", "one"), "upscaled"),
                        "clipping, rounding, casting",
                        cast().node("Clip", List.of("high", "black", "white"), "clipped")
                                .node("Round", List.of("clipped"), "rounded")
                                .node("Cast", List.of("rounded"), "upscaled", "to", (long) UINT8),
                        "rounding, clipping, casting",
                        cast().node("Round", List.of("high"), "rounded")
                                .node("Clip", List.of("rounded", "black", "white"), "clipped")
                                .node("Cast", List.of("clipped"), "upscaled", "to", (long) UINT8),
                        "the last floats used twice",
                        cast().node("Round", List.of("high"), "rounded")
                                .node("Cast", List.of("rounded"), "upscaled", "to", (long) UINT8)
                                .node("Relu", List.of("high"), "unused"),
                        "moves on both sides",
                        cast().node("Identity", List.of("high"), "a")
                                .node("Clip", List.of("a", "black", "white"), "b")
                                .node("Transpose", List.of("b"), "c", "perm", TURNED)
                                .node("Round", List.of("c"), "d")
                                .node("Transpose", List.of("d"), "e", "perm", TURNED)
                                .node("Cast", List.of("e"), "f", "to", (long) UINT8)
                                .node("Identity", List.of("f"), "upscaled"));
        networks.forEach(
                (ends, graph) -> {
                    byte[] onnx = TestNetworks.nearest(2, graph);
                    try (OnnxUpscaler upscaler = TestNetworks.upscaler(onnx, NEAREST, cpu)) {
                        for (int bitDepth = 8; bitDepth <= 16; bitDepth++) {
                            // Given: odd sizes, and samples up to the peak
                            Plane low = TestPlanes.noise(new Random(1), 33, 21, bitDepth);
                            TestPlanes.put(low, 0, 0, low.peak());
                            TestPlanes.put(low, 1, 0, 0);
                            Plane high = Plane.allocate(66, 42, bitDepth);

                            // When
                            assertNull(upscaler.refusalOf(bitDepth), ends);
                            upscaler.upscale(
                                    List.of(Patch.whole(low, high)), upscaler.newScratch());

                            // Then
                            String what = "%s, %d bits".formatted(ends, bitDepth);
                            for (int y = 0; y < 42; y++) {
                                for (int x = 0; x < 66; x++) {
                                    assertEquals(low.sample(x / 2, y / 2), high.sample(x, y), what);
                                }
                            }
                        }
                    }
                });
    }

    @Test
    void roundsAndLimitsWhatANetworkMakesOfDeepSamples() {
        // Given: a network that doubles the distance from 1/3 of white
        byte[] onnx =
                TestNetworks.planes("contrast")
                        .floats("one", new float[] {1})
                        .floats("factor", new float[] {2})
                        .floats("shift", new float[] {85.3f})
                        .bytes("zero", new byte[] {0})
                        .node("DequantizeLinear", List.of("luma", "one", "zero"), "low")
                        .node("Mul", List.of("low", "factor"), "doubled")
                        .node("Sub", List.of("doubled", "shift"), "high")
                        .node("QuantizeLinear", List.of("high", "one", "zero"), "upscaled")
                        .toByteArray();
        try (OnnxUpscaler upscaler = TestNetworks.upscaler(onnx, new ModelContract(1, 1, 0), cpu)) {
            for (int bitDepth = 9; bitDepth <= 16; bitDepth++) {
                Plane low = TestPlanes.noise(new Random(2), 40, 30, bitDepth);
                Plane high = Plane.allocate(40, 30, bitDepth);

                // When
                upscaler.upscale(List.of(Patch.whole(low, high)), upscaler.newScratch());

                // Then
                double unit = 1 << (bitDepth - 8);
                for (int y = 0; y < 30; y++) {
                    for (int x = 0; x < 40; x++) {
                        double exact = 2 * low.sample(x, y) - 85.3 * unit;
                        double limited = Math.max(0, Math.min(exact, low.peak()));
                        assertEquals(limited, high.sample(x, y), 0.51, bitDepth + " bits");
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nano-x2", "nano-x3", "nano-x4", "base-x2", "compressed-x2"})
    void isThereForEveryModelThatIsShipped(String name) throws IOException {
        // Given
        byte[] onnx = shipped(name);
        Map<String, String> metadata = OnnxFile.read(onnx, GraphLimits.DEFAULT).metadata();
        ModelContract contract =
                new ModelContract(
                        Integer.parseInt(metadata.get("upriver.scale")),
                        Integer.parseInt(metadata.getOrDefault("upriver.multiple", "1")),
                        Integer.parseInt(metadata.get("upriver.receptiveField")));
        try (OnnxUpscaler upscaler = TestNetworks.upscaler(onnx, contract, cpu)) {
            Plane low = TestPlanes.noise(new Random(3), 40, 24);
            Plane bytes = Plane.allocate(40 * contract.scale(), 24 * contract.scale());
            Plane deep = Plane.allocate(bytes.width(), bytes.height(), 16);
            Scratch scratch = upscaler.newScratch();

            // When
            assertNull(upscaler.refusalOf(10));
            upscaler.upscale(List.of(Patch.whole(low, bytes)), scratch);
            upscaler.upscale(List.of(Patch.whole(TestPlanes.deepened(low, 16), deep)), scratch);

            // Then: rounded to bytes it is the same
            for (int y = 0; y < bytes.height(); y++) {
                for (int x = 0; x < bytes.width(); x++) {
                    double value = Math.min(255, deep.sample(x, y) / 256.0);
                    assertEquals(bytes.sample(x, y), value, 0.51);
                }
            }
        }
    }

    @Test
    void isNotThereWithoutAKnownEndInFront() {
        assertRefused(
                TestNetworks.nearestOfBytes(2),
                "the network takes bytes only: it begins with Resize, expected DequantizeLinear or"
                        + " Cast");
    }

    @Test
    void isNotThereWithoutAKnownEndBehind() {
        assertRefused(
                TestNetworks.nearest(
                        2,
                        cast().bytes("most", new byte[] {-1})
                                .node("Round", List.of("high"), "rounded")
                                .node("Cast", List.of("rounded"), "cast", "to", (long) UINT8)
                                .node("Min", List.of("cast", "most"), "upscaled")),
                "the network takes bytes only: it ends with Min, expected QuantizeLinear or Cast");
    }

    @Test
    void isNotThereWhereFractionsAreCutOff() {
        assertRefused(
                TestNetworks.nearest(
                        2, cast().node("Cast", List.of("high"), "upscaled", "to", (long) UINT8)),
                "the network takes bytes only: it ends with a Cast to uint8 without Round");
    }

    @Test
    void isNotThereWhereBytesAreShifted() {
        assertRefused(
                TestNetworks.nearest(
                        2,
                        TestNetworks.planes("ends")
                                .floats("one", new float[] {1})
                                .bytes("middle", new byte[] {-128})
                                .node("DequantizeLinear", List.of("luma", "one", "middle"), "low")
                                .node(
                                        "QuantizeLinear",
                                        List.of("high", "one", "middle"),
                                        "upscaled")),
                "the network takes bytes only: it begins with DequantizeLinear, expected one scale"
                        + " and a zero point of 0");
    }

    @Test
    void isNotThereWhereTheBytesAtTheEndAreUsedAgain() {
        assertRefused(
                TestNetworks.nearest(
                        2,
                        cast().node("Round", List.of("high"), "rounded")
                                .node("Cast", List.of("rounded"), "cast", "to", (long) UINT8)
                                .node("Identity", List.of("cast"), "upscaled")
                                .node("Max", List.of("cast"), "unused")),
                "the network takes bytes only: \"cast\" at its end is used 2 times, expected once");
    }

    @Test
    void isNotThereWhereTheNetworkItselfGivesSomethingElse() {
        // Given: without limits the cast to bytes begins again at 0
        byte[] onnx =
                TestNetworks.nearest(
                        2,
                        cast().node("Add", List.of("high", "white"), "brighter")
                                .node("Round", List.of("brighter"), "rounded")
                                .node("Cast", List.of("rounded"), "upscaled", "to", (long) UINT8));

        // When, Then
        try (OnnxUpscaler upscaler = TestNetworks.upscaler(onnx, NEAREST, cpu)) {
            String refusal = upscaler.refusalOf(10);
            assertNotNull(refusal);
            assertTrue(
                    refusal.startsWith("the network takes bytes only: without its ends it gives "),
                    refusal);
        }
    }

    private void assertRefused(byte[] onnx, String why) {
        try (OnnxUpscaler upscaler = TestNetworks.upscaler(onnx, NEAREST, cpu)) {
            // Given
            Plane low = Plane.allocate(8, 8, 10);
            Plane high = Plane.allocate(16, 16, 10);

            // When
            Exception refusal =
                    assertThrows(
                            EngineException.class,
                            () ->
                                    upscaler.upscale(
                                            List.of(Patch.whole(low, high)),
                                            upscaler.newScratch()));

            // Then: bytes still go through
            assertEquals(why, refusal.getMessage());
            assertEquals(why, upscaler.refusalOf(10));
            assertNull(upscaler.refusalOf(8));
            upscaler.upscale(
                    List.of(Patch.whole(Plane.allocate(8, 8), Plane.allocate(16, 16))),
                    upscaler.newScratch());
        }
    }

    /** Quantisation at both ends, with a clip before the last. */
    private static OnnxWriter quantised(float scale, float white) {
        return TestNetworks.planes("ends")
                .floats("scale", new float[] {scale})
                .floats("black", new float[] {0})
                .floats("white", new float[] {white})
                .bytes("zero", new byte[] {0})
                .node("DequantizeLinear", List.of("luma", "scale", "zero"), "low")
                .node("Clip", List.of("high", "black", "white"), "clipped")
                .node("QuantizeLinear", List.of("clipped", "scale", "zero"), "upscaled");
    }

    /** A cast in front, and the limits of a byte. */
    private static OnnxWriter cast() {
        return TestNetworks.planes("ends")
                .floats("black", new float[] {0})
                .floats("white", new float[] {255})
                .node("Cast", List.of("luma"), "low", "to", (long) FLOAT);
    }

    private static byte[] shipped(String name) throws IOException {
        String resource = "/models/" + name + ".onnx";
        try (InputStream in = FloatFormTest.class.getResourceAsStream(resource)) {
            assertNotNull(in, resource);
            return in.readAllBytes();
        }
    }
}
