package io.upriver.segment;

import io.upriver.media.Demuxer;
import io.upriver.media.Packet;
import io.upriver.media.Picture;
import io.upriver.media.Track;
import io.upriver.media.VideoDecoder;
import io.upriver.schemas.PresentationRange;
import io.upriver.schemas.Rejection;
import io.upriver.schemas.Segment;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes a segment apart: pictures of its main video track one way, packets of the other tracks the
 * other.
 */
final class DecodeStage {

    private final Segment segment;
    private final Demuxer demuxer;
    private final WorkerLimits limits;
    private final AtomicBoolean stopping;
    private final long startNanos = System.nanoTime();
    private long latestTicks = Long.MIN_VALUE;
    private long passedOnNanos;
    private long totalNanos;
    private long expected;
    private long delivered;

    DecodeStage(Segment segment, Demuxer demuxer, WorkerLimits limits, AtomicBoolean stopping) {
        this.segment = segment;
        this.demuxer = demuxer;
        this.limits = limits;
        this.stopping = stopping;
    }

    /** Decodes the whole segment; both takers close what they get. */
    void run(Consumer<Picture> pictures, Consumer<Packet> others) {
        Track video = demuxer.mainVideo();
        Consumer<Picture> taker = picture -> deliver(picture, pictures);
        try (VideoDecoder decoder = new VideoDecoder(video, limits.decoderThreads())) {
            for (Packet next = demuxer.read(); next != null; next = demuxer.read()) {
                if (next.trackIndex() != video.index()) {
                    others.accept(next);
                    continue;
                }
                try (Packet packet = next) {
                    boolean ours = isOurs(video.timeBase().toNanos(packet.ptsTicks()));
                    expected += ours && video.shows(packet) ? 1 : 0;
                    decoder.decode(packet, taker);
                }
            }
            decoder.decode(null, taker);
        }
        totalNanos = System.nanoTime() - startNanos;
        if (delivered == 0) {
            throw new RejectedException(
                    Rejection.Code.UNREADABLE_MEDIA,
                    "expected %d frames of %s, decoder gave none%s"
                            .formatted(expected, video.codecName(), because(demuxer.damage())));
        }
    }

    private void deliver(Picture picture, Consumer<Picture> pictures) {
        // In damaged video a time may go back: what is shown already stays.
        if (!isOurs(picture.ptsNanos()) || picture.ptsTicks() <= latestTicks) {
            picture.close();
            return;
        }
        latestTicks = picture.ptsTicks();
        checkTime(picture);
        delivered++;
        long start = System.nanoTime();
        pictures.accept(picture);
        passedOnNanos += System.nanoTime() - start;
    }

    private void checkTime(Picture picture) {
        if (stopping.get()) {
            picture.close();
            throw new StoppingException(segment.label());
        }
        long millis = (System.nanoTime() - startNanos) / 1_000_000;
        if (millis > limits.deadline().toMillis()) {
            picture.close();
            throw new RejectedException(
                    Rejection.Code.DEADLINE,
                    "expected to be done within %d ms, only %d frames were after %d ms"
                            .formatted(limits.deadline().toMillis(), delivered, millis));
        }
    }

    private boolean isOurs(long ptsNanos) {
        PresentationRange range = segment.presentation();
        return range == null || range.contains(ptsNanos);
    }

    private static String because(@Nullable String damage) {
        return damage == null ? "" : "; " + damage;
    }

    long framesDelivered() {
        return delivered;
    }

    /** Frames that the packets promised and the decoder did not give. */
    long framesLost() {
        return Math.max(0, expected - delivered);
    }

    long decodeMillis() {
        return (totalNanos - passedOnNanos) / 1_000_000;
    }

    long totalMillis() {
        return (System.nanoTime() - startNanos) / 1_000_000;
    }
}
