package io.upriver.learn;

import io.upriver.data.Batch;
import io.upriver.data.BatchSource;
import io.upriver.data.Bicubic;
import io.upriver.data.ImagePair;
import io.upriver.data.Picture;
import io.upriver.data.Prefetch;
import io.upriver.data.Psnr;
import io.upriver.learn.TrainingRun.Scores;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Trains a {@link Learner} step by step: Adam or AdamW, a warm-up and a cosine, clipped gradients,
 * averaged weights, validations, checkpoints.
 *
 * <p>A run that has gone wrong stops instead of burning hours: gradients that are not finite are
 * skipped, and many in a row end the run; so does a network that has become the interpolation which
 * it corrects. The latter happens: the correction goes to zero, its gradients with it, and the loss
 * stands still at bicubic's.
 */
public final class Training {
    private static final int REPORT_EVERY = 200;
    private static final int WARMING_STEPS = 50;
    private static final int MEASURED_STEPS = 150;
    private static final int BAD_STEPS_IN_A_ROW = 10;
    private static final long STEPS_BEFORE_JUDGING = 2000;
    private static final double LEAST_GAIN_DECIBELS = 0.05;

    /** Hears how the training goes, on the training thread. */
    public interface Listener {
        /** After each step, counted from 1, with its loss before the step. */
        default void stepped(long step, float loss) {}

        /**
         * Every few hundred steps and before each validation: mean loss and time per step since the
         * last call.
         */
        void progress(long step, long steps, double loss, double millisPerStep);

        /** After each validation. */
        void validated(Scores scores);
    }

    private final Learner learner;
    private final TrainingSettings settings;
    private final TrainingRun run;
    private final List<ImagePair> validation;
    private final BatchSource batches;
    private final Listener listener;
    private final TrainingState state;
    private final boolean[] learned;
    private final double bicubicPsnr;
    private int badSteps;

    /**
     * Starts, or takes up from the run's checkpoint if there is one.
     *
     * @param validation pictures set apart
     */
    public Training(
            TrainingRun run,
            Learner learner,
            BatchSource batches,
            List<ImagePair> validation,
            Listener listener)
            throws IOException {
        this(run, learner, batches, validation, listener, null);
    }

    /**
     * The same with weights to start from where there is no checkpoint yet.
     *
     * @param start the first vector; null: drawn from the seed
     */
    public Training(
            TrainingRun run,
            Learner learner,
            BatchSource batches,
            List<ImagePair> validation,
            Listener listener,
            float[] start)
            throws IOException {
        this.run = run;
        this.settings = run.settings();
        this.learner = learner;
        this.validation = List.copyOf(validation);
        this.batches = batches;
        this.listener = listener;
        this.learned = learner.parameters().learned();
        float[] first =
                start == null ? learner.parameters().initial(settings.seed()) : start.clone();
        this.state = run.hasCheckpoint() ? run.state() : TrainingState.begin(first);
        if (state.parameters().length != learner.parameters().count()) {
            throw new IOException(
                    run
                            + ": expected a checkpoint of "
                            + learner.parameters().count()
                            + " parameters, got "
                            + state.parameters().length);
        }
        this.bicubicPsnr =
                validation.stream()
                        .mapToDouble(
                                pair ->
                                        Psnr.decibels(
                                                pair.high(),
                                                Bicubic.enlarge(pair.low(), pair.scale()),
                                                pair.scale()))
                        .average()
                        .orElseThrow();
    }

    /** Measures how long a step takes, on steps that are thrown away. */
    public static double millisPerStep(Learner learner, BatchSource batches) {
        float[] vector = learner.parameters().initial(1);
        float[] gradient = new float[vector.length];
        Batch batch = batches.batch(0);
        long from = 0;
        for (int i = 0; i < WARMING_STEPS + MEASURED_STEPS; i++) {
            if (i == WARMING_STEPS) {
                from = System.nanoTime();
            }
            learner.lossAndGradient(vector, batch, gradient);
        }
        return (System.nanoTime() - from) / 1e6 / MEASURED_STEPS;
    }

    /** Trains to the end of the run. */
    public Scores train() throws IOException, InterruptedException {
        return train(settings.steps());
    }

    /**
     * The same, but ends when the time is over, wherever the run then is: where steps take longer
     * than was expected, the rate has not come down to 0 yet. At least one step is taken.
     */
    public Scores train(Duration atMost) throws IOException, InterruptedException {
        return train(settings.steps(), atMost);
    }

    /** Trains until {@code lastStep} steps have been taken, and leaves a checkpoint. */
    Scores train(long lastStep) throws IOException, InterruptedException {
        return train(lastStep, ChronoUnit.FOREVER.getDuration());
    }

    private Scores train(long lastStep, Duration atMost) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Scores scores = validate();
        float[] gradient = new float[learner.parameters().count()];
        Interval interval = new Interval();
        try (Prefetch prefetch = new Prefetch(batches, state.step())) {
            boolean last = state.step() >= lastStep;
            while (!last) {
                long asked = System.nanoTime();
                Batch batch = prefetch.next();
                interval.waitedNanos += System.nanoTime() - asked;
                float loss = learner.lossAndGradient(state.parameters(), batch, gradient);
                double norm = norm(gradient);
                takeStep(gradient, loss, norm);
                listener.stepped(state.step(), loss);
                interval.add(loss, norm);
                Duration taken = Duration.ofNanos(System.nanoTime() - begin);
                last = state.step() == lastStep || taken.compareTo(atMost) >= 0;
                boolean due = last || state.step() % settings.validateEvery() == 0;
                if (interval.steps == REPORT_EVERY || due) {
                    report(interval);
                    interval = new Interval();
                }
                if (due) {
                    scores = validate();
                    run.save(state, scores);
                    refuseDeadNetwork(scores);
                    interval = new Interval();
                }
            }
        }
        return scores;
    }

    private void takeStep(float[] gradient, float loss, double norm) throws IOException {
        if (Float.isFinite(loss) && Double.isFinite(norm)) {
            state.advance(gradient, norm, learned, settings);
            badSteps = 0;
            return;
        }
        state.skip();
        badSteps++;
        run.log(Map.of("event", "skipped", "step", state.step(), "loss", Float.toString(loss)));
        if (badSteps == BAD_STEPS_IN_A_ROW) {
            throw new IllegalStateException(
                    run
                            + ": loss or gradient was not finite in "
                            + badSteps
                            + " steps in a row, the last is step "
                            + state.step());
        }
    }

    private void refuseDeadNetwork(Scores scores) {
        if (learner.correctsAnInterpolation()
                && scores.step() >= STEPS_BEFORE_JUDGING
                && scores.gain() < LEAST_GAIN_DECIBELS) {
            throw new IllegalStateException(
                    String.format(
                            "%s: after %d steps the network gives %.2f dB, bicubic %.2f dB: its correction has died; start again"
                                    + " with another seed or a lower rate",
                            run, scores.step(), scores.validationPsnr(), scores.bicubicPsnr()));
        }
    }

    private void report(Interval interval) throws IOException {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("event", "progress");
        entry.put("step", state.step());
        entry.put("loss", interval.loss());
        entry.put("gradientNorm", interval.normSum / interval.steps);
        entry.put("rate", settings.rate(state.step()));
        entry.put("millisPerStep", interval.millisPerStep());
        entry.put("waitMillisPerStep", interval.waitedNanos / 1e6 / interval.steps);
        run.log(entry);
        listener.progress(
                state.step(), settings.steps(), interval.loss(), interval.millisPerStep());
    }

    /** The steps since the last report. */
    private static final class Interval {
        private final long since = System.nanoTime();
        private double lossSum;
        private double normSum;
        private int steps;
        private long waitedNanos; // for batches that were not ready

        void add(double loss, double norm) {
            lossSum += loss;
            normSum += norm;
            steps++;
        }

        double loss() {
            return lossSum / steps;
        }

        double millisPerStep() {
            return (System.nanoTime() - since) / 1e6 / steps;
        }
    }

    private Scores validate() throws IOException {
        double sum = 0;
        for (ImagePair pair : validation) {
            Picture upscaled = learner.upscale(state.average(), pair.low());
            sum += Psnr.decibels(pair.high(), upscaled, pair.scale());
        }
        Scores scores = new Scores(state.step(), sum / validation.size(), bicubicPsnr);
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("event", "validation");
        entry.put("step", scores.step());
        entry.put("validationPsnr", scores.validationPsnr());
        entry.put("bicubicPsnr", scores.bicubicPsnr());
        run.log(entry);
        listener.validated(scores);
        return scores;
    }

    private static double norm(float[] vector) {
        double sum = 0;
        for (float value : vector) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum);
    }
}
