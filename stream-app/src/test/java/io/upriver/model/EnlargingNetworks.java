package io.upriver.model;

import io.upriver.graph.OnnxWriter;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Networks that enlarge by the library's own operator, and then do something to the picture. The
 * factor of two around it keeps the library from resizing bytes, which its operator cannot.
 */
public final class EnlargingNetworks {

    private static final String IN = "large";
    private static final String OUT = "changed";

    private EnlargingNetworks() {}

    /** Repeats samples. */
    public static byte[] nearest(int scale) {
        return model(scale, "nearest", "asymmetric", EnlargingNetworks::unchanged);
    }

    public static byte[] linear(int scale) {
        return model(scale, "linear", "half_pixel", EnlargingNetworks::unchanged);
    }

    public static byte[] cubic(int scale) {
        return cubic(scale, EnlargingNetworks::unchanged);
    }

    /** 255 minus the picture. */
    static byte[] inverted(int scale) {
        return cubic(scale, graph -> graph.node("Sub", List.of("white", IN), OUT));
    }

    /** One grey. */
    static byte[] constant(int scale) {
        return cubic(
                scale,
                graph ->
                        graph.node("Mul", List.of(IN, "black"), "nothing")
                                .node("Add", List.of("nothing", "grey"), OUT));
    }

    /** The picture's last digits, as large as a picture. */
    static byte[] noise(int scale) {
        return cubic(
                scale,
                graph ->
                        graph.node("Mul", List.of(IN, "odd"), "many")
                                .node("Floor", List.of("many"), "whole")
                                .node("Sub", List.of("many", "whole"), "rest")
                                .node("Mul", List.of("rest", "white"), OUT));
    }

    /** The logarithm of numbers below zero. */
    static byte[] notANumber(int scale) {
        return cubic(
                scale,
                graph ->
                        graph.node("Sub", List.of(IN, "thousand"), "below")
                                .node("Log", List.of("below"), OUT));
    }

    /**
     * Like the small picture when it is shrunk, and unlike the large one: squares in every sample.
     */
    static byte[] squares(int scale) {
        float[] weights = new float[scale * scale];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = i % 2 == 0 ? 1.15f : 0.85f;
        }
        return cubic(
                scale,
                graph ->
                        graph.floats("squares", weights, weights.length, 1, 1, 1)
                                .node("Conv", List.of("small", "squares"), "parts")
                                .node(
                                        "DepthToSpace",
                                        List.of("parts"),
                                        "moved",
                                        "blocksize",
                                        (long) scale)
                                .node("Div", List.of("moved", "two"), OUT));
    }

    /** The mean of a square of two small samples and one large one along each side. */
    static byte[] blurred(int scale) {
        float[] mean = new float[(2 * scale + 1) * (2 * scale + 1)];
        Arrays.fill(mean, 1f / mean.length);
        return cubic(scale, graph -> filtered(graph, mean));
    }

    /** One large sample farther to the right, or down. */
    static byte[] shifted(int scale, boolean isDown) {
        float[] before = new float[9];
        before[isDown ? 1 : 3] = 1;
        return cubic(scale, graph -> filtered(graph, before));
    }

    /**
     * Takes about as much time for a picture as a worker allows, and adds nothing to it: 250 layers
     * of 48 channels.
     */
    public static byte[] slow(int scale) {
        int channels = 48;
        int layers = 250;
        return cubic(
                scale,
                graph -> {
                    graph.floats("first", new float[channels], channels, 1, 1, 1)
                            .floats(
                                    "next",
                                    new float[channels * channels],
                                    channels,
                                    channels,
                                    1,
                                    1)
                            .floats("last", new float[channels], 1, channels, 1, 1)
                            .node("Conv", List.of(IN, "first"), "layer0");
                    for (int i = 0; i < layers; i++) {
                        graph.node("Conv", List.of("layer" + i, "next"), "layer" + (i + 1));
                    }
                    return graph.node("Conv", List.of("layer" + layers, "last"), "nothing")
                            .node("Add", List.of(IN, "nothing"), OUT);
                });
    }

    private static byte[] cubic(int scale, Function<OnnxWriter, OnnxWriter> change) {
        return model(scale, "cubic", "half_pixel", change);
    }

    private static OnnxWriter unchanged(OnnxWriter graph) {
        return graph.node("Identity", List.of(IN), OUT);
    }

    private static OnnxWriter filtered(OnnxWriter graph, float[] kernel) {
        int side = (int) Math.sqrt(kernel.length);
        int reach = side / 2;
        return graph.longs("pads", 0, 0, reach, reach, 0, 0, reach, reach)
                .floats("kernel", kernel, 1, 1, side, side)
                .node("Pad", List.of(IN, "pads"), "padded", "mode", "edge")
                .node("Conv", List.of("padded", "kernel"), OUT);
    }

    private static byte[] model(
            int scale, String mode, String coordinates, Function<OnnxWriter, OnnxWriter> change) {
        OnnxWriter graph =
                new OnnxWriter("enlarging")
                        .input("luma", OnnxWriter.UINT8, -1, 1, -1, -1)
                        .output("upscaled", OnnxWriter.UINT8, -1, 1, -1, -1)
                        .floats("one", new float[] {1})
                        .bytes("zero", new byte[] {0})
                        .floats("black", new float[] {0})
                        .floats("two", new float[] {2})
                        .floats("grey", new float[] {128})
                        .floats("white", new float[] {255})
                        .floats("thousand", new float[] {1000})
                        .floats("odd", new float[] {37.7f})
                        .floats("scales", new float[] {1, 1, scale, scale}, 4)
                        .node("DequantizeLinear", List.of("luma", "one", "zero"), "bytes")
                        .node("Mul", List.of("bytes", "two"), "small")
                        .node(
                                "Resize",
                                List.of("small", "", "scales"),
                                "doubled",
                                "mode",
                                mode,
                                "coordinate_transformation_mode",
                                coordinates,
                                "nearest_mode",
                                "floor");
        graph.node("Div", List.of("doubled", "two"), IN);
        return change.apply(graph)
                .node("QuantizeLinear", List.of(OUT, "one", "zero"), "upscaled")
                .metadata("upriver.format", "1")
                .metadata("upriver.name", "enlarging")
                .metadata("upriver.scale", Integer.toString(scale))
                .metadata("upriver.planes", "luma")
                .metadata("upriver.multiple", "1")
                .metadata("upriver.receptiveField", "6")
                .toByteArray();
    }
}
