package io.upriver.train;

import io.upriver.distil.Networks;
import io.upriver.learn.Safetensors;
import io.upriver.learn.Weights.Tensor;
import io.upriver.teacher.Teacher;
import io.upriver.teacher.Teacher.Computed;
import io.upriver.teacher.Teacher.FeatureMap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code train verify}: a teacher against numbers that somebody else computed. */
@Command(
        name = "verify",
        description = "Compares what a teacher computes with known outputs and features.",
        mixinStandardHelpOptions = true,
        versionProvider = TrainMain.Version.class)
final class VerifyCommand implements Callable<Integer> {
    private static final String INPUT = "input";
    private static final String OUTPUT = "output";

    @Spec CommandSpec command;

    @Parameters(
            paramLabel = "CHECKPOINT",
            description = "A .safetensors or .onnx file, or the folder of a run.")
    Path checkpoint;

    @Option(
            names = "--golden",
            required = true,
            description =
                    "A .safetensors file with input [1,3,H,W], output and any features by name.")
    Path golden;

    @Option(
            names = "--tolerance",
            defaultValue = "1e-4",
            description = "Largest difference allowed (${DEFAULT-VALUE}).")
    double tolerance;

    @Override
    public Integer call() throws IOException {
        Map<String, Tensor> known = Safetensors.read(golden).tensors();
        Tensor input = image(INPUT, known.get(INPUT));
        image(OUTPUT, known.get(OUTPUT));
        boolean agrees;
        try (Teacher teacher = Networks.open(checkpoint)) {
            List<String> features =
                    known.keySet().stream()
                            .filter(name -> !name.equals(INPUT) && !name.equals(OUTPUT))
                            .sorted(Comparator.comparing(teacher.featureNames()::indexOf))
                            .toList();
            Computed computed =
                    teacher.compute(
                            input.values(),
                            (int) input.shape()[2],
                            (int) input.shape()[3],
                            features);
            agrees = agrees(OUTPUT, known.get(OUTPUT), computed.enlarged());
            for (String feature : features) {
                agrees &= agrees(feature, known.get(feature), computed.features().get(feature));
            }
        }
        return agrees ? 0 : 1;
    }

    private Tensor image(String name, Tensor tensor) throws IOException {
        boolean image = tensor != null && tensor.shape().length == 4 && tensor.shape()[0] == 1;
        if (!image || tensor.shape()[1] != 3) {
            throw new IOException(
                    golden
                            + ": expected "
                            + name
                            + " of shape [1, 3, H, W], got "
                            + (tensor == null ? "none" : Arrays.toString(tensor.shape())));
        }
        return tensor;
    }

    private boolean agrees(String name, Tensor expected, FeatureMap actual) throws IOException {
        long[] shape = {1, actual.channels(), actual.height(), actual.width()};
        if (!Arrays.equals(shape, expected.shape())) {
            throw new IOException(
                    golden
                            + ": "
                            + name
                            + " has shape "
                            + Arrays.toString(expected.shape())
                            + ", the teacher gives "
                            + Arrays.toString(shape));
        }
        double largest = 0;
        for (int i = 0; i < actual.values().length; i++) {
            double difference = Math.abs((double) actual.values()[i] - expected.values()[i]);
            largest =
                    Double.isNaN(difference)
                            ? Double.POSITIVE_INFINITY
                            : Math.max(largest, difference);
        }
        boolean agrees = largest <= tolerance;
        command.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "%-8s differs by at most %.1e%s%n",
                        name,
                        largest,
                        agrees ? "" : String.format(Locale.ROOT, ", allowed is %.1e", tolerance));
        return agrees;
    }
}
