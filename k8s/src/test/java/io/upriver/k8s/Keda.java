package io.upriver.k8s;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBehavior;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;

/**
 * KEDA's kinds, as far as the manifests use them; written after its documentation, since no library
 * has them.
 */
final class Keda {

    private Keda() {}

    @Group("keda.sh")
    @Version("v1alpha1")
    static final class ScaledObject extends CustomResource<ScaledObjectSpec, Void>
            implements Namespaced {
        private static final long serialVersionUID = 1;
    }

    record ScaledObjectSpec(
            ScaleTarget scaleTargetRef,
            int pollingInterval,
            int minReplicaCount,
            int maxReplicaCount,
            Fallback fallback,
            Advanced advanced,
            List<Trigger> triggers) {}

    record ScaleTarget(String apiVersion, String kind, String name) {}

    record Fallback(int failureThreshold, int replicas) {}

    record Advanced(AutoscalerConfig horizontalPodAutoscalerConfig) {}

    record AutoscalerConfig(HorizontalPodAutoscalerBehavior behavior) {}

    record Trigger(String type, KafkaTrigger metadata, Reference authenticationRef) {
        Trigger {
            if (!"kafka".equals(type)) {
                throw new IllegalArgumentException("trigger: expected kafka, got " + type);
            }
        }
    }

    /** The values of a trigger are texts, also where they are numbers. */
    record KafkaTrigger(
            String bootstrapServers,
            String consumerGroup,
            String topic,
            String lagThreshold,
            String offsetResetPolicy,
            String allowIdleConsumers,
            String limitToPartitionsWithLag,
            String version,
            String sasl,
            String tls) {}

    record Reference(String name) {}

    @Group("keda.sh")
    @Version("v1alpha1")
    static final class TriggerAuthentication extends CustomResource<TriggerAuthenticationSpec, Void>
            implements Namespaced {
        private static final long serialVersionUID = 1;
    }

    record TriggerAuthenticationSpec(List<SecretTarget> secretTargetRef) {}

    record SecretTarget(String parameter, String name, String key) {}
}
