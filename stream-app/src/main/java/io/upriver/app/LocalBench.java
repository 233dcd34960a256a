package io.upriver.app;

import static picocli.CommandLine.Spec.Target.MIXEE;

import io.upriver.kafka.EmbeddedBroker;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicSetup;
import io.upriver.observe.BenchReport;
import io.upriver.schemas.Topics;
import io.upriver.segment.SegmentUpscaler;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What benches share that have a broker and a worker in this process. */
final class LocalBench {

    @Spec(MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Where the report is written as JSON, too.")
    private @Nullable Path json;

    /** A bench. */
    interface Bench<R extends BenchReport> {

        /**
         * Runs to its end.
         *
         * @param partitions that each topic has
         * @param progress told in lines how far it is
         */
        R run(KafkaAccess access, Topics topics, int partitions, Consumer<String> progress)
                throws IOException;
    }

    /**
     * Runs a bench and tells what it has shown.
     *
     * @param cancel ends it early
     * @param settings of the worker, besides those that there are
     * @return the exit code
     */
    <R extends BenchReport> int run(Bench<R> bench, Runnable cancel, Map<String, String> settings)
            throws IOException {
        KafkaSettings kafka = KafkaSettings.fromConfiguration();
        try (CleanEnd end = CleanEnd.install();
                EmbeddedBroker broker =
                        EmbeddedBroker.start(CacheDirectory.path(), 0, kafka.maxMessageBytes())) {
            end.cancelling(cancel);
            R report = run(bench, broker.bootstrapServers(), kafka, settings);
            spec.commandLine().getOut().print(report.toTable());
            spec.commandLine().getOut().flush();
            if (json != null) {
                Files.writeString(json, report.toJson());
            }
            return report.isKept() ? 0 : 1;
        }
    }

    private <R extends BenchReport> R run(
            Bench<R> bench, String servers, KafkaSettings kafka, Map<String, String> settings)
            throws IOException {
        Topics topics = new Topics(kafka.topicPrefix());
        KafkaAccess access = new KafkaAccess(servers, kafka.maxMessageBytes());
        new TopicSetup(access, topics).createMissing(kafka.partitions());
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.put("kafka.bootstrap.servers", servers);
        all.put("quarkus.http.port", Integer.toString(Ports.freeOr(0)));
        try (Worker worker = Worker.start(all)) {
            R report = bench.run(access, topics, kafka.partitions(), this::tell);
            worker.bean(SegmentUpscaler.class).stop();
            return report;
        }
    }

    private void tell(String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(line);
        err.flush();
    }
}
