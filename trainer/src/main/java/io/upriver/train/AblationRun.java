package io.upriver.train;

import io.upriver.data.BatchSource;
import io.upriver.distil.DistillationSettings;
import io.upriver.distil.DistillingStudent;
import io.upriver.evaluate.Quality;
import io.upriver.evaluate.TestSet;
import io.upriver.learn.SpecText;
import io.upriver.learn.Training;
import io.upriver.learn.TrainingRun;
import io.upriver.learn.TrainingRun.DataDescription;
import io.upriver.learn.TrainingRun.Scores;
import io.upriver.learn.TrainingSettings;
import io.upriver.train.Ablation.Outcome;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One run of an ablation.
 *
 * @param folder where it is kept; a run that is there already is gone on with, or taken as it is
 * @param sources where the pictures come from, for the record
 * @param distillation student, teacher and pictures
 * @param teaching what is taken from the teacher
 * @param settings with the run's seed
 */
record AblationRun(
        Path folder,
        String sources,
        Distillation distillation,
        DistillationSettings teaching,
        TrainingSettings settings) {

    /** Trains to the end, and measures. */
    Outcome outcome(BatchSource batches, List<TestSet> sets, PrintWriter log)
            throws IOException, InterruptedException {
        TrainingRun run =
                Files.exists(folder.resolve(TrainingRun.DISTILLATION)) ? begun() : create();
        DistillingStudent learner =
                distillation.learner(teaching, settings.steps(), settings.frozenFrom());
        long from = System.nanoTime();
        Scores scores =
                new Training(run, learner, batches, distillation.validation(), new Silent())
                        .train();
        float[] average = run.averageWeights();
        Map<String, Double> psnr = new LinkedHashMap<>();
        for (TestSet set : sets) {
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

    private TrainingRun create() throws IOException {
        TrainingRun run =
                TrainingRun.create(
                        folder,
                        distillation.student().toJson(),
                        settings,
                        new DataDescription(
                                distillation.colour().digest(),
                                sources,
                                distillation.colour().training().size(),
                                distillation.colour().validation().size(),
                                distillation.source()));
        run.keep(TrainingRun.DISTILLATION, SpecText.write(teaching));
        return run;
    }

    /** A run that an earlier ablation began; another one's figures must not be reported as ours. */
    private TrainingRun begun() throws IOException {
        TrainingRun run = TrainingRun.open(folder);
        String record = Files.readString(folder.resolve(TrainingRun.DISTILLATION));
        same("student", distillation.student().toJson(), run.spec());
        same("settings", SpecText.write(settings), SpecText.write(run.settings()));
        same("distillation", SpecText.write(teaching), record);
        same("pictures", distillation.colour().digest(), run.data().digest());
        same("teacher", distillation.source(), run.data().teacher());
        return run;
    }

    private void same(String what, String expected, String actual) throws IOException {
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

    /** Many runs at once would talk over each other. */
    private static final class Silent implements Training.Listener {
        @Override
        public void progress(long step, long steps, double loss, double millisPerStep) {}

        @Override
        public void validated(Scores scores) {}
    }
}
