package io.upriver.browser;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.upriver.kafka.EmbeddedBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A real broker for the service whose page is looked at. */
public final class DashboardBroker implements QuarkusTestResourceLifecycleManager {

    private static final int MAX_MESSAGE_BYTES = 16 << 20;

    private EmbeddedBroker broker;

    @Override
    public Map<String, String> start() {
        Path directory;
        try {
            directory = Files.createTempDirectory("dashboard-broker-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        broker = EmbeddedBroker.start(directory, 0, MAX_MESSAGE_BYTES);
        return Map.of(
                "kafka.bootstrap.servers",
                broker.bootstrapServers(),
                "upriver.topics.prefix",
                "page",
                "upriver.topics.partitions",
                "2",
                "upriver.topics.max-message-bytes",
                Integer.toString(MAX_MESSAGE_BYTES),
                "upriver.worker.name",
                "worker-1",
                "kafka-streams.state.dir",
                directory.resolve("state").toString(),
                "quarkus.http.test-port",
                "0");
    }

    @Override
    public void stop() {
        broker.close();
    }
}
