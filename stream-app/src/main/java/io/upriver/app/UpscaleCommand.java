package io.upriver.app;

import io.upriver.job.FileJob;
import io.upriver.job.VideoFile;
import io.upriver.kafka.EmbeddedBroker;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicSetup;
import io.upriver.media.FileFormat;
import io.upriver.media.LargestPicture;
import io.upriver.media.MediaException;
import io.upriver.media.VideoDecoder;
import io.upriver.model.ModelException;
import io.upriver.model.ModelTrial;
import io.upriver.observe.FrameCounter;
import io.upriver.schemas.JobId;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code upriver upscale}: a file in, a file out, through Kafka. */
@Command(
        name = "upscale",
        description = "Upscales a video file through Kafka and writes the result.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class UpscaleCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "IN", description = "The video file.")
    private Path input;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "OUT",
            description =
                    "The file to write; its ending chooses the container. Default: IN with .x2"
                            + " before the ending.")
    private @Nullable Path output;

    @Option(names = "--force", description = "Replace OUT if it exists.")
    private boolean force;

    @Option(
            names = "--fragmented",
            description =
                    "Write .mp4, .m4v or .mov in fragments, one for each group of pictures:"
                            + " readable while it grows, and CMAF where OUT has one track.")
    private boolean fragmented;

    @Option(names = "--scale", defaultValue = "2", description = "How many times wider and higher.")
    private int scale;

    @Option(
            names = "--model",
            paramLabel = "NAME|FILE",
            defaultValue = "default",
            description = "A model's name, an ONNX file, or none for interpolation.")
    private String model;

    @Mixin private EncodingOptions encoding;

    @Option(
            names = "--decoder",
            paramLabel = "NAME",
            description =
                    "What decodes IN: an FFmpeg decoder such as h264_cuvid, or a device such as"
                            + " cuda. Default: the CPU.")
    private @Nullable String decoder;

    @Option(
            names = "--deinterlace",
            defaultValue = "auto",
            description =
                    "auto: interlaced frames become progressive ones; off: all frames are taken as"
                            + " progressive.")
    private StreamSettings.Deinterlace deinterlace;

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            description =
                    "Use this Kafka cluster and its workers. Default: a broker in this process.")
    private @Nullable String bootstrapServers;

    @Option(
            names = "--local-worker",
            negatable = true,
            description =
                    "Work on the segments in this process too. Default: if there is no other"
                            + " worker.")
    private @Nullable Boolean localWorker;

    @Option(names = "--json", description = "End with one line of JSON.")
    private boolean json;

    private final long start = System.nanoTime();

    @Override
    public Integer call() throws IOException {
        checkFiles();
        StreamSettings settings = settings();
        KafkaSettings kafka = KafkaSettings.fromConfiguration();
        VideoFile media = look(kafka.largestPicture());
        byte[] modelFile = modelFile();
        String streamId = JobId.create();
        if (modelFile != null) {
            settings = settings.withModel(streamId);
        }
        try (CleanEnd end = CleanEnd.install();
                EmbeddedBroker broker = bootstrapServers == null ? startBroker(kafka) : null) {
            if (broker != null) {
                bootstrapServers = broker.bootstrapServers();
            }
            return run(streamId, settings, media.frames(), modelFile, kafka, end);
        }
    }

    private static EmbeddedBroker startBroker(KafkaSettings kafka) {
        return EmbeddedBroker.start(CacheDirectory.path(), 0, kafka.maxMessageBytes());
    }

    private int run(
            String streamId,
            StreamSettings settings,
            long framesExpected,
            byte @Nullable [] modelFile,
            KafkaSettings kafka,
            CleanEnd end)
            throws IOException {
        Topics topics = new Topics(kafka.topicPrefix());
        KafkaAccess access = KafkaSecurity.access(bootstrapServers, kafka.maxMessageBytes());
        TopicSetup setup = new TopicSetup(access, topics);
        setup.createMissing(kafka.partitions());
        FileJob job =
                new FileJob(
                        input,
                        output,
                        format(),
                        settings,
                        modelFile,
                        access,
                        topics,
                        setup.segmentPartitions(),
                        streamId,
                        kafka.largestPicture());
        end.cancelling(job::cancel);
        boolean workHere = localWorker != null ? localWorker : setup.workersIn(kafka.group()) == 0;
        try (Worker worker = workHere ? startWorker() : null) {
            FileJob.Result result = watch(job, framesExpected, worker);
            return report(result, worker);
        }
    }

    private Worker startWorker() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("kafka.bootstrap.servers", bootstrapServers);
        settings.put("quarkus.http.host-enabled", "false");
        settings.put("quarkus.log.level", System.getProperty("quarkus.log.level", "WARN"));
        return Worker.start(settings);
    }

    private FileJob.Result watch(FileJob job, long expected, @Nullable Worker worker) {
        // With the only worker in this process its frames are counted one by one, not by segments.
        LongSupplier done =
                worker == null
                        ? job::framesDone
                        : () ->
                                Math.max(
                                        job.framesDone(),
                                        Math.min(
                                                worker.bean(FrameCounter.class).frames(),
                                                expected));
        boolean terminal = System.getenv("UPRIVER_TERMINAL") != null;
        try (Progress progress = new Progress(this::say, terminal, done, () -> expected)) {
            return job.run(progress::update);
        }
    }

    private int report(FileJob.Result result, @Nullable Worker worker) throws IOException {
        JobSummary summary =
                JobSummary.of(
                        input, output, result, (System.nanoTime() - start) / 1e9, worker, model);
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? summary.toJson() : summary.toLine());
        out.flush();
        result.notes().forEach(this::say);
        String damage = summary.damage();
        if (damage != null) {
            say("upriver: " + damage);
        }
        return summary.framesLost() > 0 ? 1 : 0;
    }

    private void say(String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(line);
        err.flush();
    }

    private void checkFiles() {
        if (!Files.isRegularFile(input)) {
            throw new IllegalArgumentException(
                    Files.exists(input) ? input + " is not a file" : "no such file: " + input);
        }
        if (!Files.isReadable(input)) {
            throw new IllegalArgumentException(input + " cannot be read");
        }
        if (output == null) {
            output = input.resolveSibling(defaultName(input.getFileName().toString()));
        }
        if (output.toAbsolutePath().normalize().equals(input.toAbsolutePath().normalize())) {
            throw new IllegalArgumentException(output + " is the input itself");
        }
        if (Files.exists(output) && !force) {
            throw new IllegalArgumentException(output + " exists; --force replaces it");
        }
        if (Files.isDirectory(output)) {
            throw new IllegalArgumentException(output + " is a directory, expected a file name");
        }
        Path parent = output.toAbsolutePath().getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new IllegalArgumentException("no such directory: " + parent);
        }
        if (!FileFormat.isKnown(output.getFileName().toString())) {
            throw usage(
                    "expected an output name with the ending of a video container, such as .mp4 or"
                            + " .mkv, got "
                            + output);
        }
    }

    private String defaultName(String name) {
        int dot = name.lastIndexOf('.');
        String stem = dot > 0 ? name.substring(0, dot) : name;
        String ending = FileFormat.isKnown(name) ? name.substring(dot) : ".mkv";
        return stem + ".x" + scale + ending;
    }

    private StreamSettings settings() {
        try {
            FileFormat format = format();
            if (decoder != null && !VideoDecoder.exists(decoder)) {
                throw usage(
                        "expected a decoder of this FFmpeg build, such as h264_cuvid, or a device"
                                + " such as cuda, got "
                                + decoder);
            }
            return new StreamSettings(
                    scale,
                    model.isBlank() ? "default" : named(),
                    encoding.encoding(format),
                    decoder,
                    deinterlace,
                    null,
                    StreamSettings.WithoutModel.REJECT,
                    null);
        } catch (IllegalArgumentException | MediaException e) {
            throw usage(e.getMessage());
        }
    }

    private FileFormat format() {
        FileFormat format = FileFormat.ofName(output.getFileName().toString());
        return fragmented ? format.inFragments() : format;
    }

    private String named() {
        return isModelFile() ? "default" : model;
    }

    private boolean isModelFile() {
        return model.toLowerCase(Locale.ROOT).endsWith(".onnx") || model.indexOf('/') >= 0;
    }

    /**
     * Opens the file once before anything is started, so that what is wrong with it is said at
     * once.
     */
    private VideoFile look(LargestPicture largest) {
        try {
            return VideoFile.look(input, format(), largest);
        } catch (MediaException e) {
            throw new IllegalArgumentException(input + ": " + e.getMessage(), e);
        }
    }

    private byte @Nullable [] modelFile() {
        if (!isModelFile()) {
            return null;
        }
        Path file = Path.of(model);
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException("no such model file: " + file);
        }
        try {
            byte[] onnx = Files.readAllBytes(file);
            int itsScale = ModelTrial.DEFAULT.scaleOf("trial", onnx, null);
            if (itsScale != scale) {
                throw new IllegalArgumentException(
                        "model %s: expected scale %d, it has scale %d"
                                .formatted(file, scale, itsScale));
            }
            return onnx;
        } catch (ModelException e) {
            throw new IllegalArgumentException("model " + file + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "model " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
