package io.upriver.app;

import io.upriver.egress.LiveReader;
import io.upriver.egress.StreamRecorder;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicSetup;
import io.upriver.media.FileFormat;
import io.upriver.schemas.Outcome;
import io.upriver.schemas.Rejection;
import io.upriver.schemas.Segment;
import io.upriver.schemas.StreamSettings;
import io.upriver.schemas.Topics;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code upriver egress}: an upscaled live stream into a file. */
@Command(
        name = "egress",
        description = {
            "Writes an upscaled live stream to a file, with its sound, as it comes.",
            "Until the stream ends, or Ctrl-C; the file is whole then."
        },
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class EgressCommand implements Callable<Integer> {

    private static final Duration POLL = Duration.ofMillis(200);

    @Spec private CommandSpec spec;

    @Option(names = "--stream", required = true, paramLabel = "S", description = "The stream's id.")
    private String stream;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "FILE",
            description =
                    "The file to write; its ending chooses the container, such as .ts, .mp4 or .mkv.")
    private Path output;

    @Option(names = "--force", description = "Replace FILE if it exists.")
    private boolean force;

    @Mixin private ClusterOption cluster;

    @Option(
            names = "--from",
            defaultValue = "now",
            description =
                    "beginning: with the oldest segment that is still there; now: with the next one.")
    private LiveReader.From from;

    @Option(
            names = "--duration",
            paramLabel = "SECONDS",
            description = "End with the segment in which the file has become so long.")
    private @Nullable Double seconds;

    @Option(names = "--json", description = "End with one line of JSON.")
    private boolean json;

    private volatile boolean cancelled;

    @Override
    public Integer call() {
        check();
        KafkaSettings kafka = KafkaSettings.fromConfiguration();
        KafkaAccess access = cluster.access(kafka);
        Topics topics = new Topics(kafka.topicPrefix());
        try (CleanEnd end = CleanEnd.install()) {
            end.cancelling(() -> cancelled = true);
            new TopicSetup(access, topics).createMissing(kafka.partitions());
            try (LiveReader reader = new LiveReader(stream, topics, access, from);
                    StreamRecorder recorder = new StreamRecorder(output)) {
                record(reader, recorder);
                recorder.finish();
                return report(new RecordingSummary(stream, recorder));
            }
        }
    }

    private void record(LiveReader reader, StreamRecorder recorder) {
        Lines lines = new Lines(this::say);
        LiveReader.Listener listener =
                new LiveReader.Listener() {
                    @Override
                    public void upscaled(Segment segment, Outcome outcome) {
                        if (!isLongEnough(recorder)) {
                            recorder.append(segment, outcome);
                        }
                    }

                    @Override
                    public void rejected(Rejection rejection) {
                        recorder.rejected(rejection);
                        say("upriver: " + rejection.message());
                    }
                };
        say("stream " + stream + ": waiting for segments");
        while (!cancelled && !reader.isEnded() && !isLongEnough(recorder)) {
            reader.poll(POLL, listener);
            lines.offer(() -> new RecordingSummary(stream, recorder).words());
        }
    }

    private boolean isLongEnough(StreamRecorder recorder) {
        return seconds != null && recorder.segments() > 0 && recorder.seconds() >= seconds;
    }

    private int report(RecordingSummary summary) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? summary.toJson() : summary.toLine());
        out.flush();
        summary.notes().forEach(this::say);
        return summary.segments() > 0 ? 0 : 1;
    }

    private void say(String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(line);
        err.flush();
    }

    private void check() {
        try {
            StreamSettings.requireStreamId(stream);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        if (!FileFormat.isKnown(output.getFileName().toString())) {
            throw new ParameterException(
                    spec.commandLine(),
                    "expected an output name with the ending of a video container, such as .mp4 or .mkv, got "
                            + output);
        }
        if (Files.exists(output) && !force) {
            throw new IllegalArgumentException(output + " exists; --force replaces it");
        }
        Path parent = output.toAbsolutePath().getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new IllegalArgumentException("no such directory: " + parent);
        }
    }
}
