package io.upriver.app;

import io.upriver.engine.Device;
import io.upriver.engine.Provider;
import io.upriver.model.ModelRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Readiness of the engine, with what it runs on, why not on something faster, the current models,
 * and those that wait or are being loaded.
 */
@Readiness
@ApplicationScoped
class EngineHealth implements HealthCheck {

    private final Device device;
    private final ModelRegistry models;
    private final Followers followers;

    EngineHealth(Device device, ModelRegistry models, Followers followers) {
        this.followers = followers;
        this.device = device;
        this.models = models;
    }

    @Override
    public HealthCheckResponse call() {
        Provider provider = device.provider();
        HealthCheckResponseBuilder response =
                HealthCheckResponse.named("engine")
                        .up()
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
        return response.build();
    }
}
