package io.upriver.learn;

import io.upriver.learn.Weights.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Everything that changes from step to step: the weights, their running average and Adam's moments
 * (Kingma and Ba, arXiv 1412.6980). All vectors have the parameters' layout. Written whole into a
 * checkpoint, so that a resumed run takes the same next step. Not safe for several threads.
 */
final class TrainingState {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final float[] parameters;
    private final float[] average;
    private final float[] firstMoment;
    private final float[] secondMoment;
    private long step;

    private TrainingState(
            float[] parameters,
            float[] average,
            float[] firstMoment,
            float[] secondMoment,
            long step) {
        this.parameters = parameters;
        this.average = average;
        this.firstMoment = firstMoment;
        this.secondMoment = secondMoment;
        this.step = step;
    }

    /** The state before the first step. */
    static TrainingState begin(float[] parameters) {
        return new TrainingState(
                parameters.clone(),
                parameters.clone(),
                new float[parameters.length],
                new float[parameters.length],
                0);
    }

    /** Steps taken so far. */
    long step() {
        return step;
    }

    /** The live weights; the caller only reads them. */
    float[] parameters() {
        return parameters;
    }

    /** The averaged weights, those to keep; the caller only reads them. */
    float[] average() {
        return average;
    }

    /**
     * Takes one step of Adam or AdamW along a gradient that is shortened to {@code
     * settings.clipNorm()} if it is longer, then updates the average.
     */
    void advance(
            float[] gradient, double gradientNorm, boolean[] learned, TrainingSettings settings) {
        double rate = settings.rate(step);
        double shorten = Math.min(1, settings.clipNorm() / Math.max(gradientNorm, 1e-30));
        step++;
        double correction1 = 1 - Math.pow(BETA1, (double) step);
        double correction2 = 1 - Math.pow(BETA2, (double) step);
        double decay = Math.min(settings.averageDecay(), (1.0 + step) / (10.0 + step));
        for (int i = 0; i < parameters.length; i++) {
            if (!learned[i]) {
                average[i] = (float) (decay * average[i] + (1 - decay) * parameters[i]);
                continue;
            }
            double g = gradient[i] * shorten;
            firstMoment[i] = (float) (BETA1 * firstMoment[i] + (1 - BETA1) * g);
            secondMoment[i] = (float) (BETA2 * secondMoment[i] + (1 - BETA2) * g * g);
            parameters[i] -= (float) (rate * settings.weightDecay() * parameters[i]);
            parameters[i] -=
                    (float)
                            (rate
                                    * (firstMoment[i] / correction1)
                                    / (Math.sqrt(secondMoment[i] / correction2) + EPSILON));
            average[i] = (float) (decay * average[i] + (1 - decay) * parameters[i]);
        }
    }

    /** Counts a step whose gradient was unusable. */
    void skip() {
        step++;
    }

    void write(Path file) throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("parameters", vector(parameters));
        tensors.put("average", vector(average));
        tensors.put("firstMoment", vector(firstMoment));
        tensors.put("secondMoment", vector(secondMoment));
        new Safetensors(tensors, Map.of("step", Long.toString(step))).write(file);
    }

    static TrainingState read(Path file) throws IOException {
        Safetensors stored = Safetensors.read(file);
        Tensor parameters = stored.tensors().get("parameters");
        if (parameters == null) {
            throw new IOException(file + ": expected parameters, got " + stored.tensors().keySet());
        }
        int count = parameters.values().length;
        return new TrainingState(
                vector(file, stored, "parameters", count),
                vector(file, stored, "average", count),
                vector(file, stored, "firstMoment", count),
                vector(file, stored, "secondMoment", count),
                Long.parseLong(stored.metadata().getOrDefault("step", "0")));
    }

    private static Tensor vector(float[] values) {
        return Tensor.of(values, values.length);
    }

    private static float[] vector(Path file, Safetensors stored, String name, int parameterCount)
            throws IOException {
        Tensor tensor = stored.tensors().get(name);
        if (tensor == null || tensor.values().length != parameterCount) {
            throw new IOException(
                    file
                            + ": expected "
                            + name
                            + " with "
                            + parameterCount
                            + " values, got "
                            + (tensor == null ? "none" : tensor.values().length));
        }
        return tensor.values();
    }
}
