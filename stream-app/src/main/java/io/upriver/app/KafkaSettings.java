package io.upriver.app;

import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * The settings that a command needs before, or without, a worker in its process; the same keys and
 * defaults as in {@link Settings}.
 */
record KafkaSettings(String topicPrefix, int partitions, int maxMessageBytes, String group) {

    static KafkaSettings fromConfiguration() {
        Config config = ConfigProvider.getConfig();
        return new KafkaSettings(
                value(config, "upriver.topics.prefix", "upriver"),
                Integer.parseInt(value(config, "upriver.topics.partitions", "4")),
                Integer.parseInt(value(config, "upriver.topics.max-message-bytes", "67108864")),
                value(config, "upriver.worker.group", "upriver"));
    }

    private static String value(Config config, String name, String fallback) {
        Optional<String> found = config.getOptionalValue(name, String.class);
        return found.orElse(fallback);
    }
}
