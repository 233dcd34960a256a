package io.upriver.train;

import io.upriver.data.ImageFolders;
import io.upriver.data.TrainingData;
import io.upriver.student.GroundTruthTraining;
import io.upriver.student.SelfTest;
import io.upriver.student.StudentNetwork;
import io.upriver.student.StudentSpec;
import io.upriver.student.TrainingRun;
import io.upriver.student.TrainingRun.DataDescription;
import io.upriver.student.TrainingRun.Scores;
import io.upriver.student.TrainingSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
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

    private static final double DEFAULT_MINUTES = 60;

    /** How long a run lasts. */
    static final class Budget {
        @Option(
                names = "--minutes",
                description = "As many steps as fit, by a measurement of the speed at the start.")
        Double minutes;

        @Option(names = "--steps", description = "Optimiser steps.")
        Long steps;
    }

    @Spec CommandSpec command;

    @Option(
            names = "--data",
            required = true,
            arity = "1..*",
            description = "Folders of pictures (PNG, JPEG, BMP).")
    List<Path> folders;

    @Option(
            names = "--spec",
            defaultValue = "default",
            description = "Preset or JSON file (${DEFAULT-VALUE}).")
    String spec;

    @Option(
            names = "--out",
            required = true,
            description = "Folder of the run: checkpoints and log.")
    Path out;

    @ArgGroup(heading = "Length of the run (60 minutes if neither is given):%n")
    Budget budget = new Budget();

    @Option(
            names = "--resume",
            description =
                    "Take up a run from its checkpoint, with its own spec and settings;"
                            + " --steps (in all) or --minutes (from now) change its length.")
    boolean resume;

    @Option(
            names = "--threads",
            defaultValue = "1",
            description = "Threads of libtorch (${DEFAULT-VALUE}).")
    int threads;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "First weights and crops (${DEFAULT-VALUE}).")
    long seed;

    @Option(
            names = "--sources",
            defaultValue = "not stated",
            description = "Where the pictures come from and their licences; goes into the model.")
    String sources;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter log = command.commandLine().getErr();
        StudentNetwork.useThreads(threads);
        StudentSpec student = resume ? TrainingRun.open(out).spec() : StudentSpec.load(spec);
        SelfTest.convolutions(student.width());
        TrainingSettings settings =
                resume ? TrainingRun.open(out).settings() : TrainingSettings.defaults(1, seed);
        TrainingData data =
                TrainingData.read(
                        folders,
                        student.scale(),
                        student.channels(),
                        settings.validationPictures(),
                        settings.patch());
        describe(data, log);
        TrainingRun run = resume ? reopen(settings, data, log) : create(settings, data, log);
        Scores scores = new GroundTruthTraining(run, data, new Console(log)).train();
        log.printf(
                Locale.ROOT,
                "done: validation %.3f dB, %.3f above bicubic; export with: export %s -o FILE.onnx%n",
                scores.validationPsnr(),
                scores.gain(),
                out);
        return 0;
    }

    private TrainingRun reopen(TrainingSettings settings, TrainingData data, PrintWriter log)
            throws IOException {
        TrainingRun run = TrainingRun.open(out);
        if (!run.data().digest().equals(data.digest())) {
            throw new IOException(
                    out
                            + ": was trained on other pictures: expected digest "
                            + run.data().digest()
                            + ", got "
                            + data.digest());
        }
        if (budget.steps != null) {
            run.changeLength(budget.steps);
        } else if (budget.minutes != null) {
            run.changeLength(
                    run.stepsTaken() + stepsIn(budget.minutes, run.spec(), settings, data, log));
        }
        return run;
    }

    private TrainingRun create(TrainingSettings settings, TrainingData data, PrintWriter log)
            throws IOException {
        StudentSpec student = StudentSpec.load(spec);
        double minutes = budget.minutes == null ? DEFAULT_MINUTES : budget.minutes;
        long steps =
                budget.steps != null
                        ? budget.steps
                        : stepsIn(minutes, student, settings, data, log);
        return TrainingRun.create(
                out,
                student,
                settings.withSteps(steps),
                new DataDescription(
                        data.digest(), sources, data.training().size(), data.validation().size()));
    }

    private static long stepsIn(
            double minutes,
            StudentSpec student,
            TrainingSettings settings,
            TrainingData data,
            PrintWriter log) {
        double millis = GroundTruthTraining.millisPerStep(student, settings, data);
        long steps = Math.max(1, Math.round(minutes * 60_000 / millis));
        log.printf(
                Locale.ROOT,
                "speed: %.1f ms a step, %d steps in %.0f minutes%n",
                millis,
                steps,
                minutes);
        return steps;
    }

    private static void describe(TrainingData data, PrintWriter log) {
        ImageFolders folders = data.folders();
        log.printf(
                "data: %d pictures to learn from, %d to validate, %d duplicates left out, %d unreadable%n",
                data.training().size(),
                data.validation().size(),
                folders.duplicates().size(),
                folders.unreadable().size());
        folders.unreadable().forEach(file -> log.println("unreadable, left out: " + file));
        log.flush();
    }

    /** One line a report. */
    private static final class Console implements GroundTruthTraining.Listener {
        private final PrintWriter log;
        private String validation = "";

        Console(PrintWriter log) {
            this.log = log;
        }

        @Override
        public void progress(long step, long steps, double loss, double millisPerStep) {
            long left = Math.round((steps - step) * millisPerStep / 1000);
            log.printf(
                    Locale.ROOT,
                    "step %d/%d  loss %.5f  %s  %.1f ms a step  %d:%02d:%02d left%n",
                    step,
                    steps,
                    loss,
                    validation,
                    millisPerStep,
                    left / 3600,
                    left / 60 % 60,
                    left % 60);
            log.flush();
        }

        @Override
        public void validated(Scores scores) {
            validation =
                    String.format(
                            Locale.ROOT,
                            "validation %.3f dB (%+.3f)",
                            scores.validationPsnr(),
                            scores.gain());
        }
    }
}
