package io.upriver.kafka;

import io.upriver.schemas.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/**
 * How topics are made that are not there yet.
 *
 * @param partitions of each topic that the work is spread over
 * @param replication copies of each partition; the cluster's default where it is not said
 * @param retention how long segments, results and reports are kept; likewise
 */
public record NewTopics(
        int partitions, Optional<Integer> replication, Optional<Duration> retention) {

    public NewTopics {
        check("partitions", partitions, 10_000);
        replication.ifPresent(copies -> check("replication", copies, Short.MAX_VALUE));
        if (retention.filter(time -> time.isNegative() || time.isZero()).isPresent()) {
            throw new IllegalArgumentException(
                    "retention: expected more than no time, got " + retention.get());
        }
    }

    private static void check(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(
                    "%s: expected 1 to %d, got %d".formatted(name, most, value));
        }
    }

    /** With so many partitions, and the cluster's defaults. */
    public static NewTopics of(int partitions) {
        return new NewTopics(partitions, Optional.empty(), Optional.empty());
    }

    /**
     * @param maxBatchBytes the largest record batch of topics with media
     */
    NewTopic make(Topics.Topic topic, int maxBatchBytes) {
        Map<String, String> configs = topic.configs(maxBatchBytes);
        replication.ifPresent(
                copies ->
                        configs.put(
                                TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, copies > 2 ? "2" : "1"));
        if (!topic.compacted()) {
            retention.ifPresent(
                    time ->
                            configs.put(
                                    TopicConfig.RETENTION_MS_CONFIG,
                                    Long.toString(time.toMillis())));
        }
        int count = topic.partitions() == Topics.Partitions.MANY ? partitions : 1;
        return new NewTopic(topic.name(), Optional.of(count), replication.map(Integer::shortValue))
                .configs(configs);
    }
}
