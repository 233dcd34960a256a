package io.upriver.api;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.upriver.kafka.EmbeddedBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** A real broker for the service under test. */
public final class ApiBroker implements QuarkusTestResourceLifecycleManager {

    /** The largest record, so that what is too large is small. */
    static final int MAX_MESSAGE_BYTES = 1 << 20;

    static final String PREFIX = "rest";

    /** Limits of jobs that tests come up to. */
    static final int RUNNING_JOBS = 2;

    static final long MAX_FILE_BYTES = 3 << 20;

    private Path directory;
    private EmbeddedBroker broker;

    @Override
    public Map<String, String> start() {
        try {
            directory = Files.createTempDirectory("api-broker-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        broker = EmbeddedBroker.start(directory, 0, MAX_MESSAGE_BYTES);
        Map<String, String> settings = new HashMap<>(jobSettings(directory.resolve("jobs")));
        settings.putAll(
                Map.of(
                        "kafka.bootstrap.servers",
                        broker.bootstrapServers(),
                        "upriver.topics.prefix",
                        PREFIX,
                        "upriver.topics.partitions",
                        "2",
                        "upriver.topics.max-message-bytes",
                        Integer.toString(MAX_MESSAGE_BYTES),
                        "upriver.worker.name",
                        "worker-1",
                        "kafka-streams.state.dir",
                        directory.resolve("state").toString(),
                        "quarkus.http.test-port",
                        "0"));
        return settings;
    }

    private static Map<String, String> jobSettings(Path jobs) {
        return Map.of(
                "upriver.jobs.folder",
                jobs.toString(),
                "upriver.jobs.running",
                Integer.toString(RUNNING_JOBS),
                "upriver.jobs.waiting",
                "1",
                "upriver.jobs.max-bytes",
                Long.toString(MAX_FILE_BYTES),
                "upriver.jobs.folder-max-bytes",
                Long.toString(2 * MAX_FILE_BYTES),
                "upriver.jobs.private-addresses",
                "true");
    }

    @Override
    public void stop() {
        broker.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
