package io.upriver.app;

import io.upriver.engine.FrameBatcher;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Liveness of the lanes that run the networks: none is with one batch for too long. */
@Liveness
@ApplicationScoped
class LanesHealth implements HealthCheck {

    private final FrameBatcher lanes;
    private final Duration atMost;

    LanesHealth(FrameBatcher lanes, Settings settings) {
        this.lanes = lanes;
        this.atMost = settings.health().stall();
    }

    @Override
    public HealthCheckResponse call() {
        return of(lanes.load(), lanes.lanes(), atMost);
    }

    static HealthCheckResponse of(FrameBatcher.Load load, int lanes, Duration atMost) {
        return HealthCheckResponse.named("lanes")
                .status(load.unansweredNanos() <= atMost.toNanos())
                .withData("lanes", lanes)
                .withData("frames done", load.framesDone())
                .withData("frames waiting", load.queueDepth())
                .withData("unanswered for ms", load.unansweredNanos() / 1_000_000)
                .withData("expected within ms", atMost.toMillis())
                .build();
    }
}
