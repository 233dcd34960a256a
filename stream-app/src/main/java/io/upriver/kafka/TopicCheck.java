package io.upriver.kafka;

import io.upriver.schemas.Topics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/** Looks at an installation's topics and holds them to what they should be. Changes nothing. */
public final class TopicCheck {

    private static final List<String> SETTINGS =
            List.of(
                    TopicConfig.CLEANUP_POLICY_CONFIG,
                    TopicConfig.COMPRESSION_TYPE_CONFIG,
                    TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                    TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
                    TopicConfig.RETENTION_MS_CONFIG);

    private final KafkaAccess access;
    private final Topics topics;
    private final int partitions;

    /**
     * @param partitions that the topics with work are expected to have
     */
    public TopicCheck(KafkaAccess access, Topics topics, int partitions) {
        this.access = access;
        this.topics = topics;
        this.partitions = partitions;
    }

    /**
     * Every topic, in the order of {@link Topics#all}.
     *
     * @throws KafkaUnreachableException if no broker answers within 15 s, or it does not say; its
     *     cause is Kafka's own
     */
    public List<TopicState> states() {
        try (Admin admin = access.admin()) {
            int brokers = admin.describeCluster().nodes().get().size();
            Map<String, TopicDescription> descriptions = descriptions(admin);
            Map<String, Map<String, String>> settings = settings(admin, descriptions);
            TopicDescription segments = descriptions.get(topics.segments());
            TopicRules rules =
                    new TopicRules(
                            access,
                            brokers,
                            partitions,
                            segments == null ? 0 : segments.partitions().size());
            return topics.all().stream()
                    .map(
                            topic ->
                                    rules.judge(
                                            topic,
                                            descriptions.get(topic.name()),
                                            settings.getOrDefault(topic.name(), Map.of())))
                    .toList();
        } catch (ExecutionException e) {
            throw KafkaUnreachableException.of(access, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw KafkaUnreachableException.of(access, e);
        }
    }

    /** Those topics that are there. */
    private Map<String, TopicDescription> descriptions(Admin admin)
            throws ExecutionException, InterruptedException {
        List<String> present = new ArrayList<>(admin.listTopics().names().get());
        present.retainAll(topics.all().stream().map(Topics.Topic::name).toList());
        return admin.describeTopics(present).allTopicNames().get();
    }

    private static Map<String, Map<String, String>> settings(
            Admin admin, Map<String, TopicDescription> descriptions)
            throws ExecutionException, InterruptedException {
        List<ConfigResource> resources =
                descriptions.keySet().stream()
                        .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                        .toList();
        Map<String, Map<String, String>> settings = new HashMap<>();
        for (Map.Entry<ConfigResource, Config> config :
                admin.describeConfigs(resources).all().get().entrySet()) {
            Map<String, String> values = new HashMap<>();
            for (String name : SETTINGS) {
                ConfigEntry entry = config.getValue().get(name);
                if (entry != null) {
                    values.put(name, entry.value());
                }
            }
            settings.put(config.getKey().name(), values);
        }
        return settings;
    }
}
