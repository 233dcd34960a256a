package io.upriver.segment;

import io.upriver.engine.EngineSettings;
import io.upriver.engine.ExecutionProviders;
import io.upriver.engine.FrameBatcher;
import io.upriver.engine.ProviderPreference;
import io.upriver.model.ModelRegistry;
import io.upriver.observe.FrameCounter;
import io.upriver.observe.WayCounter;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;

/** What a worker has besides topics, on the CPU: models, lanes and encoding threads. */
public final class WorkerCore implements AutoCloseable {

    /** One thread for each codec, four frames in flight, segments of up to 64 MiB in a minute. */
    public static final WorkerLimits LIMITS = limits(Duration.ofMinutes(1), 1 << 26);

    private static final int SEGMENTS = 4;

    private final ModelRegistry models =
            new ModelRegistry(
                    ExecutionProviders.choose(
                            EngineSettings.defaults().with(ProviderPreference.CPU)));
    private final FrameBatcher batcher = new FrameBatcher(2);
    private final ThreadPoolExecutor encoders =
            (ThreadPoolExecutor) Executors.newFixedThreadPool(SEGMENTS);

    public static WorkerLimits limits(Duration deadline, int maxOutputBytes) {
        return new WorkerLimits(deadline, maxOutputBytes, PictureLimits.DEFAULT, 1, 1, 4);
    }

    public ModelRegistry models() {
        return models;
    }

    /** Upscales up to four segments at a time. */
    public SegmentUpscaler upscaler(WorkerLimits limits) {
        return upscaler(limits, new FrameCounter());
    }

    SegmentUpscaler upscaler(WorkerLimits limits, FrameCounter counter) {
        return upscaler(limits, counter, new WayCounter(), Clock.systemUTC());
    }

    SegmentUpscaler upscaler(
            WorkerLimits limits, FrameCounter counter, WayCounter ways, Clock clock) {
        return new SegmentUpscaler(
                models, batcher, encoders, counter, ways, times -> {}, limits, clock, "worker-1");
    }

    /** True while a segment is being encoded. */
    boolean isEncoding() {
        return encoders.getActiveCount() > 0;
    }

    @Override
    public void close() {
        batcher.close();
        models.close();
        encoders.shutdown();
    }
}
