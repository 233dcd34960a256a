package io.upriver.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.upriver.kafka.KafkaAccess;
import io.upriver.segment.PictureLimits;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings of each profile; {@code .ci/archive} starts a worker with each. */
class ProfilesTest {

    @ParameterizedTest
    @ValueSource(strings = {"laptop", "server", "gpu"})
    void haveSettingsThatEveryPartTakes(String profile) throws IOException {
        // When a key that is none would be refused here
        SmallRyeConfig config = config(profile);
        Settings settings = config.getConfigMapping(Settings.class);

        // Then
        SettingNames.refuseUnknown(config);
        int largest = settings.topics().maxMessageBytes() - KafkaAccess.OVERHEAD_BYTES;
        Wiring.limits(settings.models());
        Wiring.limits(settings.jobs());
        Wiring.limits(settings.ingest(), largest);
        Wiring.limits(settings.live(), settings.segment().largestUpscaledPicture());
        new PictureLimits(
                settings.segment().largestPicture(), settings.segment().largestUpscaledPicture());
    }

    @ParameterizedTest
    @ValueSource(strings = {"laptop", "server", "gpu"})
    void haveAThreadForEachPartitionSoThatTransactionsAreShort(String profile) throws IOException {
        Settings settings = config(profile).getConfigMapping(Settings.class);

        Map<String, String> streams =
                StreamsTuning.derive(
                        settings.segment().deadline(),
                        settings.worker().threads(),
                        settings.topics().partitions(),
                        Places.of(settings.worker().segmentsInFlight()),
                        settings.topics().maxMessageBytes());

        assertEquals("60000", streams.get("kafka-streams.producer.transaction.timeout.ms"));
    }

    @Test
    void areThoseThatTheCommandLineKnows() throws IOException {
        for (String profile : new String[] {"laptop", "server", "gpu"}) {
            assertTrue(CheckedSettings.PROFILES.contains(profile), profile);
            assertFalse(read(profile).isEmpty(), profile);
        }
    }

    private static SmallRyeConfig config(String profile) throws IOException {
        return new SmallRyeConfigBuilder()
                .withMapping(Settings.class)
                .withSources(new PropertiesConfigSource(read(profile), profile, 100))
                .build();
    }

    private static Map<String, String> read(String profile) throws IOException {
        Properties properties = new Properties();
        try (InputStream in =
                ProfilesTest.class.getResourceAsStream("/application-" + profile + ".properties")) {
            properties.load(in);
        }
        Map<String, String> values = new HashMap<>();
        properties.forEach((key, value) -> values.put(key.toString(), value.toString()));
        return values;
    }
}
