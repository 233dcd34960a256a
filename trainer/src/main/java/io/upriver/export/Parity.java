package io.upriver.export;

import io.upriver.evaluate.OnnxNetwork;
import io.upriver.export.StudentOnnx.Form;
import io.upriver.student.StudentNetwork;
import java.util.Map;
import java.util.Random;

/** Whether ONNX Runtime computes from an exported student what libtorch computed in training. */
public final class Parity {
    /**
     * Largest difference allowed, in units of the picture's range 0 to 1, of which a code value is
     * 40 times as much; in units of the network's largest output where that is beyond 1.
     */
    public static final double TOLERANCE = 1e-4;

    private Parity() {}

    /**
     * The largest difference over planes of noise, {@code count} planes of the size given. A
     * network may answer noise, which is no picture, with values of thousands, of which single
     * precision keeps seven digits: the difference is divided by the largest value that libtorch
     * gives, if that is beyond the range 0 to 1. Infinite where either gives no finite number.
     */
    public static double largestDifference(
            StudentNetwork network, float[] vector, int count, int height, int width, long seed) {
        byte[] samples = new byte[count * network.spec().channels() * height * width];
        new Random(seed).nextBytes(samples);
        float[] fractions = new float[samples.length];
        for (int i = 0; i < samples.length; i++) {
            fractions[i] = (samples[i] & 255) / 255f;
        }
        float[] expected = network.upscale(vector, fractions, count, height, width);
        byte[] model =
                StudentOnnx.model(
                        network.spec(),
                        network.parameters().weights(vector),
                        Form.EXACT,
                        "parity",
                        Map.of());
        float[] actual;
        try (OnnxNetwork onnx = new OnnxNetwork(model)) {
            actual = onnx.exact(samples, count, height, width);
        }
        if (actual.length != expected.length) {
            throw new IllegalStateException(
                    "parity: libtorch gives "
                            + expected.length
                            + " pixels, ONNX Runtime "
                            + actual.length);
        }
        double largest = 0;
        double range = 1;
        for (int i = 0; i < expected.length; i++) {
            double difference = Math.abs(actual[i] / 255.0 - expected[i]);
            if (!Double.isFinite(difference)) {
                return Double.POSITIVE_INFINITY;
            }
            largest = Math.max(largest, difference);
            range = Math.max(range, Math.abs(expected[i]));
        }
        return largest / range;
    }
}
