package io.upriver.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.upriver.schemas.Topics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Who may do what with Kafka: what each needs, and nothing that changes more. */
class AccessTest {

    private static final String OVERLAY = "overlays/cpu";

    /** Operations by resource, such as {@code topic upriver.segments}. */
    private static Map<String, Set<String>> rights(String user) {
        Map<String, Set<String>> rights = new TreeMap<>();
        for (JsonNode acl :
                Manifests.one(OVERLAY, "KafkaUser", user).at("/spec/authorization/acls")) {
            JsonNode resource = acl.get("resource");
            String name = resource.get("name").asText();
            String end = resource.get("patternType").asText().equals("prefix") ? "*" : "";
            Set<String> operations = new TreeSet<>();
            acl.get("operations").forEach(o -> operations.add(o.asText()));
            rights.put(resource.get("type").asText() + " " + name + end, operations);
        }
        return rights;
    }

    @Test
    void nobodyMayCreateDeleteOrConfigureAnything() {
        for (String user :
                List.of(
                        "upriver-worker",
                        "upriver-trainer",
                        "upriver-producer",
                        "upriver-scaler")) {
            Set<String> operations = new TreeSet<>();
            rights(user).values().forEach(operations::addAll);

            operations.removeAll(Set.of("Describe", "DescribeConfigs", "Read", "Write"));
            assertEquals(Set.of(), operations, user);
            assertFalse(
                    rights(user).keySet().stream().anyMatch(r -> r.startsWith("cluster")), user);
        }
    }

    @Test
    void aWorkerReadsAndWritesEachTopicAndIsInTwoGroups() {
        Map<String, Set<String>> rights = rights("upriver-worker");

        for (Topics.Topic topic : Topics.DEFAULT.all()) {
            assertEquals(
                    Set.of("Describe", "DescribeConfigs", "Read", "Write"),
                    rights.get("topic " + topic.name()),
                    topic.name());
        }
        assertEquals(Set.of("Describe", "Read"), rights.get("group upriver"));
        assertEquals(Set.of("Read"), rights.get("group upriver-history"));
        assertEquals(Set.of("Describe", "Write"), rights.get("transactionalId upriver-*"));
        assertEquals(
                Set.of("Describe", "Write"),
                rights.get("transactionalId " + Topics.DEFAULT.segments() + "-*"));
        assertEquals(Topics.DEFAULT.all().size() + 4, rights.size());
    }

    @Test
    void aTrainerWritesModelsAndStreamsOnly() {
        Map<String, Set<String>> rights = rights("upriver-trainer");

        Set<String> written = new TreeSet<>();
        rights.forEach(
                (resource, operations) -> {
                    if (operations.contains("Write")) {
                        written.add(resource);
                    }
                });
        assertEquals(
                Set.of("topic " + Topics.DEFAULT.models(), "topic " + Topics.DEFAULT.streams()),
                written);
        assertTrue(rights.get("topic " + Topics.DEFAULT.segments()).contains("Read"));
        assertTrue(rights.get("topic " + Topics.DEFAULT.modelStatus()).contains("Read"));
    }

    @Test
    void aProducerWritesSegmentsOnly() {
        Map<String, Set<String>> rights = rights("upriver-producer");

        assertTrue(rights.get("topic " + Topics.DEFAULT.segments()).contains("Write"));
        assertEquals(Set.of("Describe"), rights.get("topic upriver.*"));
        assertEquals(3, rights.size());
    }

    @Test
    void whoAsksForTheLagReadsNothing() {
        Map<String, Set<String>> rights = rights("upriver-scaler");

        rights.values().forEach(operations -> assertEquals(Set.of("Describe"), operations));
        assertEquals(2, rights.size());
    }

    /** Users log in as the listener wants it. */
    @Test
    void usersAndListenerAgreeAboutLoggingIn() {
        JsonNode listener =
                Manifests.one(OVERLAY, "Kafka", "upriver").at("/spec/kafka/listeners/0");
        assertTrue(listener.get("tls").asBoolean());
        String wanted = listener.at("/authentication/type").asText();

        for (JsonNode user : Manifests.ofKind(OVERLAY, "KafkaUser")) {
            assertEquals(wanted, user.at("/spec/authentication/type").asText());
        }
        Map<String, String> worker =
                Kustomize.environment(Manifests.container(Manifests.worker(OVERLAY)));
        assertEquals("SASL_SSL", worker.get("KAFKA_SECURITY_PROTOCOL"));
        assertEquals("scram-sha-512", worker.get("KAFKA_SASL_MECHANISM").toLowerCase(Locale.ROOT));
        assertEquals(
                "scram_sha512",
                Manifests.one(OVERLAY, "ScaledObject", "upriver")
                        .at("/spec/triggers/0/metadata/sasl")
                        .asText());
    }
}
