package io.upriver.segment;

import io.upriver.engine.EngineException;
import io.upriver.engine.FrameBatcher;
import io.upriver.media.Demuxer;
import io.upriver.media.MediaException;
import io.upriver.model.ModelLease;
import io.upriver.model.ModelRegistry;
import io.upriver.model.NoModelException;
import io.upriver.observe.FrameCounter;
import io.upriver.schemas.Rejection;
import io.upriver.schemas.Segment;
import io.upriver.schemas.StreamSettings;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;

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
    private final WorkerLimits limits;
    private final String worker;
    private final AtomicBoolean stopping = new AtomicBoolean();

    /**
     * @param encoders a pool with at least as many threads as calls are made at the same time
     * @param worker this worker's name, for the records it writes
     */
    public SegmentUpscaler(
            ModelRegistry models,
            FrameBatcher batcher,
            ExecutorService encoders,
            FrameCounter counter,
            WorkerLimits limits,
            String worker) {
        this.models = models;
        this.batcher = batcher;
        this.encoders = encoders;
        this.counter = counter;
        this.limits = limits;
        this.worker = worker;
    }

    /**
     * Upscales one segment; blocks until it is done.
     *
     * <p>Where the stream tries a model and that fails, the current one does the segment.
     *
     * @throws StoppingException if {@link #stop()} was called meanwhile
     */
    public SegmentResult upscale(Segment segment, StreamSettings settings) {
        try (ModelLease model =
                models.lease(settings.model(), settings.scale(), segment.streamId())) {
            ModelLease current = model.current();
            return current == null
                    ? upscale(segment, settings, model)
                    : tryOut(segment, settings, model, current);
        } catch (NoModelException e) {
            return withoutModel(segment, settings, e.getMessage());
        }
    }

    private SegmentResult withoutModel(Segment segment, StreamSettings settings, String because) {
        if (settings.withoutModel() == StreamSettings.WithoutModel.REJECT) {
            return rejected(segment, Rejection.Code.NO_MODEL, because);
        }
        try (ModelLease interpolation = models.interpolation(settings.scale(), because)) {
            return upscale(segment, settings, interpolation);
        }
    }

    private SegmentResult tryOut(
            Segment segment, StreamSettings settings, ModelLease onTrial, ModelLease current) {
        String failure;
        try {
            SegmentResult result = upscale(segment, settings, onTrial);
            if (!(result instanceof SegmentResult.Rejected rejected)
                    || rejected.rejection().code() != Rejection.Code.DEADLINE) {
                return result;
            }
            failure = rejected.rejection().message();
        } catch (EngineException e) {
            failure = segment.label() + ": " + e.getMessage();
        }
        SegmentResult result = upscale(segment, settings, current);
        return result instanceof SegmentResult.Upscaled upscaled
                ? upscaled.afterFailureOf(onTrial.digest(), failure)
                : result;
    }

    private SegmentResult upscale(Segment segment, StreamSettings settings, ModelLease model) {
        try (Demuxer demuxer = Demuxer.open(segment.data(), limits.pictures().taken());
                FrameEnlarger enlarger =
                        new FrameEnlarger(model, batcher, limits.pictures().made());
                EncodeStage encoding =
                        new EncodeStage(segment, settings, demuxer, counter, limits)) {
            encoding.startOn(encoders);
            DecodeStage decoding = new DecodeStage(segment, demuxer, settings, limits, stopping);
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
