package io.upriver.train;

import io.upriver.data.BatchSource;
import io.upriver.data.Lesson;
import io.upriver.data.TrainingData;
import io.upriver.distil.DistillationSettings.FeatureTerm;
import io.upriver.distil.Networks;
import io.upriver.evaluate.TestSet;
import io.upriver.learn.TrainingSettings;
import io.upriver.student.StudentNetwork;
import io.upriver.student.StudentSpec;
import io.upriver.teacher.Teacher;
import io.upriver.train.Ablation.Outcome;
import io.upriver.train.Ablation.Variant;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code train ablation}: what each part of the distillation brings. */
@Command(
        name = "ablation",
        description =
                "Trains the same student without and with each part of the distillation, several seeds each, and"
                        + " writes a report. Finished runs in the folder are taken as they are.",
        mixinStandardHelpOptions = true,
        versionProvider = TrainMain.Version.class)
final class AblationCommand implements Callable<Integer> {
    @Spec CommandSpec command;

    @Mixin RunOptions options;

    @Mixin TeachingOptions teaching;

    @Option(names = "--sets", arity = "1..*", description = "Folders of test pictures to report.")
    List<Path> sets = List.of();

    @Option(
            names = "--seeds",
            defaultValue = "3",
            description = "Seeds, from 1 (${DEFAULT-VALUE}).")
    int seeds;

    @Option(
            names = "--feature-term",
            defaultValue = "AFFINITY",
            description = "How features are compared: L1, L2 or AFFINITY (${DEFAULT-VALUE}).")
    FeatureTerm term;

    @Option(
            names = "--feature-weight",
            defaultValue = "0.1",
            description = "Weight of the features (${DEFAULT-VALUE}).")
    double featureWeight;

    @Option(
            names = "--parallel",
            defaultValue = "1",
            description = "Runs at a time, each on one thread (${DEFAULT-VALUE}).")
    int parallel;

    @Option(
            names = "-o",
            required = true,
            paramLabel = "FILE.md",
            description = "The report to write.")
    Path report;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (options.resume || options.budget.steps == null) {
            throw new IllegalArgumentException(
                    "ablation needs --steps; finished runs are found without --resume");
        }
        PrintWriter log = command.commandLine().getErr();
        StudentNetwork.useThreads(options.threads);
        StudentSpec student = options.student(teaching.spec);
        TrainingSettings settings = options.settings().withSteps(options.budget.steps);
        if (settings.codedShare() > 0) {
            throw new IllegalArgumentException(
                    "settings: codedShare is "
                            + settings.codedShare()
                            + ", allowed is 0 in an ablation");
        }
        TrainingData colour = options.read(student.scale(), 3, settings, log);
        List<TestSet> testSets = new ArrayList<>();
        for (Path folder : sets) {
            testSets.add(TestSet.read(folder, student.scale(), student.channels()));
        }
        Ablation ablation = new Ablation();
        try (Teacher teacher = Networks.open(teaching.teacher)) {
            Distillation distillation = new Distillation(student, teacher, colour, teaching.labels);
            List<Variant> variants = Ablation.variants(term, featureWeight);
            List<Lesson> unlabelled = distillation.unlabelled(log);
            for (Variant variant : variants) {
                List<Lesson> labelled = distillation.labelled(variant.settings(), log);
                List<Callable<Outcome>> runs = new ArrayList<>();
                for (long seed = 1; seed <= seeds; seed++) {
                    TrainingSettings seeded = settings.with(Map.of("seed", Long.toString(seed)));
                    BatchSource batches =
                            Distillation.mixed(
                                    labelled,
                                    unlabelled,
                                    seeded,
                                    variant.settings().unlabelledShare());
                    AblationRun run =
                            new AblationRun(
                                    options.out.resolve(variant.name() + "-" + seed),
                                    options.sources,
                                    distillation,
                                    variant.settings(),
                                    seeded);
                    runs.add(() -> run.outcome(batches, testSets, log));
                }
                for (Outcome outcome : all(runs)) {
                    ablation.add(variant, outcome);
                }
                log.println(ablation.table());
                log.flush();
            }
            Files.createDirectories(report.toAbsolutePath().getParent());
            Files.writeString(report, text(settings, distillation, ablation));
        }
        return 0;
    }

    private List<Outcome> all(List<Callable<Outcome>> runs) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(parallel);
        try {
            List<Outcome> outcomes = new ArrayList<>();
            for (Future<Outcome> run : threads.invokeAll(runs)) {
                outcomes.add(run.get());
            }
            return outcomes;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause().getMessage(), e);
        } finally {
            threads.shutdownNow();
        }
    }

    private String text(TrainingSettings settings, Distillation distillation, Ablation ablation) {
        return String.format(
                Locale.ROOT,
                """
                # What distillation brings

                Status: measured. Written by `train ablation`.

                Student `%s`, teacher `%s`, %d pictures, %d steps of %d crops of %dx%d, %d seeds. PSNR in dB on luma, mean and
                standard deviation over the seeds; in brackets the difference to the first line.

                %s""",
                teaching.spec == null ? TeachingOptions.DEFAULT_SPEC : teaching.spec,
                distillation.teacher().name(),
                distillation.colour().training().size(),
                settings.steps(),
                settings.batch(),
                settings.patch(),
                settings.patch(),
                seeds,
                ablation.table());
    }
}
