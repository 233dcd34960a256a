package io.upriver.k8s;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.strimzi.api.kafka.model.kafka.Kafka;
import io.strimzi.api.kafka.model.nodepool.KafkaNodePool;
import io.strimzi.api.kafka.model.topic.KafkaTopic;
import io.strimzi.api.kafka.model.user.KafkaUser;
import java.io.Serial;
import java.util.HashMap;
import java.util.Map;

/**
 * The types of the manifests, as their projects publish them, read strictly: what a type does not
 * have is refused, although most of these types would keep it.
 */
final class Models {

    private static final Map<String, Class<? extends HasMetadata>> OWN =
            Map.ofEntries(
                    Map.entry("v1 Namespace", Namespace.class),
                    Map.entry("v1 ConfigMap", ConfigMap.class),
                    Map.entry("v1 Secret", Secret.class),
                    Map.entry("v1 Service", Service.class),
                    Map.entry("v1 ServiceAccount", ServiceAccount.class),
                    Map.entry("v1 PersistentVolumeClaim", PersistentVolumeClaim.class),
                    Map.entry("apps/v1 StatefulSet", StatefulSet.class),
                    Map.entry("batch/v1 Job", Job.class),
                    Map.entry("batch/v1 CronJob", CronJob.class),
                    Map.entry("networking.k8s.io/v1 NetworkPolicy", NetworkPolicy.class),
                    Map.entry("policy/v1 PodDisruptionBudget", PodDisruptionBudget.class));

    private static final Map<String, Class<? extends HasMetadata>> ALL = new HashMap<>(OWN);

    static {
        ALL.put("monitoring.coreos.com/v1 PodMonitor", PodMonitor.class);
        ALL.put("monitoring.coreos.com/v1 PrometheusRule", PrometheusRule.class);
        ALL.put("kafka.strimzi.io/v1beta2 Kafka", Kafka.class);
        ALL.put("kafka.strimzi.io/v1beta2 KafkaNodePool", KafkaNodePool.class);
        ALL.put("kafka.strimzi.io/v1beta2 KafkaTopic", KafkaTopic.class);
        ALL.put("kafka.strimzi.io/v1beta2 KafkaUser", KafkaUser.class);
        ALL.put("keda.sh/v1alpha1 ScaledObject", Keda.ScaledObject.class);
        ALL.put("keda.sh/v1alpha1 TriggerAuthentication", Keda.TriggerAuthentication.class);
    }

    private static final ObjectMapper STRICT = strict();

    private Models() {}

    private static ObjectMapper strict() {
        ObjectMapper mapper =
                new ObjectMapper()
                        .registerModule(new JavaTimeModule())
                        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                        .setAnnotationIntrospector(new WithoutSpareFields());
        // A number where Kubernetes wants a text is refused by its server.
        mapper.coercionConfigFor(LogicalType.Textual)
                .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
        return mapper;
    }

    /** Types keep fields that they do not know in a map beside them; here they may not. */
    private static final class WithoutSpareFields extends JacksonAnnotationIntrospector {
        @Serial private static final long serialVersionUID = 1;

        @Override
        public Boolean hasAnySetter(Annotated annotated) {
            return false;
        }
    }

    /** Whether Kubernetes itself has this kind, and not an operator. */
    static boolean isKubernetesOwn(JsonNode resource) {
        return OWN.containsKey(kind(resource));
    }

    private static String kind(JsonNode resource) {
        return resource.path("apiVersion").asText() + " " + resource.path("kind").asText();
    }

    /**
     * A manifest as its type.
     *
     * @throws IllegalArgumentException where it has what the type has not
     */
    static HasMetadata read(JsonNode manifest) {
        Class<? extends HasMetadata> type = ALL.get(kind(manifest));
        if (type == null) {
            throw new IllegalArgumentException("no type is known for " + kind(manifest));
        }
        try {
            return STRICT.treeToValue(manifest, type);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(Kustomize.id(manifest) + ": " + e.getMessage(), e);
        }
    }
}
