package io.upriver.media;

import java.time.Duration;
import java.util.Locale;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOInterruptCB;
import org.bytedeco.javacpp.Pointer;

/**
 * Ends FFmpeg's waiting for a network: after a time, or when somebody asks. FFmpeg looks here about
 * ten times a second; only the look-up of a host's name it leaves to the system.
 *
 * <p>Thread-safe.
 */
final class Waiting implements AutoCloseable {

    private static final Tickets<Waiting> OPEN = new Tickets<>();
    private static final Callback CALLBACK = new Callback();

    private final Pointer ticket = OPEN.issue(this);
    private final Duration silence;
    private volatile boolean cancelled;
    private volatile boolean bounded;
    private volatile boolean expired;
    private volatile long endNanos;
    private volatile Duration atMost = Duration.ZERO;

    /**
     * @param silence how long a read may wait
     */
    Waiting(Duration silence) {
        this.silence = silence;
    }

    /** Lets whatever this context does end here. */
    void attach(AVFormatContext context) {
        AVIOInterruptCB callback = context.interrupt_callback();
        callback.callback(CALLBACK).opaque(ticket);
    }

    /** From now on it may take so long. */
    void begin(Duration time) {
        atMost = time;
        endNanos = System.nanoTime() + time.toNanos();
        bounded = true;
    }

    /** A read begins. */
    void beginReading() {
        begin(silence);
    }

    /** From now on it may take as long as it likes. */
    void beginWithoutEnd() {
        bounded = false;
    }

    /** Ends what waits now and what will wait later. */
    void cancel() {
        cancelled = true;
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** True where it took longer than it may. */
    boolean hasExpired() {
        return expired;
    }

    /** True where FFmpeg is to give up. */
    boolean isOver() {
        if (bounded && System.nanoTime() - endNanos > 0) {
            expired = true;
        }
        return cancelled || expired;
    }

    /** How long the last thing was allowed to take, in words. */
    String seconds() {
        return String.format(Locale.ROOT, "%.1f", atMost.toMillis() / 1e3);
    }

    @Override
    public void close() {
        OPEN.withdraw(ticket);
    }

    private static final class Callback extends AVIOInterruptCB.Callback_Pointer {
        @Override
        public int call(Pointer opaque) {
            Waiting waiting = OPEN.ownerOf(opaque);
            return waiting == null || waiting.isOver() ? 1 : 0;
        }
    }
}
