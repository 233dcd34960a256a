package io.upriver.app;

import io.smallrye.health.api.HealthGroup;
import io.upriver.kafka.ClusterWatch;
import io.upriver.kafka.ClusterWatch.Found;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Readiness of the cluster: a broker answers, and all topics are there. */
@Readiness
@HealthGroup(BrokerHealth.BALANCER)
@ApplicationScoped
class BrokerHealth implements HealthCheck {

    /** The group of checks that a load balancer in front of several instances asks. */
    static final String BALANCER = "balancer";

    private static final Duration OLDEST = Duration.ofSeconds(30);

    private final ClusterWatch cluster;

    BrokerHealth(ClusterWatch cluster) {
        this.cluster = cluster;
    }

    @Override
    public HealthCheckResponse call() {
        return of(cluster.found());
    }

    static HealthCheckResponse of(Found found) {
        boolean isNew = found.age().compareTo(OLDEST) <= 0;
        HealthCheckResponseBuilder response =
                HealthCheckResponse.named("broker")
                        .status(isNew && found.trouble() == null && found.missing().isEmpty())
                        .withData("asked before ms", found.age().toMillis());
        if (found.trouble() != null) {
            response.withData("trouble", found.trouble());
        }
        if (found.waiting() >= 0) {
            response.withData("segments waiting", found.waiting());
        }
        if (!found.missing().isEmpty()) {
            response.withData("missing topics", String.join(", ", found.missing()));
        }
        return response.build();
    }
}
