package io.upriver.engine;

import static io.upriver.graph.OnnxWriter.UINT8;

import io.upriver.graph.GraphLimits;
import io.upriver.graph.OnnxFile;
import io.upriver.graph.OnnxWriter;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Networks for tests, untrained, with the tensor contract of real ones. */
public final class TestNetworks {

    /** What {@link #convolutional} needs: blocks of 2, and two 3x3 convolutions on blocks. */
    static final ModelContract CONVOLUTIONAL = new ModelContract(2, 2, 5);

    private TestNetworks() {}

    /** An upscaler as the service makes it, with all checks. */
    static OnnxUpscaler upscaler(byte[] onnx, ModelContract contract, Device device) {
        OnnxFile file = OnnxFile.read(onnx, GraphLimits.DEFAULT);
        try (RunLimit limit = new RunLimit(Duration.ofMinutes(1))) {
            return new OnnxUpscaler(file, contract, device, limit);
        }
    }

    /**
     * Scale 2, in the form of a small student: space to depth, a 3x3 convolution, leaky activation,
     * a depthwise 3x3 and a 1x1 convolution with seeded random weights, depth to space.
     */
    static byte[] convolutional(long seed) {
        Random random = new Random(seed);
        return planes("convolutional")
                .floats("one", new float[] {1})
                .bytes("zero", new byte[] {0})
                .floats("head.weight", weights(random, 16 * 4 * 9, 36), 16, 4, 3, 3)
                .floats("head.bias", weights(random, 16, 0.01), 16)
                .floats("depthwise.weight", weights(random, 16 * 9, 9), 16, 1, 3, 3)
                .floats("tail.weight", weights(random, 16 * 16, 16), 16, 16, 1, 1)
                .floats("tail.bias", constant(16, 128), 16)
                .node("DequantizeLinear", List.of("luma", "one", "zero"), "y")
                .node("SpaceToDepth", List.of("y"), "blocks", "blocksize", 2L)
                .node(
                        "Conv",
                        List.of("blocks", "head.weight", "head.bias"),
                        "head",
                        "pads",
                        new long[] {1, 1, 1, 1})
                .node("LeakyRelu", List.of("head"), "active", "alpha", 0.1f)
                .node(
                        "Conv",
                        List.of("active", "depthwise.weight"),
                        "depthwise",
                        "pads",
                        new long[] {1, 1, 1, 1},
                        "group",
                        16L)
                .node("Conv", List.of("depthwise", "tail.weight", "tail.bias"), "tail")
                .node("DepthToSpace", List.of("tail"), "z", "blocksize", 4L, "mode", "CRD")
                .node("QuantizeLinear", List.of("z", "one", "zero"), "upscaled")
                .metadata("upriver.scale", "2")
                .metadata("upriver.multiple", "2")
                .toByteArray();
    }

    /**
     * Repeats every sample; receptive field 0, multiple 1. It computes with floats, between the
     * quickest ends for a CPU.
     */
    static byte[] nearest(int scale) {
        return nearest(
                scale,
                planes("nearest")
                        .floats("one", new float[] {1})
                        .bytes("zero", new byte[] {0})
                        .node("DequantizeLinear", List.of("luma", "one", "zero"), "low")
                        .node("QuantizeLinear", List.of("high", "one", "zero"), "upscaled"));
    }

    /** Repeats every sample between ends of the caller's, which make "low", and take "high". */
    static byte[] nearest(int scale, OnnxWriter ends) {
        return repeating(ends, "low", "high", scale);
    }

    /** Gives back every sample, by way of floats, as a model with the name "same" and scale 1. */
    public static byte[] same() {
        return planes("same")
                .floats("one", new float[] {1})
                .bytes("zero", new byte[] {0})
                .node("DequantizeLinear", List.of("luma", "one", "zero"), "y")
                .node("QuantizeLinear", List.of("y", "one", "zero"), "upscaled")
                .metadata("upriver.format", "1")
                .metadata("upriver.name", "same")
                .metadata("upriver.scale", "1")
                .metadata("upriver.planes", "luma")
                .metadata("upriver.multiple", "1")
                .metadata("upriver.receptiveField", "0")
                .toByteArray();
    }

    /** Repeats every sample and knows nothing but bytes. */
    static byte[] nearestOfBytes(int scale) {
        return repeating(planes("bytes"), "luma", "upscaled", scale);
    }

    private static byte[] repeating(OnnxWriter graph, String from, String to, int scale) {
        return graph.floats("scales", new float[] {1, 1, scale, scale}, 4)
                .node(
                        "Resize",
                        List.of(from, "", "scales"),
                        to,
                        "mode",
                        "nearest",
                        "coordinate_transformation_mode",
                        "asymmetric",
                        "nearest_mode",
                        "floor")
                .toByteArray();
    }

    /**
     * Interpolates with the library's own bicubic operator, Keys a = -0.5, edges repeated. The
     * factor of two between the ends keeps the library from resizing bytes, which its operator
     * cannot.
     */
    static byte[] bicubic(int scale) {
        return planes("bicubic")
                .floats("one", new float[] {1})
                .floats("two", new float[] {2})
                .bytes("zero", new byte[] {0})
                .floats("scales", new float[] {1, 1, scale, scale}, 4)
                .node("DequantizeLinear", List.of("luma", "one", "zero"), "y")
                .node("Mul", List.of("y", "two"), "doubled")
                .node(
                        "Resize",
                        List.of("doubled", "", "scales"),
                        "z",
                        "mode",
                        "cubic",
                        "coordinate_transformation_mode",
                        "half_pixel",
                        "cubic_coeff_a",
                        -0.5f)
                .node("QuantizeLinear", List.of("z", "two", "zero"), "upscaled")
                .toByteArray();
    }

    /** Hands its input on as its output: a network of any type and shape that does nothing. */
    static byte[] identity(int type, long... shape) {
        return new OnnxWriter("identity")
                .input("luma", type, shape)
                .output("upscaled", type, shape)
                .node("Identity", List.of("luma"), "upscaled")
                .toByteArray();
    }

    /** The beginning of a network that keeps the contract. */
    static OnnxWriter planes(String name) {
        return new OnnxWriter(name)
                .input("luma", UINT8, -1, 1, -1, -1)
                .output("upscaled", UINT8, -1, 1, -1, -1);
    }

    private static float[] weights(Random random, int count, double inputs) {
        float[] weights = new float[count];
        for (int i = 0; i < count; i++) {
            weights[i] = (float) (random.nextGaussian() / Math.sqrt(inputs));
        }
        return weights;
    }

    private static float[] constant(int count, float value) {
        float[] values = new float[count];
        Arrays.fill(values, value);
        return values;
    }
}
