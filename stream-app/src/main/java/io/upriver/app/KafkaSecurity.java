package io.upriver.app;

import io.upriver.kafka.KafkaAccess;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.config.SslConfigs;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * How all of Kafka's clients in this process log in, and whom they trust: Kafka's own properties,
 * as settings with {@code kafka.} before their names. {@code kafka.sasl.jaas.config} is {@code
 * KAFKA_SASL_JAAS_CONFIG} in the environment.
 */
final class KafkaSecurity {

    private static final String PREFIX = "kafka.";

    /** Then a broker's name need not be that of its certificate; others are not set when empty. */
    private static final String MAY_BE_EMPTY =
            SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG;

    /** All that consumers know; the other clients know the same. */
    private static final List<String> NAMES =
            ConsumerConfig.configNames().stream()
                    .filter(name -> name.matches("(security|sasl|ssl)\\..*"))
                    .sorted()
                    .toList();

    private KafkaSecurity() {}

    /**
     * What is set, by Kafka's names.
     *
     * @param settings gives the value of a setting by its name
     */
    static Map<String, String> of(Function<String, Optional<String>> settings) {
        Map<String, String> set = new LinkedHashMap<>();
        for (String name : NAMES) {
            settings.apply(PREFIX + name)
                    .filter(value -> !value.isEmpty() || name.equals(MAY_BE_EMPTY))
                    .ifPresent(value -> set.put(name, value));
        }
        return set;
    }

    /** What is set in this process's settings. */
    static Map<String, String> of(Config config) {
        return of(name -> Optional.ofNullable(config.getConfigValue(name).getValue()));
    }

    /** How to reach a cluster as this process is set to log in there. */
    static KafkaAccess access(String bootstrapServers, int maxMessageBytes) {
        return new KafkaAccess(bootstrapServers, maxMessageBytes, of(ConfigProvider.getConfig()));
    }
}
