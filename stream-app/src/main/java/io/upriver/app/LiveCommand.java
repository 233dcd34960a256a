package io.upriver.app;

import io.upriver.kafka.EmbeddedBroker;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicSetup;
import io.upriver.ontime.LiveBench;
import io.upriver.ontime.LivePlan;
import io.upriver.ontime.LiveReport;
import io.upriver.schemas.PictureSize;
import io.upriver.schemas.Topics;
import io.upriver.segment.SegmentUpscaler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code upriver bench live}: live streams with a deadline, with a broker and a worker in here. */
@Command(
        name = "live",
        description = {
            "Produces live streams with a deadline in real time: some, then more on top, then those of the beginning;",
            "and measures when each result is committed, and by which way it was done.",
            "Exit code 1 when something is not as expected."
        },
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class LiveCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Option(
            names = "--streams",
            defaultValue = "1",
            description = "Streams that go on all the time.")
    private int streams;

    @Option(
            names = "--overload",
            paramLabel = "STREAMS",
            defaultValue = "5",
            description = "Streams on top of those, in the second part.")
    private int more;

    @Option(
            names = "--size",
            paramLabel = "WIDTHxHEIGHT",
            defaultValue = "320x180",
            description = "Of the pictures.")
    private String size;

    @Option(names = "--fps", defaultValue = "30", description = "Frames a second.")
    private int framesPerSecond;

    @Option(
            names = "--segment",
            paramLabel = "MILLIS",
            defaultValue = "2000",
            description = "How long a segment is.")
    private int segmentMillis;

    @Option(
            names = "--seconds",
            defaultValue = "60",
            description = "How long each of the three parts takes.")
    private int seconds;

    @Option(
            names = "--deadline",
            paramLabel = "MILLIS",
            description = "From a segment's production to its result. Default: a segment's length.")
    private @Nullable Integer deadlineMillis;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            defaultValue = "default",
            description = "What the streams ask for.")
    private String model;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Where the report is written as JSON, too.")
    private @Nullable Path json;

    @Override
    public Integer call() throws IOException {
        LiveBench bench = new LiveBench(plan());
        KafkaSettings kafka = KafkaSettings.fromConfiguration();
        try (CleanEnd end = CleanEnd.install();
                EmbeddedBroker broker =
                        EmbeddedBroker.start(CacheDirectory.path(), 0, kafka.maxMessageBytes())) {
            end.cancelling(bench::cancel);
            LiveReport report = run(bench, broker.bootstrapServers(), kafka);
            spec.commandLine().getOut().print(report.toTable());
            spec.commandLine().getOut().flush();
            if (json != null) {
                Files.writeString(json, report.toJson());
            }
            return report.isKept() ? 0 : 1;
        }
    }

    private LivePlan plan() {
        try {
            return new LivePlan(
                    streams,
                    more,
                    pictureSize(),
                    framesPerSecond,
                    segmentMillis,
                    seconds,
                    deadlineMillis == null ? segmentMillis : deadlineMillis,
                    model);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
        }
    }

    private PictureSize pictureSize() {
        try {
            return PictureSize.parse(size);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("size: " + e.getMessage(), e);
        }
    }

    private LiveReport run(LiveBench bench, String servers, KafkaSettings kafka)
            throws IOException {
        Topics topics = new Topics(kafka.topicPrefix());
        KafkaAccess access = new KafkaAccess(servers, kafka.maxMessageBytes());
        new TopicSetup(access, topics).createMissing(kafka.partitions());
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("kafka.bootstrap.servers", servers);
        settings.put("quarkus.http.port", Integer.toString(Ports.freeOr(0)));
        try (Worker worker = Worker.start(settings)) {
            LiveReport report =
                    bench.run(
                            access,
                            topics,
                            kafka.partitions(),
                            line -> {
                                spec.commandLine().getErr().println(line);
                                spec.commandLine().getErr().flush();
                            });
            worker.bean(SegmentUpscaler.class).stop();
            return report;
        }
    }
}
