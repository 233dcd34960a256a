package io.upriver.teacher;

import io.upriver.learn.Parameters;
import io.upriver.learn.Safetensors;
import io.upriver.learn.Weights;
import io.upriver.teacher.TeacherSpec.Architecture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;

/** Small teachers for the tests. */
public final class Networks {
    private Networks() {}

    /** Two blocks of width 16. */
    public static TeacherSpec small(Architecture architecture) {
        return new TeacherSpec(architecture, 2, 16, 2);
    }

    /** Weights that make everything matter: unlike first weights, none is constant. */
    static float[] randomVector(Parameters parameters, long seed) {
        Random random = new Random(seed);
        float[] vector = new float[parameters.count()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (random.nextGaussian() * 0.2);
        }
        return vector;
    }

    /** A checkpoint of a small SMFANet, as if published. */
    public static Path publish(Path file) throws IOException {
        TeacherNetwork network = TeacherNetwork.of(small(Architecture.SMFANET));
        Weights weights = network.parameters().weights(randomVector(network.parameters(), 1));
        new Safetensors(weights.asMap(), Map.of()).write(file);
        return file;
    }

    static float[] uniform(int count, long seed) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextFloat();
        }
        return values;
    }
}
