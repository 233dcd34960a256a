package io.upriver.train;

import io.upriver.data.BatchSource;
import io.upriver.data.ImagePair;
import io.upriver.data.TrainingData;
import io.upriver.distil.DistillationSettings;
import io.upriver.distil.DistillingStudent;
import io.upriver.distil.Networks;
import io.upriver.learn.SpecText;
import io.upriver.learn.Training;
import io.upriver.learn.TrainingRun;
import io.upriver.learn.TrainingRun.Scores;
import io.upriver.learn.TrainingSettings;
import io.upriver.student.SelfTest;
import io.upriver.student.StudentNetwork;
import io.upriver.student.StudentSpec;
import io.upriver.teacher.Teacher;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code train distill}: a student learns from pictures and from a teacher. */
@Command(
        name = "distill",
        description =
                "Trains a student on pictures and on what a teacher makes of them: its pictures, its"
                        + " features at several depths.",
        mixinStandardHelpOptions = true,
        versionProvider = TrainMain.Version.class)
final class DistillCommand implements Callable<Integer> {
    @Spec CommandSpec command;

    @Mixin RunOptions options;

    @Mixin StartOptions start;

    @Mixin TeachingOptions teaching;

    @Option(
            names = "--distil",
            paramLabel = "KEY=VALUE",
            description =
                    "A setting of the distillation that differs from the defaults; repeatable.")
    Map<String, String> changes = Map.of();

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter log = command.commandLine().getErr();
        StudentNetwork.useThreads(options.threads);
        StudentSpec student = options.student(teaching.spec);
        SelfTest.convolutions(student.width());
        TrainingSettings settings = options.settings();
        DistillationSettings settingsOfTeaching = settingsOfTeaching();
        TrainingData colour = options.read(student.scale(), 3, settings, log);
        try (Teacher teacher = Networks.open(teaching.teacher)) {
            Distillation distillation = new Distillation(student, teacher, colour, teaching.labels);
            BatchSource batches =
                    CodedData.mixed(
                            distillation.batches(settings, settingsOfTeaching, log),
                            colour.training(),
                            student,
                            settings,
                            log);
            List<ImagePair> validation =
                    CodedData.validation(distillation.validation(), student, settings);
            TrainingRun run =
                    options.run(
                            student.toJson(),
                            settings,
                            colour,
                            distillation.source(),
                            distillation.timed(settingsOfTeaching),
                            batches,
                            log);
            run.keep(TrainingRun.DISTILLATION, SpecText.write(settingsOfTeaching));
            TrainingSettings whole = run.settings();
            DistillingStudent learner =
                    distillation.learner(settingsOfTeaching, whole.steps(), whole.frozenFrom());
            float[] first = start.vector(run, learner.parameters(), settings.seed(), log);
            Scores scores;
            try (Console console = new Console(log)) {
                Training.Listener listener = Curves.following(options.out, log, console);
                scores = new Training(run, learner, batches, validation, listener, first).train();
            }
            log.printf(
                    Locale.ROOT,
                    "done: validation %.3f dB, %.3f above bicubic; export with: export %s -o FILE.onnx%n",
                    scores.validationPsnr(),
                    scores.gain(),
                    options.out);
        }
        return 0;
    }

    private DistillationSettings settingsOfTeaching() throws IOException {
        if (!options.resume) {
            return DistillationSettings.defaults().with(changes);
        }
        Path record = options.out.resolve(TrainingRun.DISTILLATION);
        if (!Files.isRegularFile(record)) {
            throw new IOException(
                    options.out
                            + ": no distillation ("
                            + TrainingRun.DISTILLATION
                            + " is missing)");
        }
        DistillationSettings kept =
                SpecText.parse(DistillationSettings.class, Files.readString(record));
        changes.forEach(
                (key, value) ->
                        options.requireKept(
                                key, value, kept.with(Map.of(key, value)).equals(kept)));
        return kept;
    }
}
