package io.upriver.train;

import io.upriver.export.ExportedWeights;
import io.upriver.learn.Parameters;
import io.upriver.learn.Safetensors;
import io.upriver.learn.Sha256;
import io.upriver.learn.TrainingRun;
import io.upriver.learn.Weights;
import io.upriver.student.StudentNetwork;
import io.upriver.student.StudentSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a student starts from. */
final class StartOptions {
    @Option(
            names = "--start",
            paramLabel = "RUN|FILE",
            description =
                    "Start from another run's averaged weights, an exported model or a .safetensors file: tensors of the same name and"
                            + " shape are taken, all others begin anew.")
    Path from;

    /**
     * The first vector, whose origin the run keeps; null without {@code --start}, and where the run
     * has begun already.
     *
     * @throws IOException if nothing of it fits
     */
    float @Nullable [] vector(TrainingRun run, Parameters parameters, long seed, PrintWriter log)
            throws IOException {
        if (from == null || run.hasCheckpoint()) {
            return null;
        }
        Weights weights = read(from);
        float[] vector = parameters.initial(seed);
        int taken = 0;
        for (Parameters.Entry entry : parameters.entries()) {
            Weights.Tensor found = weights.asMap().get(entry.name());
            if (found != null && Arrays.equals(found.shape(), entry.shape())) {
                System.arraycopy(
                        found.values(), 0, vector, parameters.offset(entry.name()), entry.count());
                taken++;
            } else {
                String got = found == null ? "none" : Arrays.toString(found.shape());
                log.println(
                        "start: %s begins anew: expected shape %s, got %s"
                                .formatted(entry.name(), Arrays.toString(entry.shape()), got));
            }
        }
        if (taken == 0) {
            throw new IOException(from + ": none of its tensors is one of the network's");
        }
        run.keep(TrainingRun.START, source());
        return vector;
    }

    /** By name and content: a run may go on afterwards, and files are renamed. */
    private String source() throws IOException {
        boolean isRun = Files.isDirectory(from);
        Path file = isRun ? from.resolve(TrainingRun.CHECKPOINT) : from;
        return from.toAbsolutePath().normalize().getFileName()
                + (isRun ? " step " + TrainingRun.open(from).stepsTaken() : "")
                + " sha256:"
                + Sha256.of(Files.readAllBytes(file));
    }

    private static Weights read(Path from) throws IOException {
        if (from.toString().endsWith(".onnx")) {
            return ExportedWeights.of(Files.readAllBytes(from));
        }
        if (!Files.isDirectory(from)) {
            return new Weights(Safetensors.read(from).tensors());
        }
        TrainingRun run = TrainingRun.open(from);
        StudentNetwork network = new StudentNetwork(StudentSpec.parse(run.spec()));
        return network.parameters().weights(run.averageWeights(network.parameters()));
    }
}
