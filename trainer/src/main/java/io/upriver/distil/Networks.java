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
import org.jspecify.annotations.Nullable;

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
        Student student = student(file);
        return student == null
                ? Teachers.open(file)
                : new FrozenStudent(
                        student.name(), student.network(), student.vector(), student.digest());
    }

    /**
     * A student and the weights that it keeps.
     *
     * @param name of its file
     * @param vector its parameters
     * @param digest SHA-256 of what it came from, hexadecimal
     */
    @SuppressWarnings("ArrayRecordComponent") // compared and hashed nowhere
    public record Student(String name, StudentNetwork network, float[] vector, String digest) {}

    /**
     * The student that lies in a run's folder or is the authors' published one; null for all else.
     *
     * @throws IOException if it cannot be read or is damaged; the sentence begins with the file
     */
    public static @Nullable Student student(Path file) throws IOException {
        String name = file.toAbsolutePath().normalize().getFileName().toString();
        try {
            if (Files.isDirectory(file)) {
                return studentOf(TrainingRun.open(file), name);
            }
            return name.endsWith(SAFETENSORS) ? published(file, name) : null;
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private static @Nullable Student studentOf(TrainingRun run, String name) throws IOException {
        if (!run.spec().contains("\"topology\"")) {
            return null;
        }
        StudentNetwork network = new StudentNetwork(StudentSpec.parse(run.spec()));
        float[] average = run.averageWeights(network.parameters());
        return new Student(name, network, average, digest(average));
    }

    private static @Nullable Student published(Path file, String name) throws IOException {
        Weights weights = new Weights(Safetensors.read(file).tensors());
        if (!weights.names().contains(TAIL)) {
            return null;
        }
        long phases = weights.get(TAIL).shape()[0];
        String preset = "ibmdn-x" + Math.round(Math.sqrt(phases / 3.0));
        StudentNetwork network = new StudentNetwork(StudentSpec.load(preset));
        float[] vector = network.parameters().vector(weights);
        return new Student(name, network, vector, Sha256.of(Files.readAllBytes(file)));
    }

    /** Of the weights themselves: a run that is going may replace its file at any time. */
    private static String digest(float[] weights) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * weights.length);
        bytes.asFloatBuffer().put(weights);
        return Sha256.of(bytes.array());
    }
}
