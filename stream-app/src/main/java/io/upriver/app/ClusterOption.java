package io.upriver.app;

import io.upriver.kafka.KafkaAccess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which cluster a command works with: one that is named, or the one on this machine. */
final class ClusterOption {

    private static final int PORT = 9092;
    private static final int PATIENCE_MILLIS = 2000;

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            description =
                    "The Kafka cluster. Default: the broker at 127.0.0.1:9092, if there is one.")
    private @Nullable String bootstrapServers;

    /**
     * How to reach it.
     *
     * @throws IllegalArgumentException if none is named and none is here
     */
    KafkaAccess access(KafkaSettings kafka) {
        String servers = bootstrapServers == null ? here() : bootstrapServers;
        return KafkaSecurity.access(servers, kafka.maxMessageBytes());
    }

    private static String here() {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT);
        try (Socket socket = new Socket()) {
            socket.connect(address, PATIENCE_MILLIS);
            return "127.0.0.1:" + PORT;
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "expected a Kafka broker at 127.0.0.1:%d or --bootstrap-servers HOST:PORT, found neither; upriver serve --embedded-kafka starts one"
                            .formatted(PORT),
                    e);
        }
    }
}
