package io.upriver.app;

import io.upriver.hotswap.SwapBench;
import io.upriver.hotswap.SwapPlan;
import io.upriver.hotswap.SwapReport;
import io.upriver.kafka.EmbeddedBroker;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicSetup;
import io.upriver.model.BuiltInModels;
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

/** {@code upriver bench swap}: models changed under load, with a broker and a worker in here. */
@Command(
        name = "swap",
        description = {
            "Changes the model again and again while segments are upscaled, and counts what became of each.",
            "Exit code 1 when something is not as expected."
        },
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class SwapCommand implements Callable<Integer> {

    private static final long MEGABYTE = 1_000_000;

    @Spec private CommandSpec spec;

    @Option(
            names = "--swaps",
            defaultValue = "1000",
            description = "Good models, one after the other.")
    private int swaps;

    @Option(names = "--bad", defaultValue = "100", description = "Bad models, spread between them.")
    private int bad;

    @Option(
            names = "--longest",
            paramLabel = "MILLIS",
            defaultValue = "2000",
            description =
                    "The longest time from a model's publication to its status, and to the first segment done by it.")
    private long longestMillis;

    @Option(
            names = "--growth",
            paramLabel = "MB",
            defaultValue = "100",
            description = "The most that resident memory may grow after the warm-up.")
    private long growthMegabytes;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Where the report is written as JSON, too.")
    private @Nullable Path json;

    @Override
    public Integer call() throws IOException {
        SwapPlan plan = plan();
        KafkaSettings kafka = KafkaSettings.fromConfiguration();
        SwapBench bench = new SwapBench(plan, BuiltInModels.fileOfDefault());
        try (CleanEnd end = CleanEnd.install();
                EmbeddedBroker broker =
                        EmbeddedBroker.start(CacheDirectory.path(), 0, kafka.maxMessageBytes())) {
            end.cancelling(bench::cancel);
            SwapReport report = run(bench, broker.bootstrapServers(), kafka);
            spec.commandLine().getOut().print(report.toTable());
            spec.commandLine().getOut().flush();
            if (json != null) {
                Files.writeString(json, report.toJson());
            }
            return report.isKept() ? 0 : 1;
        }
    }

    private SwapPlan plan() {
        try {
            return new SwapPlan(swaps, bad, longestMillis, growthMegabytes * MEGABYTE);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
        }
    }

    private SwapReport run(SwapBench bench, String servers, KafkaSettings kafka)
            throws IOException {
        Topics topics = new Topics(kafka.topicPrefix());
        KafkaAccess access = new KafkaAccess(servers, kafka.maxMessageBytes());
        new TopicSetup(access, topics).createMissing(kafka.partitions());
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("kafka.bootstrap.servers", servers);
        settings.put("quarkus.http.port", Integer.toString(Ports.freeOr(0)));
        settings.put("upriver.models.trusted-keys", bench.trustedKey());
        // A line for each model is what the table is for.
        settings.put("quarkus.log.category.\"io.upriver.app.ModelChannel\".level", "ERROR");
        try (Worker worker = Worker.start(settings)) {
            SwapReport report =
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
