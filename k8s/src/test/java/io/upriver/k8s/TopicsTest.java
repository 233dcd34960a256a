package io.upriver.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.upriver.schemas.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Topics, brokers and scaling, against what the program would make itself. */
class TopicsTest {

    /** {@code KafkaAccess.OVERHEAD_BYTES}: room for keys, headers and the batch. */
    private static final int OVERHEAD_BYTES = 64 * 1024;

    static List<String> overlays() {
        return Manifests.OVERLAYS;
    }

    private static int setting(String overlay, String variable) {
        return Integer.parseInt(
                Kustomize.environment(Manifests.container(Manifests.worker(overlay)))
                        .get(variable));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void theTopicsAreThoseThatAWorkerWouldMake(String overlay) {
        int partitions = setting(overlay, "UPRIVER_TOPICS_PARTITIONS");
        int batch = setting(overlay, "UPRIVER_TOPICS_MAX_MESSAGE_BYTES") + OVERHEAD_BYTES;

        Map<String, Object> wanted = new TreeMap<>();
        for (Topics.Topic topic : Topics.DEFAULT.all()) {
            int count = topic.partitions() == Topics.Partitions.MANY ? partitions : 1;
            wanted.put(topic.name(), List.of(count, topic.configs(batch)));
        }
        Map<String, Object> declared = new TreeMap<>();
        for (ObjectNode topic : Manifests.ofKind(overlay, "KafkaTopic")) {
            Map<String, String> config = new HashMap<>();
            topic.at("/spec/config")
                    .properties()
                    .forEach(field -> config.put(field.getKey(), field.getValue().asText()));
            declared.put(
                    topic.at("/metadata/name").asText(),
                    List.of(topic.at("/spec/partitions").asInt(), config));
        }
        assertEquals(wanted, declared);
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void brokersTakeTheLargestRecordAndNoTopicMakesItself(String overlay) {
        int batch = setting(overlay, "UPRIVER_TOPICS_MAX_MESSAGE_BYTES") + OVERHEAD_BYTES;

        JsonNode config = Manifests.one(overlay, "Kafka", "upriver").at("/spec/kafka/config");

        assertEquals(batch, config.get("message.max.bytes").asInt());
        assertEquals(batch, config.get("replica.fetch.max.bytes").asInt());
        assertTrue(config.get("socket.request.max.bytes").asInt() >= 2 * batch);
        assertEquals("false", config.get("auto.create.topics.enable").asText());
    }

    /** A record must be on more than one broker where there is more than one. */
    @ParameterizedTest
    @MethodSource("overlays")
    void replicationFitsTheBrokers(String overlay) {
        int brokers =
                Manifests.one(overlay, "KafkaNodePool", "broker").at("/spec/replicas").asInt();
        JsonNode config = Manifests.one(overlay, "Kafka", "upriver").at("/spec/kafka/config");

        for (String name :
                List.of(
                        "default.replication.factor",
                        "offsets.topic.replication.factor",
                        "transaction.state.log.replication.factor")) {
            assertEquals(Math.min(3, brokers), config.get(name).asInt(), name);
        }
        for (String name : List.of("min.insync.replicas", "transaction.state.log.min.isr")) {
            assertEquals(brokers > 1 ? 2 : 1, config.get(name).asInt(), name);
        }
    }

    /** Then no transaction stays open while another segment is worked on. */
    @ParameterizedTest
    @MethodSource("overlays")
    void theFewestWorkersHaveAThreadForEachPartition(String overlay) {
        int partitions = setting(overlay, "UPRIVER_TOPICS_PARTITIONS");
        int threads = setting(overlay, "UPRIVER_WORKER_THREADS");

        List<ObjectNode> scaled = Manifests.ofKind(overlay, "ScaledObject");
        int fewest =
                scaled.isEmpty()
                        ? Manifests.one(overlay, "StatefulSet", "upriver")
                                .at("/spec/replicas")
                                .asInt()
                        : scaled.get(0).at("/spec/minReplicaCount").asInt();

        assertTrue(fewest * threads >= partitions, fewest + " workers of " + threads + " threads");
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void thereAreNeverMoreWorkersThanPartitions(String overlay) {
        int partitions = setting(overlay, "UPRIVER_TOPICS_PARTITIONS");

        for (ObjectNode scaled : Manifests.ofKind(overlay, "ScaledObject")) {
            JsonNode spec = scaled.get("spec");
            int most = spec.get("maxReplicaCount").asInt();
            assertTrue(most <= partitions, most + " workers");
            assertTrue(spec.get("minReplicaCount").asInt() <= most);
            assertTrue(spec.at("/fallback/replicas").asInt() <= most);
            JsonNode trigger = spec.at("/triggers/0/metadata");
            assertEquals("upriver", trigger.get("consumerGroup").asText());
            assertEquals(Topics.DEFAULT.segments(), trigger.get("topic").asText());
            assertEquals("false", trigger.get("allowIdleConsumers").asText());
            JsonNode set =
                    Manifests.one(
                            overlay,
                            spec.at("/scaleTargetRef/kind").asText(),
                            spec.at("/scaleTargetRef/name").asText());
            // two who say how many there are would undo each other's work
            assertTrue(set.at("/spec/replicas").isMissingNode());
        }
    }

    /** Everybody finds the brokers at the address of the listener. */
    @ParameterizedTest
    @MethodSource("overlays")
    void everybodyAsksTheListenerThatThereIs(String overlay) {
        JsonNode kafka = Manifests.one(overlay, "Kafka", "upriver");
        JsonNode listener = kafka.at("/spec/kafka/listeners/0");
        String address =
                kafka.at("/metadata/name").asText()
                        + "-kafka-bootstrap:"
                        + listener.get("port").asInt();

        List<String> args =
                Manifests.container(Manifests.worker(overlay))
                        .get("args")
                        .valueStream()
                        .map(JsonNode::asText)
                        .collect(Collectors.toList());
        assertEquals("serve", args.get(0));
        assertEquals(address, args.get(args.indexOf("--bootstrap-servers") + 1));
        for (ObjectNode scaled : Manifests.ofKind(overlay, "ScaledObject")) {
            assertEquals(
                    address.replace(":", ".upriver.svc:"),
                    scaled.at("/spec/triggers/0/metadata/bootstrapServers").asText());
        }
        JsonNode adapt =
                Manifests.container(
                        Manifests.pod(Manifests.one("trainer", "CronJob", "upriver-adapt")));
        assertEquals(address, Kustomize.environment(adapt).get("UPRIVER_BOOTSTRAP_SERVERS"));
        for (ObjectNode policy : Manifests.ofKind(overlay, "NetworkPolicy")) {
            assertEquals(
                    listener.get("port").asInt(), policy.at("/spec/egress/0/ports/0/port").asInt());
        }
    }
}
