package io.upriver.app;

import io.upriver.engine.Device;
import io.upriver.kafka.EmbeddedBroker;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicCheck;
import io.upriver.kafka.TopicSetup;
import io.upriver.model.ModelRegistry;
import io.upriver.schemas.Topics;
import io.upriver.segment.SegmentUpscaler;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code upriver serve}: a worker that runs until it is stopped. */
@Command(
        name = "serve",
        description = "Runs the service: takes segments off the topic and upscales them.",
        mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {

    static final int KAFKA_PORT = 9092;
    static final int HTTP_PORT = 8080;

    @Spec private CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    private Where where;

    /** Which cluster. */
    private static final class Where {

        @Option(
                names = "--bootstrap-servers",
                paramLabel = "HOST:PORT",
                description = "The Kafka cluster to work for.")
        private @Nullable String bootstrapServers;

        @Option(
                names = "--embedded-kafka",
                description =
                        "Start a Kafka broker in this process, on 127.0.0.1:9092 or a free port.")
        private boolean embedded;
    }

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "HTTP port on 127.0.0.1. Default: 8080, or a free one if that is taken.")
    private int port;

    @Override
    public Integer call() {
        KafkaSettings kafka = KafkaSettings.fromConfiguration();
        try (CleanEnd end = CleanEnd.install();
                EmbeddedBroker broker = where.embedded ? startBroker(kafka) : null) {
            return serve(
                    broker != null ? broker.bootstrapServers() : where.bootstrapServers,
                    kafka,
                    end);
        }
    }

    private static EmbeddedBroker startBroker(KafkaSettings kafka) {
        return EmbeddedBroker.start(CacheDirectory.path(), KAFKA_PORT, kafka.maxMessageBytes());
    }

    private int serve(String servers, KafkaSettings kafka, CleanEnd end) {
        Topics topics = new Topics(kafka.topicPrefix());
        KafkaAccess access = KafkaSecurity.access(servers, kafka.maxMessageBytes());
        new TopicSetup(access, topics).createMissing(kafka.partitions());
        TopicsAtStart.require(
                new TopicCheck(access, topics, kafka.partitions()), spec.commandLine().getErr());
        int http = port > 0 ? port : Ports.freeOr(HTTP_PORT);
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("kafka.bootstrap.servers", servers);
        settings.put("quarkus.http.port", Integer.toString(http));
        try (Worker worker = Worker.start(settings)) {
            end.cancelling(worker.bean(SegmentUpscaler.class)::stop);
            spec.commandLine()
                    .getOut()
                    .printf(
                            "Serving. Kafka %s, topics %s.*, models %s on %s, page http://127.0.0.1:%d/, health http://127.0.0.1:%d/q/health%n",
                            servers,
                            topics.prefix(),
                            worker.bean(ModelRegistry.class).describe(),
                            worker.bean(Device.class).provider().name(),
                            http,
                            http);
            spec.commandLine().getOut().flush();
            return worker.await();
        }
    }
}
