package io.upriver.distil;

import io.upriver.learn.Safetensors;
import io.upriver.learn.Sha256;
import io.upriver.learn.TrainingRun;
import io.upriver.learn.Weights;
import io.upriver.student.StudentNetwork;
import io.upriver.student.StudentSpec;
import io.upriver.teacher.Teacher;
import io.upriver.teacher.Teachers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** Networks by the file that they lie in: all that {@link Teachers} opens, and students. */
public final class Networks {
    private static final String SAFETENSORS = ".safetensors";
    private static final String TAIL = "upsampler.0.weight";

    private Networks() {}

    /**
     * Opens what {@link Teachers#open} opens, the authors' published student, or the folder of a
     * student's run, which gives its averaged weights.
     *
     * @throws IOException if it cannot be read or is none of these; the sentence begins with the
     *     file
     */
    public static Teacher open(Path file) throws IOException {
        String name = file.toAbsolutePath().normalize().getFileName().toString();
        try {
            if (Files.isDirectory(file)) {
                TrainingRun run = TrainingRun.open(file);
                if (!run.spec().contains("\"topology\"")) {
                    return Teachers.open(file);
                }
                StudentNetwork network = new StudentNetwork(StudentSpec.parse(run.spec()));
                float[] average = run.averageWeights(network.parameters());
                return new FrozenStudent(name, network, average, digest(average));
            }
            if (name.endsWith(SAFETENSORS)) {
                Weights weights = new Weights(Safetensors.read(file).tensors());
                if (weights.names().contains(TAIL)) {
                    long phases = weights.get(TAIL).shape()[0];
                    String preset = "ibmdn-x" + Math.round(Math.sqrt(phases / 3.0));
                    StudentNetwork network = new StudentNetwork(StudentSpec.load(preset));
                    return new FrozenStudent(
                            name,
                            network,
                            network.parameters().vector(weights),
                            Sha256.of(Files.readAllBytes(file)));
                }
            }
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
        return Teachers.open(file);
    }

    /** Of the weights themselves: a run that is going may replace its file at any time. */
    private static String digest(float[] weights) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * weights.length);
        bytes.asFloatBuffer().put(weights);
        return Sha256.of(bytes.array());
    }
}
