package io.upriver.train;

import io.upriver.data.BatchSource;
import io.upriver.data.Lesson;
import io.upriver.data.TrainingData;
import io.upriver.distil.DistillationSettings;
import io.upriver.distil.DistillationSettings.FeatureTerm;
import io.upriver.distil.DistillingStudent;
import io.upriver.distil.Networks;
import io.upriver.evaluate.Quality;
import io.upriver.evaluate.TestSet;
import io.upriver.learn.SpecText;
import io.upriver.learn.Training;
import io.upriver.learn.TrainingRun;
import io.upriver.learn.TrainingRun.DataDescription;
import io.upriver.learn.TrainingRun.Scores;
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
import java.util.LinkedHashMap;
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
        StudentSpec student = StudentSpec.load(teaching.spec);
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
                    runs.add(() -> run(variant, seeded, distillation, batches, testSets, log));
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

    private Outcome run(
            Variant variant,
            TrainingSettings settings,
            Distillation distillation,
            BatchSource batches,
            List<TestSet> testSets,
            PrintWriter log)
            throws IOException, InterruptedException {
        Path folder = options.out.resolve(variant.name() + "-" + settings.seed());
        TrainingRun run =
                Files.exists(folder.resolve(DistillCommand.RECORD))
                        ? begun(folder, variant, settings, distillation)
                        : create(folder, variant, settings, distillation);
        DistillationSettings teaching = variant.settings();
        DistillingStudent learner =
                distillation.learner(teaching, settings.steps(), settings.frozenFrom());
        long from = System.nanoTime();
        Scores scores =
                new Training(run, learner, batches, distillation.validation(), new Silent())
                        .train();
        float[] average = run.averageWeights();
        Map<String, Double> psnr = new LinkedHashMap<>();
        for (TestSet set : testSets) {
            psnr.put(
                    set.name(),
                    Quality.mean(set.measure(low -> learner.upscale(average, low))).psnr());
        }
        log.printf(
                Locale.ROOT,
                "%s: validation %.3f dB, %s, %.0f s%n",
                folder.getFileName(),
                scores.validationPsnr(),
                psnr,
                (System.nanoTime() - from) / 1e9);
        log.flush();
        return new Outcome(scores.validationPsnr(), psnr);
    }

    private TrainingRun create(
            Path folder, Variant variant, TrainingSettings settings, Distillation distillation)
            throws IOException {
        TrainingRun run =
                TrainingRun.create(
                        folder,
                        distillation.student().toJson(),
                        settings,
                        new DataDescription(
                                distillation.colour().digest(),
                                options.sources,
                                distillation.colour().training().size(),
                                distillation.colour().validation().size(),
                                distillation.source()));
        run.keep(DistillCommand.RECORD, SpecText.write(variant.settings()));
        return run;
    }

    /** A run that an earlier ablation began; another one's figures must not be reported as ours. */
    private static TrainingRun begun(
            Path folder, Variant variant, TrainingSettings settings, Distillation distillation)
            throws IOException {
        TrainingRun run = TrainingRun.open(folder);
        String record = Files.readString(folder.resolve(DistillCommand.RECORD));
        same(folder, "student", distillation.student().toJson(), run.spec());
        same(folder, "settings", SpecText.write(settings), SpecText.write(run.settings()));
        same(folder, "distillation", SpecText.write(variant.settings()), record);
        same(folder, "pictures", distillation.colour().digest(), run.data().digest());
        same(folder, "teacher", distillation.source(), run.data().teacher());
        return run;
    }

    private static void same(Path folder, String what, String expected, String actual)
            throws IOException {
        if (!expected.equals(actual)) {
            throw new IOException(
                    folder
                            + ": holds another ablation's run: expected "
                            + what
                            + " "
                            + expected
                            + ", got "
                            + actual);
        }
    }

    private String text(TrainingSettings settings, Distillation distillation, Ablation ablation) {
        return String.format(
                Locale.ROOT,
                """
                # What distillation brings

                Status: measured. Written by `train ablation`.

                Student `%s`, teacher `%s`, %d pictures, %d steps of %d crops of %dx%d, %d seeds. PSNR in dB on luma, mean and
                standard deviation over the seeds; in brackets the difference to the truth alone. Each line adds one part to the
                line above it.

                %s""",
                teaching.spec,
                distillation.teacher().name(),
                distillation.colour().training().size(),
                settings.steps(),
                settings.batch(),
                settings.patch(),
                settings.patch(),
                seeds,
                ablation.table());
    }

    /** Many runs at once would talk over each other. */
    private static final class Silent implements Training.Listener {
        @Override
        public void progress(long step, long steps, double loss, double millisPerStep) {}

        @Override
        public void validated(Scores scores) {}
    }
}
