package io.upriver.teacher;

import io.upriver.learn.Safetensors;
import io.upriver.learn.Sha256;
import io.upriver.learn.TrainingRun;
import io.upriver.learn.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeSet;

/** Teachers by the file that they lie in. */
public final class Teachers {
    private static final String SAFETENSORS = ".safetensors";
    private static final String ONNX = ".onnx";
    private static final String CHECKPOINT = "checkpoint.safetensors";
    private static final int NAMES_SHOWN = 5;

    private Teachers() {}

    /**
     * Opens a published checkpoint ({@code .safetensors}, SMFANet's names), a model ({@code
     * .onnx}), or the folder of a run, which gives its averaged weights.
     *
     * @throws IOException if it cannot be read or is none of these; the sentence begins with the
     *     file
     */
    public static Teacher open(Path file) throws IOException {
        String name = file.toAbsolutePath().normalize().getFileName().toString();
        try {
            if (Files.isDirectory(file)) {
                return trained(name, file);
            }
            if (name.endsWith(ONNX)) {
                return new OnnxTeacher(name, Files.readAllBytes(file));
            }
            if (name.endsWith(SAFETENSORS)) {
                return published(name, file);
            }
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
        throw new IOException(
                file + ": expected a .safetensors or .onnx file or the folder of a run");
    }

    private static Teacher published(String name, Path file) throws IOException {
        Weights weights = new Weights(Safetensors.read(file).tensors());
        if (!weights.names().contains("to_feat.weight")) {
            throw new IllegalArgumentException(
                    "no known network has these "
                            + weights.names().size()
                            + " tensors ("
                            + String.join(
                                    ", ",
                                    new TreeSet<>(weights.names())
                                            .stream().limit(NAMES_SHOWN).toList())
                            + ", ...); known is SMFANet, which begins with to_feat.weight");
        }
        SmfaNet network = SmfaNet.of(weights);
        return new FrozenTeacher(
                name,
                network,
                network.parameters().vector(weights),
                Sha256.of(Files.readAllBytes(file)));
    }

    /** The run may be going: its checkpoint is read again if it was replaced meanwhile. */
    private static Teacher trained(String name, Path folder) throws IOException {
        TrainingRun run = TrainingRun.open(folder);
        TeacherNetwork network = TeacherNetwork.of(TeacherSpec.parse(run.spec()));
        Path checkpoint = folder.resolve(CHECKPOINT);
        while (true) {
            float[] average = run.averageWeights();
            if (average.length != network.parameters().count()) {
                throw new IllegalArgumentException(
                        "expected a checkpoint of "
                                + network.parameters().count()
                                + " parameters, got "
                                + average.length);
            }
            String digest = Sha256.of(Files.readAllBytes(checkpoint));
            if (Arrays.equals(average, run.averageWeights())) {
                return new FrozenTeacher(name, network, average, digest);
            }
        }
    }
}
