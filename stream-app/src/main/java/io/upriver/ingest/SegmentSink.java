package io.upriver.ingest;

import io.upriver.media.LiveSegment;
import io.upriver.media.SegmentFormat;
import io.upriver.schemas.Container;
import io.upriver.schemas.PresentationRange;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts live segments on the stream and keeps account of them. One thread sends; counts are for any.
 */
final class SegmentSink {

    private static final long MILLION = 1_000_000;

    private final LiveStreamWriter writer;
    private final Consumer<SentSegment> sent;
    private final AtomicLong segments = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong millis = new AtomicLong();
    private long clockNanos;
    private long clockMillis = -1; // played since the clock started, or -1 before that
    private long leastBehindMillis;

    SegmentSink(LiveStreamWriter writer, Consumer<SentSegment> sent) {
        this.writer = writer;
        this.sent = sent;
    }

    /** The next segment sent is the one by which the lag of the others is told. */
    void startClock() {
        clockMillis = -1;
    }

    void send(LiveSegment segment, boolean discontinuity, boolean endOfStream) {
        LiveSegment.Shown shown = segment.shown();
        send(
                containerOf(segment.format()),
                segment.data(),
                segment.durationMillis(),
                discontinuity,
                endOfStream,
                shown == null ? null : new PresentationRange(shown.startNanos(), shown.endNanos()));
    }

    private void send(
            Container container,
            byte[] data,
            long durationMillis,
            boolean discontinuity,
            boolean endOfStream,
            @Nullable PresentationRange range) {
        if (clockMillis < 0) {
            clockMillis = 0;
            leastBehindMillis = 0;
            clockNanos = System.nanoTime();
        } else {
            clockMillis += durationMillis;
        }
        long sequence =
                writer.append(
                        container, data, durationMillis, discontinuity, endOfStream, range, null);
        segments.incrementAndGet();
        bytes.addAndGet(data.length);
        millis.addAndGet(durationMillis);
        sent.accept(
                new SentSegment(
                        sequence,
                        data.length,
                        durationMillis,
                        behindMillis(),
                        discontinuity,
                        endOfStream));
    }

    /** Senders may begin with what they have, so the least that it was behind is none. */
    private long behindMillis() {
        long behind = elapsedMillis() - clockMillis;
        leastBehindMillis = Math.min(leastBehindMillis, behind);
        return behind - leastBehindMillis;
    }

    /** How long to wait with a segment so that it is sent no faster than it plays. */
    long millisUntilDue(LiveSegment segment) {
        return clockMillis < 0 ? 0 : clockMillis + segment.durationMillis() - elapsedMillis();
    }

    private long elapsedMillis() {
        return (System.nanoTime() - clockNanos) / MILLION;
    }

    private static Container containerOf(SegmentFormat format) {
        return switch (format) {
            case MPEG_TS -> Container.MPEG_TS;
            case MP4 -> Container.MP4;
            case MATROSKA -> Container.MATROSKA;
        };
    }

    long segments() {
        return segments.get();
    }

    long bytes() {
        return bytes.get();
    }

    long sentMillis() {
        return millis.get();
    }
}
