package io.upriver.app;

import io.upriver.kafka.KafkaAccess;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SaslConfigs;
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

    private static final List<String> NAMES =
            List.of(
                    CommonClientConfigs.SECURITY_PROTOCOL_CONFIG,
                    SaslConfigs.SASL_MECHANISM,
                    SaslConfigs.SASL_JAAS_CONFIG,
                    SaslConfigs.SASL_CLIENT_CALLBACK_HANDLER_CLASS,
                    SaslConfigs.SASL_LOGIN_CALLBACK_HANDLER_CLASS,
                    SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG,
                    SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG,
                    SslConfigs.SSL_TRUSTSTORE_PASSWORD_CONFIG,
                    SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG,
                    SslConfigs.SSL_KEYSTORE_TYPE_CONFIG,
                    SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG,
                    SslConfigs.SSL_KEYSTORE_PASSWORD_CONFIG,
                    SslConfigs.SSL_KEYSTORE_KEY_CONFIG,
                    SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG,
                    SslConfigs.SSL_KEY_PASSWORD_CONFIG);

    private KafkaSecurity() {}

    /**
     * What is set, by Kafka's names.
     *
     * @param settings gives the value of a setting by its name
     */
    static Map<String, String> of(Function<String, Optional<String>> settings) {
        Map<String, String> set = new LinkedHashMap<>();
        for (String name : NAMES) {
            settings.apply(PREFIX + name).ifPresent(value -> set.put(name, value));
        }
        return set;
    }

    /** How to reach a cluster as this process is set to log in there. */
    static KafkaAccess access(String bootstrapServers, int maxMessageBytes) {
        Config config = ConfigProvider.getConfig();
        return new KafkaAccess(
                bootstrapServers,
                maxMessageBytes,
                of(name -> config.getOptionalValue(name, String.class)));
    }
}
