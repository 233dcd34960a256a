package io.upriver.app;

import io.upriver.model.ModelException;
import io.upriver.model.NoModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code upriver bench}: how fast this machine is, and at what. */
@Command(
        name = "bench",
        description = "Measures this machine.",
        mixinStandardHelpOptions = true,
        subcommands = {BenchCommand.Pipeline.class, SwapCommand.class, LiveCommand.class})
final class BenchCommand implements Runnable {

    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "expected what to measure: pipeline, swap or live");
    }

    /** {@code upriver bench pipeline}: the stages alone and together, without Kafka. */
    @Command(
            name = "pipeline",
            description =
                    "Decoding, network, chroma and encoding alone, then all together as a worker does it.",
            mixinStandardHelpOptions = true,
            showDefaultValues = true)
    static final class Pipeline implements Callable<Integer> {

        @Spec private CommandSpec spec;

        @Option(
                names = "--input",
                paramLabel = "FILE",
                description =
                        "A clip to measure with. Default: a generated one, 640x360, 30 fps, 4 s.")
        private @Nullable Path input;

        @Option(
                names = "--runs",
                defaultValue = "5",
                description = "Runs of each stage; the median counts.")
        private int runs;

        @Option(
                names = "--model",
                paramLabel = "MODEL",
                defaultValue = "default",
                description =
                        "A model's name or an ONNX file, for scale 2; repeatable. The first one takes part in the whole.")
        private List<String> models;

        @Override
        public Integer call() throws IOException {
            for (String model : models) {
                if (model.endsWith(".onnx") && !Files.isRegularFile(Path.of(model))) {
                    throw new ParameterException(
                            spec.commandLine(), "no such model file: " + model);
                }
            }
            Path clip = input != null ? input : TestClip.make();
            try {
                PipelineBench.Report report = PipelineBench.run(clip, runs, models);
                spec.commandLine().getOut().print(report.toTable());
                spec.commandLine().getOut().flush();
                return 0;
            } catch (ModelException | NoModelException e) {
                throw new ParameterException(spec.commandLine(), e.getMessage(), e);
            } finally {
                if (input == null) {
                    Files.deleteIfExists(clip);
                }
            }
        }
    }
}
