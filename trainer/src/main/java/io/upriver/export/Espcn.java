package io.upriver.export;

import io.upriver.export.OnnxGraph.ElementType;
import io.upriver.learn.Weights.Tensor;
import java.util.Map;
import java.util.Random;

/**
 * ESPCN (Shi et al. 2016, arXiv 1609.05158) as a yardstick of time: three convolutions, 5x5 to 32
 * channels, 3x3 to 32, 3x3 to scale x scale, and a pixel shuffle. Its weights are arbitrary, since
 * time does not depend on them; the ends are those of our own models, and ReLU stands for tanh,
 * which takes longer.
 */
public final class Espcn {
    private static final int WIDTH = 32;

    private Espcn() {}

    /** Its learned numbers: 11 236 for scale 2. */
    public static long parameters(int scale) {
        int out = scale * scale;
        return WIDTH * (25 + 1) + WIDTH * (WIDTH * 9 + 1) + (long) out * (WIDTH * 9 + 1);
    }

    /** The model: luma [N,1,H,W] uint8 in, [N,1,scale H,scale W] uint8 out. */
    public static byte[] model(int scale) {
        Random random = new Random(1);
        OnnxGraph graph = new OnnxGraph("espcn");
        String value =
                graph.dequantize(graph.input(StudentOnnx.INPUT, ElementType.UINT8, 1, "H", "W"));
        value = graph.relu(convolve(graph, value, WIDTH, 1, 5, random));
        value = graph.relu(convolve(graph, value, WIDTH, WIDTH, 3, random));
        value = convolve(graph, value, scale * scale, WIDTH, 3, random);
        graph.output(
                graph.depthToSpace(graph.quantize(value), scale),
                StudentOnnx.OUTPUT,
                ElementType.UINT8,
                1,
                scale + "*H",
                scale + "*W");
        return graph.model("upriver-trainer", TrainerVersion.VERSION, Map.of());
    }

    private static String convolve(
            OnnxGraph graph, String input, int out, int in, int kernel, Random random) {
        float[] weight = new float[out * in * kernel * kernel];
        for (int i = 0; i < weight.length; i++) {
            weight[i] = (float) random.nextGaussian() / (in * kernel);
        }
        return graph.conv(
                null,
                input,
                Tensor.of(weight, out, in, kernel, kernel),
                Tensor.of(new float[out], out),
                1,
                1,
                kernel / 2);
    }
}
