package io.upriver.app;

import io.upriver.media.LargestPicture;
import io.upriver.segment.PictureLimits;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * The settings that a command needs before, or without, a worker in its process; the same keys and
 * defaults as in {@link Settings}.
 */
record KafkaSettings(
        String topicPrefix,
        int partitions,
        int maxMessageBytes,
        String group,
        LargestPicture largestPicture) {

    static KafkaSettings fromConfiguration() {
        Config config = ConfigProvider.getConfig();
        return new KafkaSettings(
                value(config, "upriver.topics.prefix", "upriver"),
                Integer.parseInt(value(config, "upriver.topics.partitions", "4")),
                Integer.parseInt(value(config, "upriver.topics.max-message-bytes", "67108864")),
                value(config, "upriver.worker.group", "upriver"),
                largestPicture(config));
    }

    private static LargestPicture largestPicture(Config config) {
        String name = "upriver.segment.largest-picture";
        String text = value(config, name, PictureLimits.DEFAULT.taken().toString());
        try {
            return LargestPicture.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
    }

    private static String value(Config config, String name, String fallback) {
        Optional<String> found = config.getOptionalValue(name, String.class);
        return found.orElse(fallback);
    }
}
