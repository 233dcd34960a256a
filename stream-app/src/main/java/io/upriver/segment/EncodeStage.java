package io.upriver.segment;

import io.upriver.media.Demuxer;
import io.upriver.media.EncoderSettings;
import io.upriver.media.MediaException;
import io.upriver.media.Muxer;
import io.upriver.media.Packet;
import io.upriver.media.Picture;
import io.upriver.media.SegmentFormat;
import io.upriver.media.Track;
import io.upriver.media.VideoEncoder;
import io.upriver.observe.FrameCounter;
import io.upriver.schemas.Container;
import io.upriver.schemas.Rejection;
import io.upriver.schemas.Segment;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.VideoEncoding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private final Track video;
    private final FrameCounter counter;
    private final WorkerLimits limits;
    private final BlockingQueue<Work> queue;
    private final List<Packet> early = new ArrayList<>();
    private final List<Track> others = new ArrayList<>();
    private final Map<Integer, Integer> outputIndex = new HashMap<>();

    private @Nullable CompletableFuture<Void> running;
    private volatile @Nullable RuntimeException failure;
    private boolean abandoned;
    private @Nullable VideoEncoder encoder;
    private @Nullable Muxer muxer;
    private @Nullable SegmentFormat format;
    private @Nullable String missing;
    private long encodeNanos;

    EncodeStage(
            Segment segment,
            StreamSettings wanted,
            Demuxer demuxer,
            FrameCounter counter,
            WorkerLimits limits) {
        this.segment = segment;
        this.counter = counter;
        this.limits = limits;
        this.video = demuxer.mainVideo();
        this.queue = new ArrayBlockingQueue<>(limits.framesInFlight());
        this.settings = settingsOf(wanted.encoding(), limits.encoderThreads());
        for (Track track : demuxer.tracks()) {
            if (track.index() != video.index()) {
                others.add(track);
            }
        }
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
        return Accounts.notes(missing, fitting.note());
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
        byte[] bytes = finishBytes();
        if (bytes.length > limits.maxOutputBytes()) {
            throw new RejectedException(
                    Rejection.Code.OUTPUT_TOO_LARGE,
                    "expected an upscaled segment of at most %d bytes, got %d"
                            .formatted(limits.maxOutputBytes(), bytes.length));
        }
        return segment.withMedia(containerOf(format), bytes).withPresentation(null);
    }

    private byte[] finishBytes() {
        try {
            return muxer.finishBytes();
        } catch (MediaException e) {
            throw e.behind("the upscaled segment's end cannot be written");
        }
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
            if (failure == null) {
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
                encoder.encode(fitted, this::writeVideo);
            } finally {
                release(fitted, large);
            }
            encodeNanos += System.nanoTime() - start;
            counter.frameDone();
        } else if (work.packet() != null) {
            if (muxer == null) {
                early.add(work.packet().share());
            } else {
                writeCarried(work.packet().share());
            }
        }
    }

    private void flush() {
        try {
            if (encoder != null) {
                long start = System.nanoTime();
                encoder.encode(null, this::writeVideo);
                encodeNanos += System.nanoTime() - start;
            }
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    /**
     * The picture as the encoder gets it. The first opens the encoder; where that is part of a
     * device which is missing or refuses, the one on the CPU takes its place.
     */
    private Picture fit(Picture large) {
        Picture fitted = fitting.fit(large, settings);
        if (encoder != null) {
            return fitted;
        }
        SegmentFormat wanted = formatOf(segment.container());
        try {
            encoder =
                    new VideoEncoder(
                            settings, fitted, video.framesPerSecond(), wanted.hasGlobalHeader());
        } catch (MediaException e) {
            release(fitted, large);
            EncoderSettings software = settings.inSoftware();
            if (e.kind() != MediaException.Kind.NO_DEVICE || software == null) {
                throw e;
            }
            missing = e.getMessage() + "; encoded by " + software.encoder();
            settings = software;
            return fit(large);
        }
        start(wanted.holding(encoder));
        return fitted;
    }

    private static void release(Picture fitted, Picture large) {
        if (fitted != large) {
            fitted.close();
        }
    }

    private void start(SegmentFormat written) {
        format = written;
        muxer = Muxer.segment(format, encoder);
        muxer.addEncoded(encoder, video);
        for (Track track : others) {
            if (format.holds(track)) {
                outputIndex.put(track.index(), muxer.addCopy(track));
            }
        }
        muxer.start();
        early.forEach(this::writeCarried);
        early.clear();
    }

    private void writeVideo(Packet packet) {
        write(0, packet);
    }

    private void write(int index, Packet packet) {
        double seconds = packet.timeBase().toNanos(packet.dtsTicks()) / 1e9;
        try {
            muxer.write(index, packet);
        } catch (MediaException e) {
            // FFmpeg keeps packets back to interleave them: it may have been any track's.
            throw e.behind(
                    "the upscaled segment cannot take the packet at %.3f s or what comes beside it"
                            .formatted(seconds));
        }
    }

    private void writeCarried(Packet packet) {
        Integer index = outputIndex.get(packet.trackIndex());
        if (index == null) {
            packet.close();
        } else {
            write(index, packet);
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

    private static SegmentFormat formatOf(Container container) {
        return switch (container) {
            case MPEG_TS -> SegmentFormat.MPEG_TS;
            case MP4 -> SegmentFormat.MP4;
            case MATROSKA -> SegmentFormat.MATROSKA;
        };
    }

    private static Container containerOf(SegmentFormat format) {
        return switch (format) {
            case MPEG_TS -> Container.MPEG_TS;
            case MP4 -> Container.MP4;
            case MATROSKA -> Container.MATROSKA;
        };
    }

    @Override
    public void close() {
        if (running != null && !running.isDone()) {
            abandoned = true;
            put(Work.END);
            join();
        }
        early.forEach(Packet::close);
        if (muxer != null) {
            muxer.close();
        }
        if (encoder != null) {
            encoder.close();
        }
        fitting.close();
    }
}
