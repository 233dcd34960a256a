package io.upriver.app;

import io.upriver.observe.SegmentsInWork;
import io.upriver.observe.SegmentsInWork.Oldest;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;

/**
 * Liveness of the work on segments. One that takes too long is given up by its own thread, frame by
 * frame; where that does not happen within twice the time, the thread is stuck.
 */
@Liveness
@ApplicationScoped
class WorkHealth implements HealthCheck {

    private final SegmentsInWork inWork;
    private final Duration deadline;

    WorkHealth(SegmentsInWork inWork, Settings settings) {
        this.inWork = inWork;
        this.deadline = settings.segment().deadline();
    }

    @Override
    public HealthCheckResponse call() {
        return of(inWork.count(), inWork.most(), inWork.oldest(), inWork.sinceLastEnd(), deadline);
    }

    static HealthCheckResponse of(
            int count,
            int most,
            Optional<Oldest> oldest,
            Optional<Duration> sinceLastEnd,
            Duration deadline) {
        HealthCheckResponseBuilder response =
                HealthCheckResponse.named("work")
                        .status(!isStuck(oldest, deadline))
                        .withData("in work", "%d of %d".formatted(count, most))
                        .withData("given up after ms", deadline.toMillis());
        sinceLastEnd.ifPresent(ago -> response.withData("last ended before ms", ago.toMillis()));
        oldest.ifPresent(
                one ->
                        response.withData("oldest", one.label())
                                .withData("oldest in work for ms", one.time().toMillis()));
        return response.build();
    }

    private static boolean isStuck(Optional<Oldest> oldest, Duration deadline) {
        Duration far = deadline.multipliedBy(2);
        return oldest.filter(one -> one.time().compareTo(far) > 0).isPresent();
    }
}
