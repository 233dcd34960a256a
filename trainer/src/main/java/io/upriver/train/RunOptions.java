package io.upriver.train;

import io.upriver.data.BatchSource;
import io.upriver.data.ImageFolders;
import io.upriver.data.TrainingData;
import io.upriver.learn.Learner;
import io.upriver.learn.Training;
import io.upriver.learn.TrainingRun;
import io.upriver.learn.TrainingRun.DataDescription;
import io.upriver.learn.TrainingSettings;
import io.upriver.student.StudentSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What every command that trains is told: pictures, folder of the run, length, settings. */
final class RunOptions {
    private static final double DEFAULT_MINUTES = 60;
    private static final long DEFAULT_SEED = 1;
    private static final int MOST_MINUTES = 525_600; // a year

    /** How long a run lasts. */
    static final class Budget {
        @Option(
                names = "--minutes",
                description = "As many steps as fit, by a measurement of the speed at the start.")
        Double minutes;

        @Option(names = "--steps", description = "Optimiser steps.")
        Long steps;
    }

    @Option(
            names = "--data",
            required = true,
            arity = "1..*",
            description = "Folders of pictures (PNG, JPEG, BMP).")
    List<Path> folders;

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

    @Option(names = "--seed", description = "First weights and crops (" + DEFAULT_SEED + ").")
    @Nullable Long seed;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A setting that differs from the defaults, such as patch=32; repeatable.")
    Map<String, String> changes = Map.of();

    @Option(
            names = "--sources",
            defaultValue = "not stated",
            description = "Where the pictures come from and their licences; goes into the model.")
    String sources;

    /**
     * The settings of the run to take up, or those of a new one, whose length is still open.
     *
     * @throws IllegalArgumentException for a setting that the run to take up does not have
     */
    TrainingSettings settings() throws IOException {
        if (!resume) {
            return TrainingSettings.defaults(1, seed == null ? DEFAULT_SEED : seed).with(changes);
        }
        TrainingSettings kept = TrainingRun.open(out).settings();
        Map<String, String> asked = new LinkedHashMap<>(changes);
        if (seed != null) {
            asked.put("seed", Long.toString(seed));
        }
        asked.forEach(
                (key, value) ->
                        requireKept(key, value, kept.with(Map.of(key, value)).equals(kept)));
        return kept;
    }

    /** The shape of a new student, or of the one to take up. */
    StudentSpec student(@Nullable String spec) throws IOException {
        if (!resume) {
            return StudentSpec.load(spec == null ? TeachingOptions.DEFAULT_SPEC : spec);
        }
        StudentSpec kept = StudentSpec.parse(TrainingRun.open(out).spec());
        requireKept("spec", spec, spec == null || StudentSpec.load(spec).equals(kept));
        return kept;
    }

    /** Refuses what a run that is taken up does otherwise: it goes on as it began. */
    void requireKept(String what, @Nullable String asked, boolean same) {
        if (!same) {
            throw new IllegalArgumentException(
                    "%s: %s is %s, but the run began with another and keeps it; leave it out, or begin a new run"
                            .formatted(out, what, asked));
        }
    }

    /** Reads the pictures and says what was found. */
    TrainingData read(int scale, int channels, TrainingSettings settings, PrintWriter log)
            throws IOException {
        TrainingData data =
                TrainingData.read(
                        folders, scale, channels, settings.validationPictures(), settings.patch());
        ImageFolders found = data.folders();
        log.printf(
                "data: %d pictures to learn from, %d to validate, %d duplicates left out, %d unreadable%n",
                data.training().size(),
                data.validation().size(),
                found.duplicates().size(),
                found.unreadable().size());
        found.unreadable().forEach(file -> log.println("unreadable, left out: " + file));
        log.flush();
        return data;
    }

    /**
     * Makes or reopens the run's folder; the length of a run by time is measured here.
     *
     * @param teacher what is learned from besides the pictures, "none" without one
     */
    TrainingRun run(
            String spec,
            TrainingSettings settings,
            TrainingData data,
            String teacher,
            Learner learner,
            BatchSource batches,
            PrintWriter log)
            throws IOException {
        if (!resume) {
            long steps =
                    budget.steps != null
                            ? budget.steps
                            : stepsIn(
                                    budget.minutes == null ? DEFAULT_MINUTES : budget.minutes,
                                    learner,
                                    batches,
                                    log);
            return TrainingRun.create(
                    out,
                    spec,
                    settings.withSteps(steps),
                    new DataDescription(
                            data.digest(),
                            sources,
                            data.training().size(),
                            data.validation().size(),
                            teacher));
        }
        TrainingRun run = TrainingRun.open(out);
        if (!run.data().digest().equals(data.digest())) {
            throw new IOException(
                    out
                            + ": was trained on other pictures: expected digest "
                            + run.data().digest()
                            + ", got "
                            + data.digest());
        }
        if (!run.data().teacher().equals(teacher)) {
            throw new IOException(
                    out
                            + ": learned from another teacher: expected "
                            + run.data().teacher()
                            + ", got "
                            + teacher);
        }
        if (budget.steps != null) {
            run.changeLength(budget.steps);
        } else if (budget.minutes != null) {
            run.changeLength(run.stepsTaken() + stepsIn(budget.minutes, learner, batches, log));
        }
        return run;
    }

    /** As many as fit into the time, by a measurement now. */
    static long stepsIn(double minutes, Learner learner, BatchSource batches, PrintWriter log) {
        if (!(minutes > 0 && minutes <= MOST_MINUTES)) {
            throw new IllegalArgumentException(
                    "minutes is " + minutes + ", allowed is above 0, at most " + MOST_MINUTES);
        }
        double millis = Training.millisPerStep(learner, batches);
        long steps = Math.max(1, Math.round(minutes * 60_000 / millis));
        log.printf(
                Locale.ROOT,
                "speed: %.1f ms a step, %d steps in %.1f minutes%n",
                millis,
                steps,
                minutes);
        return steps;
    }
}
