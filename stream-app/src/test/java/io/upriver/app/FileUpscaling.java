package io.upriver.app;

import io.upriver.egress.FileWriter;
import io.upriver.ingest.FileIngest;
import io.upriver.media.Splitter;
import io.upriver.model.BuiltInModels;
import io.upriver.schemas.Container;
import io.upriver.schemas.Segment;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.StreamSettings.Codec;
import io.upriver.schemas.VideoEncoding;
import io.upriver.segment.SegmentResult;
import io.upriver.segment.SegmentUpscaler;
import io.upriver.segment.WorkerCore;
import io.upriver.segment.WorkerLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Files through splitter, worker and writer, segments through the worker: no topics. */
public final class FileUpscaling implements AutoCloseable {

    private static final WorkerLimits LIMITS = WorkerCore.limits(Duration.ofMinutes(2), 1 << 28);

    private final WorkerCore core = new WorkerCore();
    private final SegmentUpscaler worker = core.upscaler(LIMITS);

    /** With the networks that come with the program; otherwise there is interpolation only. */
    public static FileUpscaling withNetworks() {
        FileUpscaling made = new FileUpscaling();
        BuiltInModels.addTo(made.core.models());
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
                Segment segment = FileIngest.segmentOf("file", sequence++, p, false);
                writer.append(upscale(segment, settings));
            }
            writer.finish();
            return writer.notes();
        }
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
        core.close();
    }
}
