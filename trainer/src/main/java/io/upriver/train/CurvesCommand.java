package io.upriver.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code train curves}: several runs in one picture. */
@Command(
        name = "curves",
        description = "Draws loss and validation PSNR of runs, over each other, as a PNG picture.",
        mixinStandardHelpOptions = true,
        versionProvider = TrainMain.Version.class)
final class CurvesCommand implements Callable<Integer> {

    @Parameters(paramLabel = "RUN", arity = "1..*", description = "Folders of runs.")
    List<Path> runs;

    @Option(
            names = "-o",
            required = true,
            paramLabel = "FILE.png",
            description = "The picture to write.")
    Path file;

    @Override
    public Integer call() throws IOException {
        Curves.draw(runs, file);
        return 0;
    }
}
