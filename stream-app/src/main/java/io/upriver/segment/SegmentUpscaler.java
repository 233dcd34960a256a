package io.upriver.segment;

import io.upriver.engine.EngineException;
import io.upriver.engine.FrameBatcher;
import io.upriver.media.Demuxer;
import io.upriver.media.MediaException;
import io.upriver.model.ModelLease;
import io.upriver.model.ModelRegistry;
import io.upriver.model.NoModelException;
import io.upriver.observe.FrameCounter;
import io.upriver.observe.StageTimes;
import io.upriver.observe.WayCounter;
import io.upriver.schemas.Rejection;
import io.upriver.schemas.Segment;
import io.upriver.schemas.Shortcut;
import io.upriver.schemas.StreamSettings;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Upscales segments: the story of the service in one method.
 *
 * <p>Thread-safe: each call works on the thread that makes it, on the lanes of the shared {@link
 * FrameBatcher}, and on one thread of the encoder pool.
 */
public final class SegmentUpscaler {

    private final ModelRegistry models;
    private final FrameBatcher batcher;
    private final ExecutorService encoders;
    private final FrameCounter counter;
    private final WayCounter ways;
    private final Consumer<StageTimes> stages;
    private final WorkerLimits limits;
    private final Clock clock;
    private final String worker;
    private final OnTime onTime;
    private final AtomicBoolean stopping = new AtomicBoolean();

    /**
     * @param encoders a pool with at least as many threads as calls are made at the same time
     * @param stages is told on the calling thread what the stages took, of each attempt at a
     *     segment
     * @param clock the time of the segments' records is compared with
     * @param worker this worker's name, for the records it writes
     */
    public SegmentUpscaler(
            ModelRegistry models,
            FrameBatcher batcher,
            ExecutorService encoders,
            FrameCounter counter,
            WayCounter ways,
            Consumer<StageTimes> stages,
            WorkerLimits limits,
            Clock clock,
            String worker) {
        this.models = models;
        this.batcher = batcher;
        this.encoders = encoders;
        this.counter = counter;
        this.ways = ways;
        this.stages = stages;
        this.limits = limits;
        this.clock = clock;
        this.worker = worker;
        this.onTime = new OnTime(models, clock, worker);
    }

    /**
     * Upscales one segment; blocks until it is done.
     *
     * <p>Where the stream tries a model and that fails, the current one does the segment. Where the
     * stream has a deadline, {@link OnTime} looks for the way that keeps it.
     *
     * @param producedMillis the time of its record, in milliseconds since 1970 UTC
     * @throws StoppingException if {@link #stop()} was called meanwhile
     */
    public SegmentResult upscale(Segment segment, StreamSettings settings, long producedMillis) {
        Due due = Due.of(settings, producedMillis);
        try (ModelLease model = lease(segment, settings)) {
            Glance glance = due == null ? null : Glance.of(segment, limits.pictures().taken());
            return counted(
                    segment,
                    glance == null
                            ? upscale(segment, settings, model, Pace.FREE)
                            : onTime.upscale(
                                    segment,
                                    glance,
                                    settings,
                                    due,
                                    model,
                                    (way, pace) -> upscale(segment, settings, way, pace)));
        } catch (RejectedException e) {
            return rejected(segment, e.code(), e.getMessage());
        } catch (MediaException e) {
            return rejected(segment, codeOf(e), e.getMessage());
        }
    }

    /**
     * Lets a segment of a stream with a deadline through as it is, at once, since there is no time
     * to do anything with it.
     */
    public SegmentResult passThrough(
            Segment segment, StreamSettings settings, long producedMillis) {
        try {
            Glance glance = Glance.of(segment, limits.pictures().taken());
            Due due = Due.of(settings, producedMillis);
            return glance == null || due == null
                    ? upscale(segment, settings, producedMillis)
                    : counted(segment, onTime.passThrough(segment, glance, settings, due));
        } catch (MediaException e) {
            return rejected(segment, codeOf(e), e.getMessage());
        }
    }

    /** Upscales a segment that was produced just now. */
    public SegmentResult upscale(Segment segment, StreamSettings settings) {
        return upscale(segment, settings, clock.millis());
    }

    private SegmentResult counted(Segment segment, SegmentResult result) {
        if (result instanceof SegmentResult.Upscaled upscaled) {
            Shortcut shortcut = upscaled.outcome().shortcut();
            ways.segmentDone(
                    segment.streamId(),
                    new WayCounter.Way(
                            upscaled.outcome().method().wireName(),
                            shortcut == null ? "" : shortcut.code().wireName()));
        }
        return result;
    }

    /** The model that the stream asks for, or interpolation where that may stand in for it. */
    private ModelLease lease(Segment segment, StreamSettings settings) {
        try {
            return models.lease(settings.model(), settings.scale(), segment.streamId());
        } catch (NoModelException e) {
            if (settings.withoutModel() == StreamSettings.WithoutModel.REJECT) {
                throw new RejectedException(Rejection.Code.NO_MODEL, e.getMessage());
            }
            return models.interpolation(settings.scale(), e.getMessage());
        }
    }

    private SegmentResult upscale(
            Segment segment, StreamSettings settings, ModelLease model, Pace pace) {
        ModelLease current = model.current();
        return current == null
                ? workOn(segment, settings, model, pace)
                : tryOut(segment, settings, model, current, pace);
    }

    private SegmentResult tryOut(
            Segment segment,
            StreamSettings settings,
            ModelLease onTrial,
            ModelLease current,
            Pace pace) {
        String failure;
        try {
            SegmentResult result = workOn(segment, settings, onTrial, pace);
            if (!(result instanceof SegmentResult.Rejected rejected)
                    || rejected.rejection().code() != Rejection.Code.DEADLINE) {
                return result;
            }
            failure = rejected.rejection().message();
        } catch (EngineException e) {
            failure = segment.label() + ": " + e.getMessage();
        }
        SegmentResult result = workOn(segment, settings, current, Pace.FREE);
        return result instanceof SegmentResult.Upscaled upscaled
                ? upscaled.afterFailureOf(onTrial.digest(), failure)
                : result;
    }

    private SegmentResult workOn(
            Segment segment, StreamSettings settings, ModelLease model, Pace pace) {
        StageTimes times = new StageTimes();
        try {
            return workOn(segment, settings, model, pace, times);
        } finally {
            stages.accept(times);
        }
    }

    private SegmentResult workOn(
            Segment segment,
            StreamSettings settings,
            ModelLease model,
            Pace pace,
            StageTimes times) {
        try (Demuxer demuxer = Demuxer.open(segment.data(), limits.pictures().taken());
                FrameEnlarger enlarger =
                        new FrameEnlarger(model, batcher, limits.pictures().made(), times);
                EncodeStage encoding =
                        new EncodeStage(segment, settings, demuxer, counter, limits, pace, times)) {
            encoding.startOn(encoders);
            DecodeStage decoding =
                    new DecodeStage(segment, demuxer, settings, limits, stopping, times);
            decoding.run(
                    picture -> encoding.add(enlarger.enlarge(picture, encoding.encoder())),
                    encoding::carry);
            Segment upscaled = encoding.finish();
            return Accounts.of(upscaled, decoding, enlarger, encoding, model, worker);
        } catch (RejectedException e) {
            return rejected(segment, e.code(), e.getMessage());
        } catch (MediaException e) {
            return rejected(segment, codeOf(e), e.getMessage());
        }
    }

    /** Lets all calls in progress, and later ones, end with {@link StoppingException}. */
    public void stop() {
        stopping.set(true);
    }

    /** This worker's name. */
    public String worker() {
        return worker;
    }

    private SegmentResult rejected(Segment segment, Rejection.Code code, String reason) {
        return new SegmentResult.Rejected(
                new Rejection(
                        code,
                        segment.label() + ": " + reason,
                        segment.streamId(),
                        segment.sequence(),
                        worker));
    }

    static Rejection.Code codeOf(MediaException e) {
        return switch (e.kind()) {
            case UNREADABLE -> Rejection.Code.UNREADABLE_MEDIA;
            case NO_VIDEO -> Rejection.Code.NO_VIDEO;
            case UNSUPPORTED, NO_DEVICE -> Rejection.Code.UNSUPPORTED;
            case ENCODING -> Rejection.Code.ENCODING_FAILED;
        };
    }
}
