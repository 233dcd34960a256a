package io.upriver.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.SharedBroker;
import io.upriver.kafka.TopicCheck;
import io.upriver.schemas.Topics;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code upriver topics} and a worker's start, on a real broker. */
@ExtendWith(SharedBroker.class)
class TopicsCommandTest {

    private static final String PREFIX = "upriver.topics.prefix";

    private record Ended(int code, String out, String err) {}

    @AfterEach
    void forgetThePrefix() {
        System.clearProperty(PREFIX);
    }

    @Test
    void makesTopicsAsTheyAreToBeAndFindsThemRight(KafkaAccess access) throws Exception {
        // When
        Ended missing = run(access, "made", "check");
        Ended made =
                run(
                        access,
                        "made",
                        "create",
                        "--partitions",
                        "3",
                        "--replication",
                        "1",
                        "--retention",
                        "P2D");
        Ended checked = run(access, "made", "check", "--partitions", "3");

        // Then
        assertEquals(1, missing.code());
        assertEquals(7, missing.err().lines().count(), missing.err());
        assertEquals(0, made.code(), made.err());
        assertEquals(0, checked.code(), checked.err());
        assertEquals("", checked.err());
        assertEquals(8, checked.out().lines().count(), checked.out());
        try (Admin admin = access.admin()) {
            ConfigResource segments =
                    new ConfigResource(ConfigResource.Type.TOPIC, "made.segments");
            assertEquals(
                    "172800000",
                    admin.describeConfigs(List.of(segments))
                            .all()
                            .get()
                            .get(segments)
                            .get("retention.ms")
                            .value());
        }
    }

    @Test
    void saysWhatIsWrongForPeopleAndForPrograms(KafkaAccess access) throws Exception {
        // Given
        make(access, "bad.models", Map.of("cleanup.policy", "delete"));
        run(access, "bad", "create");

        // When
        Ended people = run(access, "bad", "check");
        Ended programs = run(access, "bad", "check", "--json");

        // Then
        assertEquals(1, people.code());
        String models = line(people.out(), "bad.models");
        assertTrue(models.contains("cleanup.policy should be compact"), people.out());
        assertTrue(line(people.out(), "bad.streams").endsWith("right"), people.out());
        assertTrue(
                people.err()
                        .contains(
                                "error: topic bad.models: expected cleanup.policy compact, got delete; "),
                people.err());
        JsonNode topic = new ObjectMapper().readTree(programs.out()).get(3);
        assertEquals("bad.models", topic.get("topic").asText());
        assertEquals("delete", topic.get("settings").get("cleanup.policy").asText());
        assertEquals("cleanup.policy", topic.get("faults").get(0).get("property").asText());
        assertTrue(topic.get("faults").get(0).get("losesWork").asBoolean());
    }

    @Test
    void refusesWhatTheClusterCannotGive(KafkaAccess access) {
        Ended ended = run(access, "many", "create", "--replication", "3");

        assertEquals(1, ended.code());
        assertTrue(
                ended.err().startsWith("upriver: topic many.segments cannot be made: "),
                ended.err());
        assertEquals(2, run(access, "many", "create", "--partitions", "0").code());
    }

    @Test
    void aWorkerDoesNotStartOnTopicsThatForgetModels(KafkaAccess access) throws Exception {
        // Given
        make(access, "lossy.models", Map.of("cleanup.policy", "delete"));
        make(access, "lossy.segments", Map.of("retention.ms", "1000"));
        run(access, "lossy", "create");
        StringWriter err = new StringWriter();

        // When
        TopicCheck check = new TopicCheck(access, new Topics("lossy"), 4);
        IllegalStateException refusal =
                assertThrows(
                        IllegalStateException.class,
                        () -> TopicsAtStart.require(check, new PrintWriter(err, true)));

        // Then what loses work is in the refusal, the rest is a warning
        assertTrue(
                refusal.getMessage()
                        .contains(
                                "topic lossy.models: expected cleanup.policy compact, got delete"),
                refusal.getMessage());
        assertTrue(
                err.toString()
                        .contains(
                                "upriver: warning: topic lossy.segments: expected retention.ms 3600000, got 1000"),
                err.toString());
    }

    private static String line(String table, String topic) {
        return table.lines().filter(line -> line.startsWith(topic + " ")).findAny().orElse("");
    }

    private static void make(KafkaAccess access, String name, Map<String, String> configs)
            throws Exception {
        int partitions = Set.of("models", "streams").contains(name.replaceAll(".*\\.", "")) ? 1 : 4;
        Map<String, String> all = new HashMap<>(configs);
        all.put("max.message.bytes", "70000000");
        try (Admin admin = access.admin()) {
            admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(all)))
                    .all()
                    .get();
        }
    }

    private static Ended run(KafkaAccess access, String prefix, String... arguments) {
        System.setProperty(PREFIX, prefix);
        List<String> words = new ArrayList<>(List.of("topics"));
        words.addAll(List.of(arguments));
        words.addAll(List.of("--bootstrap-servers", access.bootstrapServers()));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code =
                Main.commandLine()
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true))
                        .execute(words.toArray(String[]::new));
        return new Ended(code, out.toString(), err.toString());
    }
}
