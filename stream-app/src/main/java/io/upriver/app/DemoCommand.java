package io.upriver.app;

import io.upriver.admin.StreamAdmin;
import io.upriver.demo.BeforeAfter;
import io.upriver.demo.DemoClip;
import io.upriver.demo.EndlessClip;
import io.upriver.demo.LiveLoop;
import io.upriver.demo.Psnr;
import io.upriver.ingest.LiveStreamWriter;
import io.upriver.job.FileJob;
import io.upriver.kafka.EmbeddedBroker;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicSetup;
import io.upriver.media.FileFormat;
import io.upriver.observe.FrameCounter;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.Topics;
import io.upriver.segment.SegmentUpscaler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code upriver demo}: the whole chain on a clip that it draws itself. */
@Command(
        name = "demo",
        description = {
            "Draws a clip, upscales it through Kafka, measures the result against the frames as"
                    + " drawn,",
            "and then streams the clip live until Ctrl-C. Nothing has to be there or running."
        },
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class DemoCommand implements Callable<Integer> {

    private static final String STREAM = "demo";
    private static final long SEED = 7;

    /** Two segments: what a player that is three behind does not notice. */
    private static final int DEADLINE_MILLIS = 2000 * EndlessClip.SEGMENT_SECONDS;

    @Spec private CommandSpec spec;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            defaultValue = "upriver-demo.mp4",
            description = "Where the upscaled clip is written.")
    private Path output;

    @Option(
            names = "--picture",
            paramLabel = "FILE",
            defaultValue = "upriver-demo.png",
            description = "Where a frame before and after is written: .png, .jpg or .webp.")
    private Path picture;

    @Option(
            names = "--seconds",
            defaultValue = "8",
            description = "How long the clip is: an even number. After 8 it begins again.")
    private int seconds;

    @Option(
            names = "--live",
            paramLabel = "SECONDS",
            description =
                    "How long the clip is streamed live, 0 for not at all. Default: until Ctrl-C.")
    private @Nullable Integer liveSeconds;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "0",
            showDefaultValue = Visibility.NEVER,
            description = "HTTP port on 127.0.0.1. Default: 8080, or a free one if that is taken.")
    private int port;

    @Option(
            names = "--open",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Open the page in the desktop's browser, if there is one.")
    private boolean open;

    @Option(names = "--json", description = "Write one line of JSON when the clip is upscaled.")
    private boolean json;

    private final List<Runnable> toStop = new CopyOnWriteArrayList<>();
    private volatile boolean cancelled;

    @Override
    public Integer call() throws IOException, InterruptedException {
        checkOptions();
        Path work = Files.createTempDirectory("upriver-demo-");
        KafkaSettings kafka = KafkaSettings.fromConfiguration();
        try (CleanEnd end = CleanEnd.install()) {
            end.cancelling(this::cancel);
            try {
                DemoClip clip = draw(work);
                try (EmbeddedBroker broker =
                        EmbeddedBroker.start(
                                CacheDirectory.path(),
                                ServeCommand.KAFKA_PORT,
                                kafka.maxMessageBytes())) {
                    run(clip, work, broker.bootstrapServers(), kafka);
                }
            } finally {
                delete(work);
            }
            return 0;
        }
    }

    private DemoClip draw(Path work) throws IOException {
        long start = System.nanoTime();
        DemoClip clip = new DemoClip(work.resolve("small.mp4"), work.resolve("truth.mp4"), seconds);
        clip.make(SEED, this::endIfCancelled);
        say(
                String.format(
                        Locale.ROOT,
                        "drew %d frames in %.1f s",
                        clip.frames(),
                        (System.nanoTime() - start) / 1e9));
        return clip;
    }

    private void checkOptions() {
        checkPlace(output);
        checkPlace(picture);
        if (!FileFormat.isKnown(output.getFileName().toString())) {
            throw usage(
                    "expected an output name with the ending of a video container, such as .mp4,"
                            + " got "
                            + output);
        }
        if (!picture.toString().matches(".*\\.(png|jpg|webp)")) {
            throw usage("expected a picture's name ending in .png, .jpg or .webp, got " + picture);
        }
        if (liveSeconds != null && liveSeconds < 0) {
            throw usage("expected --live 0 or more, got " + liveSeconds);
        }
        try {
            DemoClip.checkSeconds(seconds);
        } catch (IllegalArgumentException e) {
            throw usage("--" + e.getMessage());
        }
    }

    private static void checkPlace(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new IllegalArgumentException("no such directory: " + parent);
        }
        if (Files.isDirectory(file)) {
            throw new IllegalArgumentException(file + " is a directory, expected a file name");
        }
    }

    private void run(DemoClip clip, Path work, String servers, KafkaSettings kafka)
            throws IOException, InterruptedException {
        Topics topics = new Topics(kafka.topicPrefix());
        KafkaAccess access = new KafkaAccess(servers, kafka.maxMessageBytes());
        TopicSetup setup = new TopicSetup(access, topics);
        setup.createMissing(kafka.partitions());
        FileJob job =
                new FileJob(
                        clip.small(),
                        output,
                        FileFormat.ofName(output.getFileName().toString()),
                        StreamSettings.DEFAULT,
                        null,
                        access,
                        topics,
                        setup.segmentPartitions(),
                        STREAM + "-file",
                        kafka.largestPicture());
        int http = port > 0 ? port : Ports.freeOr(ServeCommand.HTTP_PORT);
        try (Worker worker = startWorker(servers, http)) {
            SegmentUpscaler upscaler = worker.bean(SegmentUpscaler.class);
            stopOnCancel(upscaler::stop);
            stopOnCancel(job::cancel);
            report(clip, work, upscale(clip, job, worker), http);
            if (liveSeconds == null || liveSeconds > 0) {
                stream(clip, work, topics, access, http);
            }
            upscaler.stop();
        }
    }

    private static Worker startWorker(String servers, int http) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("kafka.bootstrap.servers", servers);
        settings.put("quarkus.http.port", Integer.toString(http));
        settings.put("quarkus.log.level", System.getProperty("quarkus.log.level", "WARN"));
        return Worker.start(settings);
    }

    private JobSummary upscale(DemoClip clip, FileJob job, Worker worker) throws IOException {
        long start = System.nanoTime();
        boolean terminal = System.getenv("UPRIVER_TERMINAL") != null;
        FrameCounter frames = worker.bean(FrameCounter.class);
        try (Progress progress = new Progress(this::say, terminal, frames::frames, clip::frames)) {
            FileJob.Result result = job.run(progress::update);
            double took = (System.nanoTime() - start) / 1e9;
            return JobSummary.of(clip.small(), output, result, took, worker, "default");
        }
    }

    private void report(DemoClip clip, Path work, JobSummary summary, int http) throws IOException {
        if (!json) {
            print(summary.toLine());
        }
        Psnr psnr = Psnr.of(clip, output);
        BeforeAfter.draw(clip, output, work, picture);
        if (json) {
            print(new DemoSummary(summary, psnr, picture.toString(), page(http)).toJson());
        } else {
            print(psnr.toLine());
            print(picture + ": a frame before and after");
        }
    }

    private void stream(DemoClip clip, Path work, Topics topics, KafkaAccess access, int http)
            throws IOException, InterruptedException {
        new StreamAdmin(access, topics)
                .set(STREAM, StreamSettings.DEFAULT.withDeadlineMillis(DEADLINE_MILLIS));
        try (LiveStreamWriter writer = LiveStreamWriter.open(STREAM, topics, access)) {
            LiveLoop loop = new LiveLoop(new EndlessClip(clip, work.resolve("tone.m4a")), writer);
            stopOnCancel(loop::stop);
            String until = liveSeconds == null ? "until Ctrl-C" : "for " + liveSeconds + " s";
            String line = "streaming it live as %s %s: %s".formatted(STREAM, until, page(http));
            if (json) {
                say(line);
            } else {
                print(line);
            }
            if (open) {
                Desktop.open(page(http));
            }
            loop.run(liveSeconds == null ? Integer.MAX_VALUE : liveSeconds);
        }
    }

    private static String page(int http) {
        return "http://127.0.0.1:%d/".formatted(http);
    }

    private void cancel() {
        cancelled = true;
        toStop.forEach(Runnable::run);
    }

    private void stopOnCancel(Runnable stop) {
        toStop.add(stop);
        endIfCancelled();
    }

    private void endIfCancelled() {
        if (cancelled) {
            throw new IllegalStateException("stopped");
        }
    }

    private void print(String line) {
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
    }

    private void say(String line) {
        spec.commandLine().getErr().println(line);
        spec.commandLine().getErr().flush();
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private static void delete(Path directory) throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.list(directory)) {
            files = found.toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
        Files.delete(directory);
    }
}
