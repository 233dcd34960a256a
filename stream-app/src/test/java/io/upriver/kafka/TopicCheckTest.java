package io.upriver.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.schemas.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Topics of a real broker, made well and badly. */
@ExtendWith(SharedBroker.class)
class TopicCheckTest {

    private static final int PARTITIONS = 3;

    @Test
    void findsNothingWrongWithTopicsThatWereMadeHere(KafkaAccess access) {
        // Given
        Topics topics = new Topics("right");
        new TopicSetup(access, topics).createMissing(PARTITIONS);

        // When
        List<TopicState> states = new TopicCheck(access, topics, PARTITIONS).states();

        // Then
        assertEquals(7, states.size());
        for (TopicState state : states) {
            assertEquals(List.of(), state.faults(), state.name());
            assertEquals(1, state.replication(), state.name());
        }
        assertEquals(PARTITIONS, states.get(0).partitions());
    }

    @Test
    void saysOfEachTopicThatItIsMissing(KafkaAccess access) {
        List<TopicState> states =
                new TopicCheck(access, new Topics("nowhere"), PARTITIONS).states();

        assertEquals(7, states.size());
        for (TopicState state : states) {
            assertFalse(state.exists());
            assertEquals(
                    "topic %s: expected to be there, got no such topic; upriver topics create makes it"
                            .formatted(state.name()),
                    state.faults().get(0).sentence());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "models       | cleanup.policy      | delete         | compact | true",
                "models       | cleanup.policy      | compact,delete | compact | true",
                "streams      | cleanup.policy      | delete         | compact | true",
                "segments     | cleanup.policy      | compact        | delete  | true",
                "reports      | cleanup.policy      | compact        | delete  | false",
                "segments     | max.message.bytes   | 2097151        | 2162688 | true",
                "models       | max.message.bytes   | 1048588        | 2162688 | true",
                "segments     | retention.ms        | 60000          | 3600000 | false",
                "upscaled     | compression.type    | gzip           | producer | false",
                "upscaled     | min.insync.replicas | 2              | 1       | true"
            })
    void namesTheSettingThatIsWrong(
            String suffix,
            String setting,
            String actual,
            String expected,
            boolean losesWork,
            KafkaAccess access)
            throws Exception {
        // Given
        String prefix = "wrong-%s-%s-%s".formatted(suffix, setting, actual.replace(',', '-'));
        Topics topics = new Topics(prefix);
        String name = prefix + "." + suffix;
        make(access, topics, name, Map.of(setting, actual), PARTITIONS);
        new TopicSetup(access, topics).createMissing(PARTITIONS);

        // When
        List<TopicFault> faults = faults(access, topics);

        // Then
        assertEquals(1, faults.size(), faults.toString());
        TopicFault fault = faults.get(0);
        assertEquals(losesWork, fault.losesWork());
        String sentence = fault.sentence();
        assertTrue(
                sentence.startsWith(
                        "topic %s: expected %s %s, got %s; kafka-configs.sh --bootstrap-server %s --alter --topic %s --add-config %s=%s"
                                .formatted(
                                        name,
                                        setting,
                                        expected,
                                        actual,
                                        access.bootstrapServers(),
                                        name,
                                        setting,
                                        expected)),
                sentence);
    }

    @Test
    void wantsAsManyPartitionsForResultsAsForSegments(KafkaAccess access) throws Exception {
        // Given
        Topics topics = new Topics("narrow");
        make(access, topics, topics.upscaled(), Map.of(), 2);
        new TopicSetup(access, topics).createMissing(PARTITIONS);

        // When
        List<TopicFault> faults = faults(access, topics);

        // Then
        assertEquals(1, faults.size(), faults.toString());
        assertTrue(faults.get(0).losesWork());
        assertTrue(
                faults.get(0)
                        .sentence()
                        .startsWith(
                                "topic narrow.upscaled: expected partitions 3, as the segments have, since results stay in their number, got 2; kafka-topics.sh"),
                faults.get(0).sentence());
    }

    @Test
    void onlyWarnsOfAnotherNumberOfPartitionsThanIsSet(KafkaAccess access) {
        // Given
        Topics topics = new Topics("wide");
        new TopicSetup(access, topics).createMissing(5);

        // When
        List<TopicFault> faults = faults(access, topics);

        // Then segments, results, rejected ones and reports
        assertEquals(4, faults.size(), faults.toString());
        assertTrue(faults.stream().noneMatch(TopicFault::losesWork), faults.toString());
    }

    private static List<TopicFault> faults(KafkaAccess access, Topics topics) {
        return new TopicCheck(access, topics, PARTITIONS)
                .states().stream().flatMap(state -> state.faults().stream()).toList();
    }

    /** A topic as it should be but for some settings. */
    private static void make(
            KafkaAccess access,
            Topics topics,
            String name,
            Map<String, String> changes,
            int partitions)
            throws Exception {
        Topics.Topic topic =
                topics.all().stream().filter(each -> each.name().equals(name)).findAny().get();
        Map<String, String> configs =
                new HashMap<>(
                        topic.configs(SharedBroker.MAX_MESSAGE_BYTES + KafkaAccess.OVERHEAD_BYTES));
        configs.putAll(changes);
        int count = topic.partitions() == Topics.Partitions.ONE ? 1 : partitions;
        try (Admin admin = access.admin()) {
            admin.createTopics(List.of(new NewTopic(name, count, (short) 1).configs(configs)))
                    .all()
                    .get();
        }
    }
}
