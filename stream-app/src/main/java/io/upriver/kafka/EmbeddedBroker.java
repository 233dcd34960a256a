package io.upriver.kafka;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A real Kafka broker in this process: one node, broker and KRaft controller in one, on the
 * loopback address only.
 *
 * <p>For one machine and for tests. Its data lie in a new directory under the given one and are
 * deleted when it closes.
 */
public final class EmbeddedBroker implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(EmbeddedBroker.class);
    private static final String HOST = "127.0.0.1";

    private final Map<String, String> config;
    private final Path directory;
    private final int port;
    private @Nullable KafkaRaftServer server;
    private boolean closed;

    private EmbeddedBroker(Map<String, String> config, Path directory, int port) {
        this.config = config;
        this.directory = directory;
        this.port = port;
    }

    /**
     * Starts a broker and returns when it serves.
     *
     * @param parent where its data directory is made
     * @param preferredPort taken if it is free; otherwise, and with 0, any free port
     * @param maxMessageBytes the largest record
     */
    public static EmbeddedBroker start(Path parent, int preferredPort, int maxMessageBytes) {
        Path directory = null;
        try {
            Files.createDirectories(parent);
            directory = Files.createTempDirectory(parent, "broker-");
            int port = freePort(preferredPort);
            Map<String, String> config = config(directory, port, freePort(0), maxMessageBytes);
            format(directory);
            EmbeddedBroker broker = new EmbeddedBroker(config, directory, port);
            broker.resume();
            return broker;
        } catch (Exception e) {
            if (directory != null) {
                delete(directory);
            }
            throw new IllegalStateException(
                    "the in-process Kafka broker did not start: " + e.getMessage(), e);
        }
    }

    private static Map<String, String> config(
            Path directory, int port, int controllerPort, int maxMessageBytes) {
        int maxBatchBytes = maxMessageBytes + KafkaAccess.OVERHEAD_BYTES;
        Map<String, String> config = new HashMap<>();
        config.put("process.roles", "broker,controller");
        config.put("node.id", "1");
        config.put(
                "listeners",
                "PLAINTEXT://%s:%d,CONTROLLER://%s:%d".formatted(HOST, port, HOST, controllerPort));
        config.put("advertised.listeners", "PLAINTEXT://%s:%d".formatted(HOST, port));
        config.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        config.put("controller.listener.names", "CONTROLLER");
        config.put("inter.broker.listener.name", "PLAINTEXT");
        config.put("controller.quorum.voters", "1@%s:%d".formatted(HOST, controllerPort));
        config.put("log.dirs", directory.toString());
        config.put("auto.create.topics.enable", "false");
        config.put("offsets.topic.replication.factor", "1");
        config.put("offsets.topic.num.partitions", "5");
        config.put("transaction.state.log.replication.factor", "1");
        config.put("transaction.state.log.min.isr", "1");
        config.put("transaction.state.log.num.partitions", "5");
        config.put("share.coordinator.state.topic.replication.factor", "1");
        config.put("share.coordinator.state.topic.min.isr", "1");
        config.put("group.initial.rebalance.delay.ms", "0");
        config.put("message.max.bytes", Integer.toString(maxBatchBytes));
        config.put("replica.fetch.max.bytes", Integer.toString(maxBatchBytes));
        config.put(
                "socket.request.max.bytes",
                Integer.toString(Math.max(100 << 20, 2 * maxBatchBytes)));
        // What has been read is not needed again: old files go early.
        config.put("log.segment.bytes", Integer.toString(Math.max(256 << 20, maxBatchBytes)));
        config.put("log.retention.hours", "24");
        config.put("log.cleaner.dedupe.buffer.size", Integer.toString(16 << 20));
        config.put("num.network.threads", "2");
        config.put("num.io.threads", "4");
        config.put("background.threads", "2");
        return config;
    }

    private static void format(Path directory) throws Exception {
        PrintStream silent =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        new Formatter()
                .setPrintStream(silent)
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(1)
                .setControllerListenerName("CONTROLLER")
                .setMetadataLogDirectory(directory.toString())
                .setDirectories(List.of(directory.toString()))
                .run();
    }

    private static int freePort(int preferred) throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        if (preferred > 0) {
            try (ServerSocket socket = new ServerSocket(preferred, 1, loopback)) {
                return socket.getLocalPort();
            } catch (IOException e) {
                LOG.infof("port %d is taken (%s), taking a free one", preferred, e.getMessage());
            }
        }
        try (ServerSocket socket = new ServerSocket(0, 1, loopback)) {
            return socket.getLocalPort();
        }
    }

    /** {@code host:port} for clients. */
    public String bootstrapServers() {
        return HOST + ":" + port;
    }

    /** Stops serving until {@link #resume}; the data stay. Clients wait and try again. */
    public synchronized void stop() {
        if (server != null) {
            server.shutdown();
            server.awaitShutdown();
            server = null;
        }
    }

    /** Serves again after {@link #stop}, on the same port and with the same data. */
    public synchronized void resume() {
        if (server == null && !closed) {
            server = new KafkaRaftServer(new KafkaConfig(config), Time.SYSTEM);
            server.startup();
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        stop();
        delete(directory);
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            LOG.warnf("%s was not deleted: %s", directory, e.getMessage());
        }
    }
}
