package io.upriver.app;

import io.upriver.egress.FileWriter;
import io.upriver.engine.EngineSettings;
import io.upriver.engine.ExecutionProviders;
import io.upriver.engine.FrameBatcher;
import io.upriver.engine.ProviderPreference;
import io.upriver.media.Splitter;
import io.upriver.model.ModelRegistry;
import io.upriver.observe.FrameCounter;
import io.upriver.schemas.Container;
import io.upriver.schemas.PresentationRange;
import io.upriver.schemas.Segment;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.StreamSettings.Codec;
import io.upriver.schemas.VideoEncoding;
import io.upriver.segment.PictureLimits;
import io.upriver.segment.SegmentResult;
import io.upriver.segment.SegmentUpscaler;
import io.upriver.segment.WorkerLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Files through splitter, worker and writer, segments through the worker: no topics. */
public final class FileUpscaling implements AutoCloseable {

    private static final WorkerLimits LIMITS =
            new WorkerLimits(Duration.ofMinutes(2), 1 << 28, PictureLimits.DEFAULT, 1, 1, 4);

    private final ModelRegistry models =
            new ModelRegistry(
                    ExecutionProviders.choose(
                            EngineSettings.defaults().with(ProviderPreference.CPU)));
    private final FrameBatcher batcher = new FrameBatcher(1);
    private final ExecutorService encoders = Executors.newSingleThreadExecutor();
    private final SegmentUpscaler worker =
            new SegmentUpscaler(models, batcher, encoders, new FrameCounter(), LIMITS, "worker-1");

    /** With the networks that come with the program; otherwise there is interpolation only. */
    public static FileUpscaling withNetworks() {
        FileUpscaling made = new FileUpscaling();
        BuiltInModels.addTo(made.models);
        return made;
    }

    /** Upscales the file by interpolation; the notes of the writer. */
    List<String> run(Path in, Path out, Codec codec) {
        return run(
                in,
                out,
                StreamSettings.DEFAULT.withModel("none").withEncoding(VideoEncoding.of(codec)));
    }

    List<String> run(Path in, Path out, StreamSettings settings) {
        String name = out.getFileName().toString();
        try (Splitter splitter = new Splitter(in, 2, LIMITS.maxOutputBytes());
                FileWriter writer = new FileWriter(in, out, name)) {
            long sequence = 0;
            for (Splitter.Piece p = splitter.next(); p != null; p = splitter.next()) {
                writer.append(upscale(p, sequence++, settings));
            }
            writer.finish();
            return writer.notes();
        }
    }

    private byte[] upscale(Splitter.Piece piece, long sequence, StreamSettings settings) {
        return upscale(
                new Segment(
                        "file",
                        sequence,
                        Container.valueOf(piece.format().name()),
                        piece.data(),
                        piece.durationMillis(),
                        false,
                        false,
                        new PresentationRange(piece.startNanos(), piece.endNanos()),
                        null),
                settings);
    }

    /** Upscales one segment of a live stream by interpolation. */
    byte[] segment(Container container, byte[] data, Codec codec) {
        return upscale(
                new Segment("live", 0, container, data, 1000, false, false, null, null),
                StreamSettings.DEFAULT.withModel("none").withEncoding(VideoEncoding.of(codec)));
    }

    /** Upscales one segment; its media. */
    public byte[] upscale(Segment segment, StreamSettings settings) {
        SegmentResult result = worker.upscale(segment, settings);
        if (result instanceof SegmentResult.Rejected rejected) {
            throw new IllegalStateException(rejected.rejection().message());
        }
        return ((SegmentResult.Upscaled) result).segment().data();
    }

    @Override
    public void close() {
        batcher.close();
        models.close();
        encoders.shutdown();
    }
}
