package io.upriver.kafka;

import java.util.List;
import java.util.Map;

/**
 * A topic as it is.
 *
 * @param name its name
 * @param partitions how many; 0 where there is no such topic
 * @param replication copies of the partition that has the fewest
 * @param settings those that matter here, by their names in Kafka
 * @param faults what is wrong with it, the worst first
 */
public record TopicState(
        String name,
        int partitions,
        int replication,
        Map<String, String> settings,
        List<TopicFault> faults) {

    public TopicState {
        settings = Map.copyOf(settings);
        faults = List.copyOf(faults);
    }

    /** Whether the topic is there. */
    public boolean exists() {
        return partitions > 0;
    }
}
