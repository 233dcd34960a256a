package io.upriver.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.upriver.kafka.KafkaAccess;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

class KafkaSecurityTest {

    private static final String LOGIN =
            "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"w\" password=\"p=1\";";

    private static final Map<String, String> ENVIRONMENT =
            Map.of(
                    "KAFKA_SECURITY_PROTOCOL", "SASL_SSL",
                    "KAFKA_SASL_MECHANISM", "SCRAM-SHA-512",
                    "KAFKA_SASL_JAAS_CONFIG", LOGIN,
                    "KAFKA_SSL_TRUSTSTORE_TYPE", "PEM",
                    "KAFKA_SSL_TRUSTSTORE_LOCATION", "/kafka-ca/ca.crt",
                    "KAFKA_SSL_ENDPOINT_IDENTIFICATION_ALGORITHM", "",
                    "KAFKA_SASL_OAUTHBEARER_SCOPE_CLAIM_NAME", "scp",
                    "KAFKA_SASL_KERBEROS_SERVICE_NAME", "",
                    "UPRIVER_TOPICS_PARTITIONS", "8");

    private static final Map<String, String> EXPECTED =
            Map.of(
                    "security.protocol", "SASL_SSL",
                    "sasl.mechanism", "SCRAM-SHA-512",
                    "sasl.jaas.config", LOGIN,
                    "ssl.truststore.type", "PEM",
                    "ssl.truststore.location", "/kafka-ca/ca.crt",
                    "ssl.endpoint.identification.algorithm", "",
                    "sasl.oauthbearer.scope.claim.name", "scp");

    private static SmallRyeConfig environment() {
        return new SmallRyeConfigBuilder()
                .withSources(new EnvConfigSource(ENVIRONMENT, 300))
                .withSources(new StreamsTuning())
                .build();
    }

    @Test
    void takesKafkasOwnPropertiesFromTheEnvironment() {
        SmallRyeConfig config = environment();

        Map<String, String> security = KafkaSecurity.of(config);

        assertEquals(EXPECTED, security);
    }

    @Test
    void kafkaStreamsLogsInAsAllOtherClients() {
        Map<String, Object> streams = new HashMap<>();
        SmallRyeConfig config = environment();
        for (String name : config.getPropertyNames()) {
            if (name.startsWith("kafka-streams.")) {
                streams.put(
                        name.substring("kafka-streams.".length()),
                        config.getConfigValue(name).getValue());
            }
        }
        streams.put("bootstrap.servers", "127.0.0.1:1");
        streams.put("application.id", "upriver");
        StreamsConfig made = new StreamsConfig(streams);

        for (Map<String, Object> client :
                List.of(
                        made.getMainConsumerConfigs("upriver", "client", 1),
                        made.getProducerConfigs("client"),
                        made.getAdminConfigs("client"))) {
            EXPECTED.forEach((name, value) -> assertEquals(value, client.get(name), name));
        }
    }

    @Test
    void saysNothingOfPasswords() {
        KafkaAccess access = new KafkaAccess("kafka:9093", 1000, EXPECTED);

        assertFalse(access.toString().contains("p=1"), access.toString());
    }

    @Test
    void isEmptyWhereNothingIsSet() {
        assertEquals(Map.of(), KafkaSecurity.of(name -> Optional.empty()));
    }
}
