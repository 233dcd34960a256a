package io.upriver.train;

import io.upriver.export.StudentExport;
import io.upriver.export.StudentExport.Exported;
import io.upriver.export.StudentOnnx.Form;
import io.upriver.learn.TrainingRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code train export}: a run's newest checkpoint as an ONNX model. */
@Command(
        name = "export",
        description =
                "Writes a run's newest checkpoint as an ONNX model; the run may still be going.",
        mixinStandardHelpOptions = true,
        versionProvider = TrainMain.Version.class)
final class ExportCommand implements Callable<Integer> {

    @Spec CommandSpec command;

    @Parameters(paramLabel = "RUN", description = "Folder of the run.")
    Path run;

    @Option(
            names = "-o",
            required = true,
            paramLabel = "FILE.onnx",
            description = "The model to write.")
    Path file;

    @Option(
            names = "--name",
            defaultValue = "default",
            description = "The model's name (${DEFAULT-VALUE}).")
    String name;

    @Option(
            names = "--target",
            defaultValue = "CPU",
            description = "What the graph is written for: CPU or TENSORRT (${DEFAULT-VALUE}).")
    Target target;

    /** Runtimes that a model can be written for. */
    enum Target {
        CPU(Form.CPU),
        TENSORRT(Form.TENSORRT);

        private final Form form;

        Target(Form form) {
            this.form = form;
        }

        Form form() {
            return form;
        }
    }

    @Option(
            names = "--sets",
            arity = "1..*",
            description = "Folders of test pictures: their PSNR is reported inside the model.")
    List<Path> sets = List.of();

    @Override
    public Integer call() throws IOException {
        Exported exported =
                StudentExport.export(TrainingRun.open(run), target.form, file, name, sets);
        command.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "%s: %d bytes, step %d, libtorch and ONNX Runtime differ by at most %.1e%n%s%n",
                        file,
                        exported.bytes(),
                        exported.step(),
                        exported.parity(),
                        exported.scores());
        return 0;
    }
}
