package io.upriver.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.upriver.kafka.TopicFault;
import io.upriver.kafka.TopicState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.TopicConfig;

/** Topics for people, a line each, and for programs. */
final class TopicTable {

    private static final String ROW = "%-28s  %10s  %11s  %-14s  %17s  %12s  %7s  %s%n";

    private TopicTable() {}

    static String of(List<TopicState> states) {
        StringBuilder table = new StringBuilder();
        table.append(
                ROW.formatted(
                        "TOPIC",
                        "PARTITIONS",
                        "REPLICATION",
                        "CLEANUP",
                        "MAX MESSAGE BYTES",
                        "RETENTION MS",
                        "IN SYNC",
                        "STATE"));
        for (TopicState state : states) {
            table.append(
                    ROW.formatted(
                            state.name(),
                            state.exists() ? state.partitions() : "",
                            state.exists() ? state.replication() : "",
                            setting(state, TopicConfig.CLEANUP_POLICY_CONFIG),
                            setting(state, TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
                            setting(state, TopicConfig.RETENTION_MS_CONFIG),
                            setting(state, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG),
                            describe(state)));
        }
        return table.toString();
    }

    private static String setting(TopicState state, String name) {
        return state.settings().getOrDefault(name, "");
    }

    /** What should be otherwise, with what it should be. */
    private static String describe(TopicState state) {
        if (!state.exists()) {
            return "missing";
        }
        if (state.faults().isEmpty()) {
            return "right";
        }
        return String.join(
                "; ",
                state.faults().stream()
                        .map(
                                fault ->
                                        "%s should be %s"
                                                .formatted(
                                                        fault.property(),
                                                        fault.expected().replaceAll(",.*", "")))
                        .toList());
    }

    static String toJson(List<TopicState> states) throws JsonProcessingException {
        List<Map<String, Object>> topics = states.stream().map(TopicTable::properties).toList();
        return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(topics)
                + System.lineSeparator();
    }

    private static Map<String, Object> properties(TopicState state) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("topic", state.name());
        properties.put("partitions", state.partitions());
        properties.put("replication", state.replication());
        properties.put("settings", new TreeMap<>(state.settings()));
        properties.put("faults", state.faults().stream().map(TopicTable::properties).toList());
        return properties;
    }

    private static Map<String, Object> properties(TopicFault fault) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("losesWork", fault.losesWork());
        properties.put("property", fault.property());
        properties.put("expected", fault.expected());
        properties.put("actual", fault.actual());
        properties.put("sentence", fault.sentence());
        return properties;
    }
}
