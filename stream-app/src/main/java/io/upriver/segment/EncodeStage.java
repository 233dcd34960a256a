package io.upriver.segment;

import io.upriver.media.Demuxer;
import io.upriver.media.EncoderSettings;
import io.upriver.media.MediaException;
import io.upriver.media.Packet;
import io.upriver.media.Picture;
import io.upriver.media.Track;
import io.upriver.media.VideoEncoder;
import io.upriver.observe.FrameCounter;
import io.upriver.observe.Stage;
import io.upriver.observe.StageTimes;
import io.upriver.schemas.PictureSize;
import io.upriver.schemas.Rejection;
import io.upriver.schemas.Segment;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.VideoEncoding;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Encodes large pictures and puts them, with the packets of the other tracks, into the upscaled
 * segment.
 *
 * <p>The decoding thread hands work in through a bounded queue; one thread of the pool takes it
 * out, in order, and is the only one that touches encoder and muxer. When encoding fails, that
 * thread goes on taking and closing, so that the decoding thread never waits for nobody, and the
 * failure comes out of {@link #add} or {@link #finish}.
 */
final class EncodeStage implements AutoCloseable {

    /** A picture, or a packet of another track, or with neither the end. */
    private record Work(@Nullable Enlarged frame, @Nullable Packet packet) {

        static final Work END = new Work(null, null);

        boolean isEnd() {
            return frame == null && packet == null;
        }
    }

    private final Segment segment;
    private volatile EncoderSettings settings;
    private final PictureFitting fitting = new PictureFitting(); // the encoding thread's
    private final SegmentWriter writer; // the encoding thread's
    private final Track video;
    private final FrameCounter counter;
    private final WorkerLimits limits;
    private final Pace pace;
    private final StageTimes times;
    private final BlockingQueue<Work> queue;

    private @Nullable CompletableFuture<Void> running;
    private volatile @Nullable RuntimeException failure;
    private volatile boolean abandoned;
    private @Nullable VideoEncoder encoder;
    private byte @Nullable [] result;
    private @Nullable String missing;
    private long encodeNanos;
    private long videoBytes;

    /**
     * @param pace may end the work with {@link LateException}
     */
    EncodeStage(
            Segment segment,
            StreamSettings wanted,
            Demuxer demuxer,
            FrameCounter counter,
            WorkerLimits limits,
            Pace pace,
            StageTimes times) {
        this.segment = segment;
        this.counter = counter;
        this.limits = limits;
        this.pace = pace;
        this.times = times;
        this.video = demuxer.mainVideo();
        this.queue = new ArrayBlockingQueue<>(limits.framesInFlight());
        this.settings = settingsOf(wanted.encoding(), limits.encoderThreads());
        this.writer =
                new SegmentWriter(
                        demuxer, segment.container(), wanted.container(), settings.encoder());
    }

    /** The settings in terms of FFmpeg's encoders. */
    private static EncoderSettings settingsOf(VideoEncoding wanted, int threads) {
        String named = wanted.encoder();
        return new EncoderSettings(
                named != null ? named : EncoderSettings.usualEncoder(wanted.codec().wireName()),
                wanted.crf(),
                wanted.bitrate(),
                wanted.preset(),
                wanted.gop(),
                wanted.pixelFormat(),
                threads);
    }

    /** The encoder in use; another one once the one that was asked for turned out to be missing. */
    EncoderSettings encoder() {
        return settings;
    }

    /** What was not encoded as it was asked for and why, or null. */
    @Nullable String note() {
        return Accounts.notes(missing, fitting.note(), writer.note());
    }

    void startOn(Executor pool) {
        running = CompletableFuture.runAsync(this::work, pool);
    }

    /** Hands in a picture; waits while as many as may be are in flight. */
    void add(Enlarged frame) {
        put(new Work(frame, null));
    }

    /**
     * Hands in a packet of another track; it is copied as it is where the container can hold it,
     * and dropped elsewhere.
     */
    void carry(Packet packet) {
        put(new Work(null, packet));
    }

    /** Waits until all is encoded; the upscaled segment. */
    Segment finish() {
        put(Work.END);
        join();
        throwFailure();
        requireRoom(result.length);
        return segment.withMedia(writer.container(), result).withPresentation(null);
    }

    /** How large the frames of the result are, run by run. */
    List<PictureSize> sizes() {
        return writer.sizes();
    }

    long encodeMillis() {
        return encodeNanos / 1_000_000;
    }

    private void put(Work work) {
        if (failure != null && !work.isEnd()) {
            discard(work);
            throwFailure();
        }
        boolean interrupted = false;
        while (true) {
            try {
                queue.put(work);
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        for (Work work = take(); !work.isEnd(); work = take()) {
            if (failure == null && !abandoned) {
                try {
                    encode(work);
                } catch (RuntimeException e) {
                    failure = e;
                } catch (Error e) {
                    // Such as native memory at its limit: this thread must go on taking.
                    failure = new IllegalStateException("encoding failed: " + e, e);
                }
            }
            discard(work);
        }
        if (failure == null && !abandoned) {
            flush();
        }
    }

    private Work take() {
        while (true) {
            try {
                return queue.take();
            } catch (InterruptedException e) {
                failure = new StoppingException(segment.label());
            }
        }
    }

    private void encode(Work work) {
        if (work.frame() != null) {
            Picture large = work.frame().await();
            long start = System.nanoTime();
            Picture fitted = fit(large);
            try {
                encoder.encode(fitted, this::collect);
            } finally {
                release(fitted, large);
            }
            long end = System.nanoTime();
            encodeNanos += end - start;
            times.add(Stage.ENCODE, start, end);
            counter.frameDone();
            pace.frameDone();
        } else if (work.packet() != null) {
            writer.addOther(work.packet().share());
        }
    }

    /** Ends a segment as soon as it is too large, and not when all of it is in memory. */
    private void collect(Packet packet) {
        writer.addVideo(packet);
        pace.packetDone();
        videoBytes += packet.sizeBytes();
        requireRoom(videoBytes);
    }

    private void requireRoom(long bytes) {
        if (bytes > limits.maxOutputBytes()) {
            throw new RejectedException(
                    Rejection.Code.OUTPUT_TOO_LARGE,
                    "expected an upscaled segment of at most %d bytes, got %d or more"
                            .formatted(limits.maxOutputBytes(), bytes));
        }
    }

    private void flush() {
        try {
            if (encoder != null) {
                long start = System.nanoTime();
                encoder.encode(null, this::collect);
                long encoded = System.nanoTime();
                times.add(Stage.ENCODE, start, encoded);
                result = writer.finish();
                long end = System.nanoTime();
                times.add(Stage.MUX, encoded, end);
                encodeNanos += end - start;
            }
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    /**
     * The picture as the encoder gets it. The first opens the encoder, and each that has another
     * size or layout opens the next. Where that is part of a device which is missing or refuses,
     * the one on the CPU takes its place.
     */
    private Picture fit(Picture large) {
        Picture fitted = fitting.fit(large, settings);
        if (encoder != null && encoder.takes(fitted)) {
            return fitted;
        }
        try {
            endRun();
            encoder =
                    new VideoEncoder(
                            settings, fitted, video.framesPerSecond(), writer.hasGlobalHeader());
            writer.begin(encoder, fitted);
            return fitted;
        } catch (RuntimeException e) {
            release(fitted, large);
            fallBack(e);
            return fit(large);
        }
    }

    private void endRun() {
        if (encoder != null) {
            encoder.encode(null, this::collect);
            encoder.close();
            encoder = null;
        }
    }

    /** Goes on with the encoder of the CPU, or throws what went wrong. */
    private void fallBack(RuntimeException e) {
        boolean noDevice =
                e instanceof MediaException media && media.kind() == MediaException.Kind.NO_DEVICE;
        EncoderSettings software = noDevice ? settings.inSoftware() : null;
        if (software == null) {
            throw e;
        }
        missing = e.getMessage() + "; encoded by " + software.encoder();
        settings = software;
    }

    private static void release(Picture fitted, Picture large) {
        if (fitted != large) {
            fitted.close();
        }
    }

    private static void discard(Work work) {
        if (work.frame() != null) {
            work.frame().close();
        }
        if (work.packet() != null) {
            work.packet().close();
        }
    }

    private void join() {
        if (running != null) {
            try {
                running.join();
            } catch (CompletionException e) {
                failure =
                        e.getCause() instanceof RuntimeException cause
                                ? cause
                                : new IllegalStateException(
                                        segment.label() + ": encoding failed", e);
            }
        }
    }

    private void throwFailure() {
        RuntimeException failed = failure;
        if (failed != null) {
            throw failed;
        }
    }

    @Override
    public void close() {
        if (running != null && !running.isDone()) {
            abandoned = true;
            put(Work.END);
            join();
        }
        writer.close();
        if (encoder != null) {
            encoder.close();
        }
        fitting.close();
    }
}
