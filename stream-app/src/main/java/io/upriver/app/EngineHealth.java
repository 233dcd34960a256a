package io.upriver.app;

import io.upriver.engine.Device;
import io.upriver.engine.Provider;
import io.upriver.model.ModelRegistry;
import io.upriver.observe.WayCounter;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.stream.Collectors;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Readiness of the engine, with what it runs on, why not on something faster, the current models,
 * and those that wait or are being loaded; and which streams are behind schedule.
 */
@Readiness
@ApplicationScoped
class EngineHealth implements HealthCheck {

    private final Device device;
    private final ModelRegistry models;
    private final Followers followers;
    private final WayCounter ways;

    EngineHealth(Device device, ModelRegistry models, Followers followers, WayCounter ways) {
        this.ways = ways;
        this.followers = followers;
        this.device = device;
        this.models = models;
    }

    @Override
    public HealthCheckResponse call() {
        Provider provider = device.provider();
        HealthCheckResponseBuilder response =
                HealthCheckResponse.named("engine")
                        .status(isAble(models.digests(), models.missing()))
                        .withData("provider", provider.name())
                        .withData("device", provider.device());
        provider.fallThroughs().forEach(f -> response.withData("not " + f.provider(), f.reason()));
        models.digests().forEach((name, digest) -> response.withData("model " + name, digest));
        followers
                .channel()
                .progress()
                .forEach((name, words) -> response.withData("next model " + name, words));
        models.missing()
                .forEach((name, why) -> response.withData("interpolated for want of " + name, why));
        ways.counts().forEach((stream, counts) -> addShortcuts(response, stream, counts));
        return response.build();
    }

    /** With a model, or at least with the decision to go on without. */
    static boolean isAble(Map<String, String> digests, Map<String, String> missing) {
        return !digests.isEmpty() || !missing.isEmpty();
    }

    /** Says of a stream how its segments were done, if some were not done as it asks for. */
    private static void addShortcuts(
            HealthCheckResponseBuilder response, String stream, Map<WayCounter.Way, Long> counts) {
        if (counts.keySet().stream().anyMatch(WayCounter.Way::isShortcut)) {
            response.withData(
                    "behind schedule " + (stream.isEmpty() ? "others" : stream),
                    counts.entrySet().stream()
                            .map(way -> "%s: %d".formatted(way.getKey(), way.getValue()))
                            .collect(Collectors.joining(", ")));
        }
    }
}
