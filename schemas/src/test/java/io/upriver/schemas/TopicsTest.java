package io.upriver.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.schemas.Topics.Partitions;
import io.upriver.schemas.Topics.Topic;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsTest {

    @Test
    void namesEveryTopicAfterThePrefix() {
        // Given an installation with its own prefix
        Topics topics = new Topics("team-a.video_1");

        // When its topics are listed
        List<String> names = topics.all().stream().map(Topic::name).toList();

        // Then each is the prefix and its word, and the methods say the same
        assertEquals(
                List.of(
                        "team-a.video_1.segments",
                        "team-a.video_1.upscaled",
                        "team-a.video_1.rejected",
                        "team-a.video_1.models",
                        "team-a.video_1.model-status",
                        "team-a.video_1.streams",
                        "team-a.video_1.reports"),
                names);
        assertEquals(
                names,
                List.of(
                        topics.segments(),
                        topics.upscaled(),
                        topics.rejected(),
                        topics.models(),
                        topics.modelStatus(),
                        topics.streams(),
                        topics.reports()));
    }

    @Test
    void isCalledUpriverByDefault() {
        assertEquals("upriver.segments", Topics.DEFAULT.segments());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a/b", "ä", "a\n", "a:b"})
    void refusesAPrefixThatKafkaWouldRefuse(String prefix) {
        // When
        var refusal = assertThrows(IllegalArgumentException.class, () -> new Topics(prefix));

        // Then the sentence says what is allowed
        assertTrue(refusal.getMessage().startsWith("topic prefix: expected letters"));
    }

    @Test
    void refusesAPrefixThatMakesANameTooLongForKafka() {
        // Given the longest prefix that fits, and one that is longer
        String fits = "p".repeat(249 - ".model-status".length());

        // When
        var refusal = assertThrows(IllegalArgumentException.class, () -> new Topics(fits + "p"));

        // Then
        assertEquals(
                "topic prefix: expected at most 236 characters, got 237", refusal.getMessage());
        assertEquals(249, new Topics(fits).modelStatus().length());
    }

    @Test
    void keepsSegmentsAndTheirResultsInTheSameNumberOfPartitions() {
        // Given
        Topics topics = Topics.DEFAULT;

        // When
        List<String> spread =
                topics.all().stream()
                        .filter(topic -> topic.partitions() == Partitions.MANY)
                        .map(Topic::name)
                        .toList();

        // Then
        assertTrue(
                spread.containsAll(
                        List.of(topics.segments(), topics.upscaled(), topics.rejected())));
    }

    @Test
    void compactsOnlyModelsAndStreams() {
        // When
        List<String> compacted =
                Topics.DEFAULT.all().stream().filter(Topic::compacted).map(Topic::name).toList();

        // Then
        assertEquals(List.of("upriver.models", "upriver.streams"), compacted);
    }

    @Test
    void asksTheBrokerForLargeUncompressedRecordsWhereMediaTravels() {
        // Given
        Topic segments = Topics.DEFAULT.all().get(0);

        // When
        Map<String, String> configs = segments.configs(20_000_000);

        // Then
        assertEquals(
                Map.of(
                        "cleanup.policy", "delete",
                        "compression.type", "producer",
                        "max.message.bytes", "20000000"),
                configs);
    }

    @Test
    void leavesTheBrokersLimitsWhereOnlyJsonTravels() {
        // Given
        Topic streams = Topics.DEFAULT.all().get(5);

        // When
        Map<String, String> configs = streams.configs(20_000_000);

        // Then
        assertEquals(Map.of("cleanup.policy", "compact"), configs);
    }

    @Test
    void refusesALimitThatIsNotPositive() {
        Topic segments = Topics.DEFAULT.all().get(0);
        assertThrows(IllegalArgumentException.class, () -> segments.configs(0));
    }
}
