package io.upriver.train;

import io.upriver.learn.Training;
import io.upriver.learn.TrainingRun.Scores;
import java.io.PrintWriter;
import java.util.Locale;

/** Tells how a training goes: one line a report. */
final class Console implements Training.Listener {
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
