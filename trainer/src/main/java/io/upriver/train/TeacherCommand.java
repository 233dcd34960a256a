package io.upriver.train;

import io.upriver.data.Crops;
import io.upriver.data.TrainingData;
import io.upriver.learn.Training;
import io.upriver.learn.TrainingRun;
import io.upriver.learn.TrainingRun.Scores;
import io.upriver.learn.TrainingSettings;
import io.upriver.student.SelfTest;
import io.upriver.teacher.TeacherNetwork;
import io.upriver.teacher.TeacherSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code train teacher}: trains a teacher on colour pictures. */
@Command(
        name = "teacher",
        description = "Trains a teacher network on colour pictures and their shrunken copies.",
        mixinStandardHelpOptions = true,
        versionProvider = TrainMain.Version.class)
final class TeacherCommand implements Callable<Integer> {
    /** Convolutions of this width stand for all: a teacher's are padded to multiples of 16. */
    private static final int TESTED_WIDTH = 48;

    @Spec CommandSpec command;

    @Mixin RunOptions options;

    private static final String DEFAULT_SPEC = "smfanet";

    @Option(
            names = "--spec",
            description =
                    "Preset (smfanet, smfanet-plus, edsr-small) or JSON file ("
                            + DEFAULT_SPEC
                            + ").")
    @Nullable String spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter log = command.commandLine().getErr();
        TeacherNetwork.useThreads(options.threads);
        TeacherSpec teacher = shape();
        SelfTest.convolutions(TESTED_WIDTH);
        TrainingSettings settings = options.settings();
        TrainingData data = options.read(teacher.scale(), teacher.channels(), settings, log);
        TeacherNetwork network = TeacherNetwork.of(teacher);
        Crops crops =
                Crops.of(data.training(), settings.batch(), settings.patch(), settings.seed());
        TrainingRun run =
                options.run(teacher.toJson(), settings, data, "none", network, crops, log);
        Scores scores;
        try (Console console = new Console(log)) {
            Training.Listener listener = Curves.following(options.out, log, console);
            scores = new Training(run, network, crops, data.validation(), listener).train();
        }
        log.printf(
                Locale.ROOT,
                "done: validation %.3f dB, %+.3f to bicubic; the teacher is the folder %s%n",
                scores.validationPsnr(),
                scores.gain(),
                options.out);
        return 0;
    }

    private TeacherSpec shape() throws IOException {
        if (!options.resume) {
            return TeacherSpec.load(spec == null ? DEFAULT_SPEC : spec);
        }
        TeacherSpec kept = TeacherSpec.parse(TrainingRun.open(options.out).spec());
        options.requireKept("spec", spec, spec == null || TeacherSpec.load(spec).equals(kept));
        return kept;
    }
}
