package io.upriver.train;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which student learns from which teacher. */
final class TeachingOptions {
    static final String DEFAULT_SPEC = "nano-x2";

    @Option(
            names = "--spec",
            description = "Preset or JSON file of the student (" + DEFAULT_SPEC + ").")
    @Nullable String spec;

    @Option(
            names = "--teacher",
            required = true,
            paramLabel = "FILE",
            description = "Published checkpoint (.safetensors), ONNX model, or run of a teacher.")
    Path teacher;

    @Option(
            names = "--labels",
            required = true,
            paramLabel = "DIR",
            description = "Folder where the teacher's labels are kept, for all runs.")
    Path labels;
}
