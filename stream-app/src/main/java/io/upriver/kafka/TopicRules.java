package io.upriver.kafka;

import io.upriver.schemas.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;

/**
 * What a topic must be like so that no work gets lost, and what it had better be like.
 *
 * @param brokers how many the cluster has
 * @param partitions that the topics with work should have
 * @param segmentPartitions that the segments topic has; 0 where it is not there
 */
record TopicRules(KafkaAccess access, int brokers, int partitions, int segmentPartitions) {

    /** Shorter, segments are deleted that only wait for a worker to come back. */
    private static final Duration SHORTEST_RETENTION = Duration.ofHours(1);

    private static final int SAFE_REPLICATION = 3;

    /**
     * @param found none where there is no such topic
     * @param settings its values for the names in {@link TopicCheck}
     */
    TopicState judge(
            Topics.Topic topic, @Nullable TopicDescription found, Map<String, String> settings) {
        if (found == null) {
            TopicFault missing =
                    new TopicFault(
                            true,
                            topic.name(),
                            "to be",
                            "there",
                            "no such topic",
                            "upriver topics create makes it");
            return new TopicState(topic.name(), 0, 0, settings, List.of(missing));
        }
        int replication =
                found.partitions().stream()
                        .mapToInt(each -> each.replicas().size())
                        .min()
                        .orElse(0);
        List<TopicFault> faults = new ArrayList<>();
        checkPartitions(topic, found.partitions().size(), faults);
        checkCleanup(topic, settings, faults);
        checkSizes(topic, settings, faults);
        checkCopies(topic, replication, settings, faults);
        faults.sort(Comparator.comparing(TopicFault::losesWork).reversed());
        return new TopicState(
                topic.name(), found.partitions().size(), replication, settings, faults);
    }

    private void checkPartitions(Topics.Topic topic, int count, List<TopicFault> faults) {
        if (topic.partitions() == Topics.Partitions.ONE) {
            if (count != 1) {
                faults.add(
                        new TopicFault(
                                true,
                                topic.name(),
                                "partitions",
                                "1, or the order of its records is lost",
                                Integer.toString(count),
                                "delete the topic and make it again"));
            }
            return;
        }
        if (count < segmentPartitions) {
            faults.add(
                    new TopicFault(
                            true,
                            topic.name(),
                            "partitions",
                            "%d, as the segments have, since results stay in their number"
                                    .formatted(segmentPartitions),
                            Integer.toString(count),
                            "kafka-topics.sh --bootstrap-server %s --alter --topic %s --partitions %d"
                                    .formatted(
                                            access.bootstrapServers(),
                                            topic.name(),
                                            segmentPartitions)));
        } else if (count != partitions) {
            faults.add(
                    new TopicFault(
                            false,
                            topic.name(),
                            "partitions",
                            "%d, as upriver.topics.partitions says".formatted(partitions),
                            Integer.toString(count),
                            "set upriver.topics.partitions to it, since time-outs are worked out from that"));
        }
    }

    private void checkCleanup(
            Topics.Topic topic, Map<String, String> settings, List<TopicFault> faults) {
        String expected = topic.compacted() ? "compact" : "delete";
        String policy = settings.getOrDefault(TopicConfig.CLEANUP_POLICY_CONFIG, expected);
        if (!policy.equals(expected)) {
            // Keys of segments are streams: compaction would leave the last one of each.
            boolean loses = topic.compacted() || topic.large();
            faults.add(setting(loses, topic, TopicConfig.CLEANUP_POLICY_CONFIG, expected, policy));
        }
        long retention =
                Long.parseLong(settings.getOrDefault(TopicConfig.RETENTION_MS_CONFIG, "-1"));
        boolean tooShort = retention >= 0 && retention < SHORTEST_RETENTION.toMillis();
        if (!topic.compacted() && tooShort) {
            faults.add(
                    setting(
                            false,
                            topic,
                            TopicConfig.RETENTION_MS_CONFIG,
                            Long.toString(SHORTEST_RETENTION.toMillis()),
                            Long.toString(retention)));
        }
    }

    private void checkSizes(
            Topics.Topic topic, Map<String, String> settings, List<TopicFault> faults) {
        if (!topic.large()) {
            return;
        }
        String name = TopicConfig.MAX_MESSAGE_BYTES_CONFIG;
        int wanted = access.maxMessageBytes();
        if (Integer.parseInt(settings.getOrDefault(name, "0")) < wanted) {
            faults.add(
                    setting(
                            true,
                            topic,
                            name,
                            Integer.toString(wanted + KafkaAccess.OVERHEAD_BYTES),
                            settings.getOrDefault(name, "none")));
        }
        String compression = settings.getOrDefault(TopicConfig.COMPRESSION_TYPE_CONFIG, "producer");
        if (!compression.equals("producer") && !compression.equals("uncompressed")) {
            faults.add(
                    setting(
                            false,
                            topic,
                            TopicConfig.COMPRESSION_TYPE_CONFIG,
                            "producer",
                            compression));
        }
    }

    private void checkCopies(
            Topics.Topic topic,
            int replication,
            Map<String, String> settings,
            List<TopicFault> faults) {
        String name = TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG;
        int inSync = Integer.parseInt(settings.getOrDefault(name, "1"));
        if (inSync > replication) {
            faults.add(
                    setting(
                            true,
                            topic,
                            name,
                            Integer.toString(Math.max(1, replication - 1)),
                            Integer.toString(inSync)));
        } else if (replication >= SAFE_REPLICATION && inSync < 2) {
            faults.add(setting(false, topic, name, "2", Integer.toString(inSync)));
        }
        int wanted = Math.min(brokers, SAFE_REPLICATION);
        if (replication < wanted) {
            faults.add(
                    new TopicFault(
                            false,
                            topic.name(),
                            "replication",
                            "%d with %d brokers".formatted(wanted, brokers),
                            Integer.toString(replication),
                            "kafka-reassign-partitions.sh gives it more copies"));
        }
    }

    private TopicFault setting(
            boolean losesWork, Topics.Topic topic, String name, String expected, String actual) {
        String also =
                name.equals(TopicConfig.MAX_MESSAGE_BYTES_CONFIG)
                        ? ", or lower upriver.topics.max-message-bytes everywhere"
                        : "";
        return new TopicFault(
                losesWork,
                topic.name(),
                name,
                expected,
                actual,
                "kafka-configs.sh --bootstrap-server %s --alter --topic %s --add-config %s=%s%s"
                        .formatted(access.bootstrapServers(), topic.name(), name, expected, also));
    }
}
