package io.upriver.train;

import io.upriver.data.BatchSource;
import io.upriver.data.Crops;
import io.upriver.data.ImagePair;
import io.upriver.data.TrainingData;
import io.upriver.learn.Training;
import io.upriver.learn.TrainingRun;
import io.upriver.learn.TrainingRun.Scores;
import io.upriver.learn.TrainingSettings;
import io.upriver.student.SelfTest;
import io.upriver.student.StudentNetwork;
import io.upriver.student.StudentSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code train student}: trains a student on pictures. */
@Command(
        name = "student",
        description = "Trains a student network on pictures and their shrunken copies.",
        mixinStandardHelpOptions = true,
        versionProvider = TrainMain.Version.class)
final class StudentCommand implements Callable<Integer> {
    @Spec CommandSpec command;

    @Mixin RunOptions options;

    @Mixin StartOptions start;

    @Option(names = "--spec", description = "Preset or JSON file (nano-x2).")
    @Nullable String spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter log = command.commandLine().getErr();
        StudentNetwork.useThreads(options.threads);
        StudentSpec student = options.student(spec);
        SelfTest.convolutions(student.width());
        TrainingSettings settings = options.settings();
        TrainingData data = options.read(student.scale(), student.channels(), settings, log);
        StudentNetwork timed = new StudentNetwork(student, Long.MAX_VALUE);
        BatchSource crops =
                CodedData.mixed(
                        Crops.of(
                                data.training(),
                                settings.batch(),
                                settings.patch(),
                                settings.seed()),
                        data.training(),
                        student,
                        settings,
                        log);
        List<ImagePair> validation = CodedData.validation(data.validation(), student, settings);
        TrainingRun run = options.run(student.toJson(), settings, data, "none", timed, crops, log);
        StudentNetwork network = new StudentNetwork(student, run.settings().frozenFrom());
        float[] first = start.vector(run, network.parameters(), settings.seed(), log);
        Scores scores;
        try (Console console = new Console(log)) {
            Training.Listener listener = Curves.following(options.out, log, console);
            scores = new Training(run, network, crops, validation, listener, first).train();
        }
        log.printf(
                Locale.ROOT,
                "done: validation %.3f dB, %.3f above bicubic; export with: export %s -o FILE.onnx%n",
                scores.validationPsnr(),
                scores.gain(),
                options.out);
        return 0;
    }
}
