package io.upriver.graph;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused by its file alone, and that what is shipped is not. */
class OnnxFileTest {

    private static byte[] good;

    @BeforeAll
    static void read() throws IOException {
        good = shipped("nano-x2");
    }

    @ParameterizedTest
    @CsvSource({"nano-x2,2", "nano-x3,3", "nano-x4,4", "compressed-x2,2", "base-x2,2"})
    void takesWhatIsShippedWithATenthOfTheWorkAllowed(String name, int scale) throws IOException {
        // Given
        GraphLimits limits =
                new GraphLimits(1 << 20, GraphLimits.DEFAULT.maxFrameBytes() / 2, 500_000_000_000L);

        // When
        OnnxFile file = OnnxFile.read(shipped(name), limits);
        file.requireScale(scale, 1);

        // Then
        assertEquals(Integer.toString(scale), file.metadata().get("upriver.scale"));
        assertEquals("luma", file.input());
        assertEquals("upscaled", file.output());
        assertTrue(file.isBatchable());
    }

    @Test
    void refusesEveryBrokenFileInASentenceAndInNoTime() {
        List<String> wrong = new ArrayList<>();
        BrokenModels.of(good)
                .forEach(
                        (name, broken) -> {
                            // When
                            long start = System.nanoTime();
                            String words = refusal(broken.file(), 2, 1);
                            Duration took = Duration.ofNanos(System.nanoTime() - start);

                            // Then
                            if (!words.contains(broken.words()) || took.toMillis() > 2000) {
                                wrong.add(name + " in " + took + ": " + words);
                            }
                        });
        assertEquals(List.of(), wrong);
    }

    @Test
    void refusesAnotherScaleThanPromised() {
        assertEquals(
                "expected an output of [2,1,51,39] for an input of [2,1,17,13] and scale 3, got"
                        + " [2,1,34,26]",
                refusal(good, 3, 1));
    }

    @Test
    void refusesASmallerMultipleThanTheShapesNeed() {
        // Given
        byte[] blocks =
                new OnnxWriter("blocks")
                        .input("luma", OnnxWriter.UINT8, -1, 1, -1, -1)
                        .output("upscaled", OnnxWriter.UINT8, -1, 1, -1, -1)
                        .node("SpaceToDepth", List.of("luma"), "blocks", "blocksize", 2L)
                        .node("DepthToSpace", List.of("blocks"), "upscaled", "blocksize", 2L)
                        .toByteArray();

        // When
        String words = refusal(blocks, 1, 1);

        // Then
        assertEquals(
                "node \"blocks\" (SpaceToDepth): expected a height and width that 2 divides, got"
                        + " [2,1,17,13]",
                words);
        OnnxFile.read(blocks, GraphLimits.DEFAULT).requireScale(1, 2);
    }

    @Test
    void countsTheMemoryThatIsNeededAtTheSameTime() {
        // Given: a chain of which two tensors of 8 channels are needed at a time
        OnnxWriter graph =
                new OnnxWriter("chain")
                        .input("luma", OnnxWriter.UINT8, -1, 1, -1, -1)
                        .output("upscaled", OnnxWriter.UINT8, -1, 1, -1, -1)
                        .floats("wide", new float[8], 8, 1, 1, 1)
                        .floats("narrow", new float[8], 1, 8, 1, 1)
                        .node("Cast", List.of("luma"), "floats", "to", 1L)
                        .node("Conv", List.of("floats", "wide"), "a0");
        for (int i = 0; i < 20; i++) {
            graph.node("Relu", List.of("a" + i), "a" + (i + 1));
        }
        byte[] chain =
                graph.node("Conv", List.of("a20", "narrow"), "out")
                        .node("Cast", List.of("out"), "upscaled", "to", 2L)
                        .toByteArray();
        long tensor = 8L * 1920 * 1080 * 4;
        long constants = 2 * 8 * 4;

        // When, Then
        OnnxFile.read(chain, new GraphLimits(1 << 20, 2 * tensor + constants, 1L << 40))
                .requireScale(1, 1);
        String words =
                assertThrows(
                                GraphException.class,
                                () ->
                                        OnnxFile.read(
                                                        chain,
                                                        new GraphLimits(
                                                                1 << 20,
                                                                2 * tensor + constants - 1,
                                                                1L << 40))
                                                .requireScale(1, 1))
                        .getMessage();
        assertEquals(
                "node \"a1\" (Relu): expected at most %d bytes of memory for a frame of 1920x1080, got %d"
                        .formatted(2 * tensor + constants - 1, 2 * tensor + constants),
                words);
    }

    @Test
    void countsTheMultiplicationsOfAFrame() throws IOException {
        // Given: for a sample the numbers in the weights of its convolutions, which all run at the
        // input's size, and one for each number of all else; the trainer counts 4.9 thousand
        long samples = 1920L * 1080;

        // When, Then
        OnnxFile.read(good, new GraphLimits(1 << 20, 1L << 40, 7000 * samples)).requireScale(2, 1);
        GraphLimits fewer = new GraphLimits(1 << 20, 1L << 40, 4000 * samples);
        String words =
                assertThrows(
                                GraphException.class,
                                () -> OnnxFile.read(good, fewer).requireScale(2, 1))
                        .getMessage();
        assertTrue(words.contains("expected at most 8294400000 multiply-adds for a frame"), words);
    }

    @Test
    void tellsThinNetworksFromThickOnes() throws IOException {
        double nano = OnnxFile.read(good, GraphLimits.DEFAULT).multiplyAddsPerValue();
        double base = OnnxFile.read(shipped("base-x2"), GraphLimits.DEFAULT).multiplyAddsPerValue();

        // 1x1 of 16 channels and depthwise 3x3 in turn; 3x3 of 32 channels
        assertTrue(nano > 9 && nano < 25, "nano: " + nano);
        assertTrue(base > 150 && base < 32 * 9, "base: " + base);
    }

    @Test
    void tellsSmallNetworksFromLargeOnes() throws IOException {
        long nano = OnnxFile.read(good, GraphLimits.DEFAULT).multiplyAddsPerSample();
        long base = OnnxFile.read(shipped("base-x2"), GraphLimits.DEFAULT).multiplyAddsPerSample();

        // their weights, less those that are none of a convolution
        assertTrue(nano > 3_000 && nano < 5_000, "nano: " + nano);
        assertTrue(base > 90_000 && base < 100_000, "base: " + base);
    }

    @Test
    void handsOnNothingThatItDoesNotKnow() throws IOException {
        // Given: a field of a later version, in the model and in a node
        UnknownFieldSet unknown =
                UnknownFieldSet.newBuilder()
                        .addField(
                                99,
                                UnknownFieldSet.Field.newBuilder()
                                        .addLengthDelimited(ByteString.copyFromUtf8("later"))
                                        .build())
                        .build();
        byte[] later =
                ChangedModels.changed(
                        good,
                        model -> {
                            model.setUnknownFields(unknown);
                            model.getGraphBuilder().getNodeBuilder(0).setUnknownFields(unknown);
                        });

        // When
        byte[] handedOn = OnnxFile.read(later, GraphLimits.DEFAULT).bytes();

        // Then
        assertFalse(ByteString.copyFrom(handedOn).toStringUtf8().contains("later"));
        assertArrayEquals(ModelProto.parseFrom(good).toByteArray(), handedOn);
    }

    @Test
    void refusesLimitsThatNothingKeeps() {
        Exception refusal =
                assertThrows(IllegalArgumentException.class, () -> new GraphLimits(0, 1, 1));
        assertEquals("max-bytes: expected at least 1, got 0", refusal.getMessage());
    }

    private static String refusal(byte[] onnx, int scale, int multiple) {
        try {
            OnnxFile.read(onnx, GraphLimits.DEFAULT).requireScale(scale, multiple);
            return "taken";
        } catch (GraphException e) {
            return e.getMessage();
        }
    }

    private static byte[] shipped(String name) throws IOException {
        try (InputStream in = OnnxFileTest.class.getResourceAsStream("/models/" + name + ".onnx")) {
            return in.readAllBytes();
        }
    }
}
