package io.upriver.app;

import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows how far a job is: a bar on a terminal, a plain line every few seconds elsewhere. The bar
 * goes to standard error.
 *
 * <p>Used by one thread.
 */
final class Progress implements AutoCloseable {

    private static final long LINE_EVERY_NANOS = 5_000_000_000L;

    private final Consumer<String> lines;
    private final LongSupplier done;
    private final LongSupplier total;
    private final long start = System.nanoTime();
    private final @Nullable ProgressBar bar;
    private long lastLine = start;

    /**
     * @param total frames to do, or 0 while that is not known
     */
    Progress(Consumer<String> lines, boolean terminal, LongSupplier done, LongSupplier total) {
        this.lines = lines;
        this.done = done;
        this.total = total;
        this.bar =
                terminal
                        ? new ProgressBarBuilder()
                                .setTaskName("upscaling")
                                .setUnit(" frames", 1)
                                .setInitialMax(Math.max(1, total.getAsLong()))
                                .setStyle(ProgressBarStyle.ASCII)
                                .setUpdateIntervalMillis(200)
                                .showSpeed()
                                .continuousUpdate()
                                .build()
                        : null;
    }

    /** Called often; shows what has changed. */
    void update() {
        long now = System.nanoTime();
        long frames = done.getAsLong();
        long all = total.getAsLong();
        if (bar != null) {
            bar.maxHint(Math.max(frames, all)).stepTo(frames);
        } else if (now - lastLine >= LINE_EVERY_NANOS) {
            lastLine = now;
            lines.accept(line(frames, all, (now - start) / 1e9));
        }
    }

    static String line(long frames, long all, double seconds) {
        double rate = frames / seconds;
        String left =
                frames > 0 && all > frames
                        ? String.format(Locale.ROOT, ", %.0f s left", (all - frames) / rate)
                        : "";
        return String.format(
                Locale.ROOT,
                "%d%s frames, %.1f fps%s",
                frames,
                all > 0 ? " of " + all : "",
                rate,
                left);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
