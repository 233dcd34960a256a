package io.upriver.app;

import io.smallrye.health.api.HealthGroup;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Startup;

/**
 * Whether this process has come up: the group has given it its part, and the models that were on
 * their topic are loaded, with all that the device builds for them. Once so, it stays so.
 */
@Startup
@HealthGroup(BrokerHealth.BALANCER)
@ApplicationScoped
class StartHealth implements HealthCheck {

    private final StreamsWatch streams;
    private final ModelChannel channel;
    private final Future<Void> modelsRead;
    private volatile boolean isUp;

    StartHealth(StreamsWatch streams, Followers followers) {
        this.streams = streams;
        this.channel = followers.channel();
        this.modelsRead = followers.models().caughtUp();
    }

    /** The models topic is asked for its end now, and not with the first question. */
    void starting(@Observes jakarta.enterprise.event.Startup event) {}

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponse response =
                of(
                        isUp || streams.hasRun(),
                        streams.threads().allPartitions(),
                        modelsRead.isDone(),
                        isUp ? Map.of() : channel.progress());
        isUp = response.getStatus() == HealthCheckResponse.Status.UP;
        return response;
    }

    /**
     * @param hasRun whether the group has given this process its part
     * @param isRead whether the models topic was read to its end
     * @param loading what is being loaded, by channel
     */
    static HealthCheckResponse of(
            boolean hasRun, List<Integer> partitions, boolean isRead, Map<String, String> loading) {
        HealthCheckResponseBuilder response =
                HealthCheckResponse.named("start")
                        .status(hasRun && isRead && loading.isEmpty())
                        .withData("streams assigned", hasRun)
                        .withData("partitions", partitions.toString())
                        .withData("models topic read", isRead);
        loading.forEach((channel, words) -> response.withData("next model " + channel, words));
        return response.build();
    }
}
