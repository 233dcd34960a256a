package io.upriver.train;

import io.upriver.learn.Training;
import io.upriver.learn.TrainingRun.Scores;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Tells how a training goes: a bar with step, loss, validation and time left on a terminal, a line
 * for each report elsewhere. Used by one thread; closing ends the bar.
 */
final class Console implements Training.Listener, AutoCloseable {
    private static final int UNKNOWN = -1;

    private final PrintWriter log;
    private final @Nullable PrintStream terminal;
    private @Nullable ProgressBar bar;
    private String loss = "";
    private String validation = "";

    /** Shows the bar if the launcher says that standard error is a terminal. */
    Console(PrintWriter log) {
        this(log, "1".equals(System.getenv("UPRIVER_TERMINAL")) ? System.err : null);
    }

    /**
     * @param terminal where the bar is shown, or null
     */
    Console(PrintWriter log, @Nullable PrintStream terminal) {
        this.log = log;
        this.terminal = terminal;
    }

    @Override
    public void stepped(long step, float lossBefore) {
        if (terminal == null) {
            return;
        }
        if (bar == null) {
            bar = barFrom(step - 1, terminal);
        }
        bar.stepTo(step);
    }

    private ProgressBar barFrom(long step, PrintStream to) {
        return new ProgressBarBuilder()
                .setTaskName("") // all in 80 columns
                .setUnit(" steps", 1)
                .setInitialMax(UNKNOWN)
                .startsFrom(step, Duration.ZERO)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(500)
                .setConsumer(new ConsoleProgressBarConsumer(to))
                .build()
                .setExtraMessage(message());
    }

    @Override
    public void progress(long step, long steps, double meanLoss, double millisPerStep) {
        loss = String.format(Locale.ROOT, "loss %.5f", meanLoss);
        if (bar != null) {
            bar.maxHint(steps).setExtraMessage(message());
            return;
        }
        long left = Math.round((steps - step) * millisPerStep / 1000);
        log.printf(
                Locale.ROOT,
                "step %d/%d  %s  validation %s  %.1f ms a step  %d:%02d:%02d left%n",
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
                        Locale.ROOT, "%.3f dB (%+.3f)", scores.validationPsnr(), scores.gain());
        if (bar != null) {
            bar.setExtraMessage(message());
        }
    }

    private String message() {
        return " " + loss + "  " + validation;
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
