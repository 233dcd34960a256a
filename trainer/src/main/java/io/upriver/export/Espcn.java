package io.upriver.export;

import io.upriver.export.OnnxGraph.ElementType;
import io.upriver.learn.Weights.Tensor;
import io.upriver.schemas.ModelMetadata;
import io.upriver.schemas.ModelMetadata.Planes;
import java.util.Random;

/**
 * ESPCN (Shi et al. 2016, arXiv 1609.05158) as a yardstick of time: three convolutions, 5x5 to 32
 * channels, 3x3 to 32, 3x3 to scale x scale, and a pixel shuffle. It has not learned anything: one
 * channel carries the picture to the end, where it is interpolated linearly, the others carry noise
 * to nowhere; that takes the time of any other weights. The ends are those of our own models, and
 * ReLU stands for tanh, which takes longer.
 */
public final class Espcn {
    private static final int WIDTH = 32;
    private static final int REACH = 2 + 1 + 1;

    private Espcn() {}

    /** Its numbers: 11 236 for scale 2. */
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
        value = graph.relu(convolve(graph, value, carrying(random, 1, 5), 1, 5));
        value = graph.relu(convolve(graph, value, carrying(random, WIDTH, 3), WIDTH, 3));
        value = convolve(graph, value, repeating(scale), WIDTH, 3);
        graph.output(
                graph.depthToSpace(graph.quantize(value), scale),
                StudentOnnx.OUTPUT,
                ElementType.UINT8,
                1,
                scale + "*H",
                scale + "*W");
        return graph.model(
                "upriver-trainer",
                TrainerVersion.VERSION,
                ModelMetadata.of("espcn", scale, Planes.LUMA, 1, REACH).toMap());
    }

    private static String convolve(
            OnnxGraph graph, String input, float[] weight, int in, int kernel) {
        int out = weight.length / (in * kernel * kernel);
        return graph.conv(
                null,
                input,
                Tensor.of(weight, out, in, kernel, kernel),
                Tensor.of(new float[out], out),
                1,
                1,
                kernel / 2);
    }

    /** The first channel as it is, noise in the others. */
    private static float[] carrying(Random random, int in, int kernel) {
        int taps = kernel * kernel;
        float[] weight = new float[WIDTH * in * taps];
        weight[taps / 2] = 1;
        for (int i = in * taps; i < weight.length; i++) {
            weight[i] = (float) random.nextGaussian() / (in * kernel);
        }
        return weight;
    }

    /** Every pixel of a square is the first channel's pixel. */
    private static float[] repeating(int scale) {
        float[] weight = new float[scale * scale * WIDTH * 9];
        for (int phase = 0; phase < scale * scale; phase++) {
            weight[phase * WIDTH * 9 + 4] = 1;
        }
        return weight;
    }
}
