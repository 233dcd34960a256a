package io.upriver.app;

import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.TaskMetadata;
import org.apache.kafka.streams.ThreadMetadata;

/**
 * The stream threads of this process at one moment.
 *
 * @param state of all of them together
 * @param partitions of the segments topic that each thread has now, by its name
 * @param dead those that have ended
 * @param expected how many there should be
 */
record StreamThreads(
        KafkaStreams.State state,
        SortedMap<String, List<Integer>> partitions,
        List<String> dead,
        int expected) {

    private static final String DEAD = "DEAD";

    static StreamThreads of(
            KafkaStreams.State state, Collection<ThreadMetadata> threads, int expected) {
        SortedMap<String, List<Integer>> partitions = new TreeMap<>();
        for (ThreadMetadata thread : threads) {
            if (!thread.threadState().equals(DEAD)) {
                partitions.put(thread.threadName(), partitionsOf(thread));
            }
        }
        List<String> dead =
                threads.stream()
                        .filter(thread -> thread.threadState().equals(DEAD))
                        .map(ThreadMetadata::threadName)
                        .sorted()
                        .toList();
        return new StreamThreads(state, partitions, dead, expected);
    }

    private static List<Integer> partitionsOf(ThreadMetadata thread) {
        return thread.activeTasks().stream()
                .map(TaskMetadata::topicPartitions)
                .flatMap(Collection::stream)
                .map(TopicPartition::partition)
                .sorted()
                .toList();
    }

    int alive() {
        return partitions.size();
    }

    /** Of all threads together. */
    List<Integer> allPartitions() {
        return partitions.values().stream().flatMap(Collection::stream).sorted().toList();
    }
}
