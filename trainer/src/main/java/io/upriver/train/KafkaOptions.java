package io.upriver.train;

import io.upriver.publish.ModelTopic;
import io.upriver.schemas.SigningKey;
import io.upriver.schemas.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What every command that publishes is told: the cluster, the topics, the key. */
final class KafkaOptions {
    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            defaultValue = "${env:UPRIVER_BOOTSTRAP_SERVERS}",
            description = "The Kafka cluster (environment: UPRIVER_BOOTSTRAP_SERVERS).")
    String bootstrapServers;

    @Option(
            names = "--kafka",
            paramLabel = "KEY=VALUE",
            description = "A property of Kafka's clients, such as security.protocol=SSL.")
    Map<String, String> kafka = new LinkedHashMap<>();

    @Option(
            names = "--prefix",
            paramLabel = "NAME",
            defaultValue = "upriver",
            description = "What the topics' names begin with (${DEFAULT-VALUE}).")
    String prefix;

    @Option(
            names = "--sign-with",
            paramLabel = "KEY.pem",
            description =
                    "An Ed25519 private key (openssl genpkey -algorithm ed25519): workers that trust its public half take"
                            + " the model.")
    Path signWith;

    /** What one kind of topic is made of. */
    interface Opening<T> {
        T open(String bootstrapServers, Map<String, String> properties, Topics topics);
    }

    /** Such as {@code ModelTopic::new}. */
    <T> T open(CommandLine command, Opening<T> topic) {
        if (bootstrapServers == null || bootstrapServers.isBlank()) {
            throw new ParameterException(
                    command,
                    "Missing required option: '--bootstrap-servers=HOST:PORT' or UPRIVER_BOOTSTRAP_SERVERS");
        }
        return topic.open(bootstrapServers, kafka, new Topics(prefix));
    }

    /** The models topic. */
    ModelTopic models(CommandLine command) {
        return open(command, ModelTopic::new);
    }

    Optional<SigningKey> key() throws IOException {
        return signWith == null ? Optional.empty() : Optional.of(SigningKey.read(signWith));
    }
}
