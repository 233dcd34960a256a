package io.upriver.app;

import com.sun.management.OperatingSystemMXBean;
import io.upriver.engine.Device;
import io.upriver.engine.EngineSettings;
import io.upriver.engine.ExecutionProviders;
import io.upriver.engine.FrameBatcher;
import io.upriver.engine.PlaneInterpolator;
import io.upriver.engine.Scratch;
import io.upriver.frame.Plane;
import io.upriver.media.Demuxer;
import io.upriver.media.EncoderSettings;
import io.upriver.media.Packet;
import io.upriver.media.Picture;
import io.upriver.media.Splitter;
import io.upriver.media.Track;
import io.upriver.media.VideoDecoder;
import io.upriver.media.VideoEncoder;
import io.upriver.model.BuiltInModels;
import io.upriver.model.ModelLease;
import io.upriver.model.ModelRegistry;
import io.upriver.observe.FrameCounter;
import io.upriver.observe.WayCounter;
import io.upriver.schemas.Container;
import io.upriver.schemas.PresentationRange;
import io.upriver.schemas.Segment;
import io.upriver.schemas.StreamSettings;
import io.upriver.segment.PictureLimits;
import io.upriver.segment.SegmentResult;
import io.upriver.segment.SegmentUpscaler;
import io.upriver.segment.WorkerLimits;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Measures the stages of a worker one by one and then the worker as a whole.
 *
 * <p>Each stage gets all of the clip's frames at once, from memory. Its rate says how fast it is
 * with the threads it has in the service; its processor time says what a frame costs. What the
 * cores allow is one second of all cores divided by the processor time of all stages of a frame: no
 * arrangement of the same work can be faster.
 */
final class PipelineBench implements AutoCloseable {

    private static final int MOST_FRAMES = 240;

    /**
     * One line of the table.
     *
     * @param framesPerSecond median over the runs
     * @param slowest the slowest run's rate
     * @param fastest the fastest run's rate
     * @param processorMillis processor time of a frame, all threads together, median
     */
    record Line(
            String stage,
            String threads,
            double framesPerSecond,
            double slowest,
            double fastest,
            double processorMillis) {}

    /** What was measured. */
    record Report(
            String clip, int cores, int runs, String device, List<Line> lines, double allowed) {

        String toTable() {
            StringBuilder table = new StringBuilder();
            table.append(
                    String.format(
                            Locale.ROOT,
                            "%s, %d cores, %s, median of %d runs%n%n",
                            clip,
                            cores,
                            device,
                            runs));
            table.append("| stage | threads | frames/s | slowest to fastest | core-ms a frame |\n");
            table.append("|---|---|---|---|---|\n");
            for (Line line : lines) {
                table.append(
                        String.format(
                                Locale.ROOT,
                                "| %s | %s | %.1f | %.1f to %.1f | %.2f |%n",
                                line.stage(),
                                line.threads(),
                                line.framesPerSecond(),
                                line.slowest(),
                                line.fastest(),
                                line.processorMillis()));
            }
            Line whole = lines.get(lines.size() - 1);
            table.append(
                    String.format(
                            Locale.ROOT,
                            "%nWhat the cores allow: %.1f frames/s. The whole reaches %.1f %% of it.%n",
                            allowed,
                            100 * whole.framesPerSecond() / allowed));
            return table.toString();
        }
    }

    private interface Stage {
        void run() throws Exception;
    }

    private final int runs;
    private final int cores = Runtime.getRuntime().availableProcessors();
    private final Device device = ExecutionProviders.choose(EngineSettings.defaults());
    private final ModelRegistry models = new ModelRegistry(device);
    private final FrameBatcher batcher = new FrameBatcher(device.lanes());
    private final List<Line> lines = new ArrayList<>();
    private final List<Segment> segments = new ArrayList<>();
    private final List<Picture> low = new ArrayList<>();
    private final List<Picture> high = new ArrayList<>();
    private final EncoderSettings encoding = EncoderSettings.of("libx264", 1);
    private final List<String> names = new ArrayList<>();
    private final StreamSettings settings;
    private double framesPerSecond;

    private PipelineBench(int runs, List<String> namesAndFiles) throws IOException {
        this.runs = runs;
        BuiltInModels.addTo(models);
        for (String one : namesAndFiles) {
            Path file = Path.of(one);
            if (one.endsWith(".onnx")) {
                models.publish(file.getFileName().toString(), Files.readAllBytes(file));
            }
            names.add(file.getFileName().toString());
        }
        settings = StreamSettings.DEFAULT.withModel(names.get(0));
    }

    /**
     * @param namesAndFiles models for scale 2, at least one, by name or as ONNX files
     * @throws IOException if a file cannot be read
     */
    static Report run(Path clip, int runs, List<String> namesAndFiles) throws IOException {
        try (PipelineBench bench = new PipelineBench(runs, namesAndFiles)) {
            return bench.measure(clip);
        }
    }

    private Report measure(Path clip) {
        load(clip);
        int frames = low.size();
        stage("decode", "1", frames, this::decode);
        low.forEach(p -> high.add(p.resized(p.width() * 2, p.height() * 2)));
        for (String name : names) {
            try (ModelLease model = models.lease(name, settings.scale(), "bench")) {
                String stage = "network " + name + " (luma)";
                stage(stage, device.lanes() + " lanes", frames, () -> network(model));
            }
        }
        stage("chroma", "1", frames, this::chroma);
        stage("encode", "1", frames, this::encode);
        double costMillis = lines.stream().mapToDouble(Line::processorMillis).sum();
        for (Line other : lines.subList(2, 1 + names.size())) {
            costMillis -= other.processorMillis();
        }
        int places = Places.of(0);
        stage("whole, 1 segment", "all", frames, () -> whole(1));
        if (places > 1) {
            stage("whole, " + places + " segments", "all", frames * places, () -> whole(places));
        }
        Picture first = low.get(0);
        return new Report(
                "%dx%d to %dx%d, %d frames"
                        .formatted(
                                first.width(),
                                first.height(),
                                high.get(0).width(),
                                high.get(0).height(),
                                frames),
                cores,
                runs,
                device.provider().device(),
                lines,
                cores * 1000 / costMillis);
    }

    private void load(Path clip) {
        try (Splitter splitter = new Splitter(clip, 2, Integer.MAX_VALUE)) {
            framesPerSecond = splitter.video().framesPerSecond();
            long frames = 0;
            for (Splitter.Piece piece = splitter.next();
                    piece != null && frames < MOST_FRAMES;
                    piece = splitter.next()) {
                frames += piece.frames();
                Container container = Container.sniff(piece.data()).orElseThrow();
                segments.add(
                        Segment.of("bench", segments.size(), container, piece.data())
                                .withPresentation(
                                        new PresentationRange(
                                                piece.startNanos(), piece.endNanos())));
            }
        }
        segments.forEach(segment -> decode(segment, low));
    }

    private void decode(Segment segment, List<Picture> into) {
        try (Demuxer demuxer = Demuxer.open(segment.data())) {
            Track video = demuxer.mainVideo();
            try (VideoDecoder decoder = new VideoDecoder(video, 1)) {
                for (Packet next = demuxer.read(); next != null; next = demuxer.read()) {
                    try (Packet packet = next) {
                        decoder.decode(packet, picture -> keep(segment, picture, into));
                    }
                }
                decoder.decode(null, picture -> keep(segment, picture, into));
            }
        }
    }

    private static void keep(Segment segment, Picture picture, List<Picture> into) {
        if (segment.presentation().contains(picture.ptsNanos())) {
            into.add(picture);
        } else {
            picture.close();
        }
    }

    private void decode() {
        List<Picture> pictures = new ArrayList<>();
        segments.forEach(segment -> decode(segment, pictures));
        pictures.forEach(Picture::close);
    }

    private void network(ModelLease model) {
        List<CompletableFuture<Long>> pending = new ArrayList<>();
        for (int i = 0; i < low.size(); i++) {
            Plane from = low.get(i).planes().get(0);
            pending.add(batcher.submit(model.upscaler(), from, high.get(i).planes().get(0)));
        }
        pending.forEach(CompletableFuture::join);
    }

    private void chroma() {
        PlaneInterpolator interpolator =
                PlaneInterpolator.forChroma(settings.scale(), 1, true, 1, false);
        Scratch scratch = interpolator.newScratch();
        for (int i = 0; i < low.size(); i++) {
            List<Plane> from = low.get(i).planes();
            List<Plane> to = high.get(i).planes();
            for (int plane = 1; plane < from.size(); plane++) {
                interpolator.scale(from.get(plane), to.get(plane), scratch);
            }
        }
    }

    private void encode() {
        try (VideoEncoder encoder =
                new VideoEncoder(encoding, high.get(0), framesPerSecond, true)) {
            high.forEach(picture -> encoder.encode(picture, Packet::close));
            encoder.encode(null, Packet::close);
        }
    }

    private void whole(int places) throws Exception {
        ExecutorService encoders = Executors.newFixedThreadPool(places);
        ExecutorService callers = Executors.newFixedThreadPool(places);
        try {
            WorkerLimits limits =
                    new WorkerLimits(
                            Duration.ofHours(1),
                            1 << 30,
                            PictureLimits.DEFAULT,
                            1,
                            1,
                            2 * device.lanes());
            SegmentUpscaler upscaler =
                    new SegmentUpscaler(
                            models,
                            batcher,
                            encoders,
                            new FrameCounter(),
                            new WayCounter(),
                            times -> {},
                            limits,
                            Clock.systemUTC(),
                            "bench");
            List<CompletableFuture<Void>> done = new ArrayList<>();
            for (int place = 0; place < places; place++) {
                done.add(CompletableFuture.runAsync(() -> all(upscaler), callers));
            }
            done.forEach(CompletableFuture::join);
        } finally {
            callers.shutdown();
            encoders.shutdown();
        }
    }

    private void all(SegmentUpscaler upscaler) {
        for (Segment segment : segments) {
            SegmentResult result = upscaler.upscale(segment, settings);
            if (result instanceof SegmentResult.Rejected rejected) {
                throw new IllegalStateException(rejected.rejection().message());
            }
        }
    }

    private void stage(String name, String threads, int frames, Stage stage) {
        OperatingSystemMXBean system =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        double[] rates = new double[runs];
        double[] costs = new double[runs];
        try {
            stage.run();
            for (int run = 0; run < runs; run++) {
                long processor = system.getProcessCpuTime();
                long start = System.nanoTime();
                stage.run();
                rates[run] = frames * 1e9 / (System.nanoTime() - start);
                costs[run] = (system.getProcessCpuTime() - processor) / 1e6 / frames;
            }
        } catch (Exception e) {
            throw new IllegalStateException(name + ": " + e.getMessage(), e);
        }
        Arrays.sort(rates);
        Arrays.sort(costs);
        lines.add(
                new Line(
                        name,
                        threads,
                        rates[runs / 2],
                        rates[0],
                        rates[runs - 1],
                        costs[runs / 2]));
    }

    @Override
    public void close() {
        low.forEach(Picture::close);
        high.forEach(Picture::close);
        batcher.close();
        models.close();
    }
}
