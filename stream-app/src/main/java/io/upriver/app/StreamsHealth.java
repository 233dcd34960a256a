package io.upriver.app;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.EnumSet;
import java.util.Set;
import org.apache.kafka.streams.KafkaStreams;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;

/** Liveness of the stream threads, with the partitions that each has. */
@Liveness
@ApplicationScoped
class StreamsHealth implements HealthCheck {

    private static final Set<KafkaStreams.State> ENDED =
            EnumSet.of(
                    KafkaStreams.State.PENDING_ERROR,
                    KafkaStreams.State.ERROR,
                    KafkaStreams.State.PENDING_SHUTDOWN,
                    KafkaStreams.State.NOT_RUNNING);

    private final StreamsWatch streams;

    StreamsHealth(StreamsWatch streams) {
        this.streams = streams;
    }

    @Override
    public HealthCheckResponse call() {
        return of(streams.threads());
    }

    /** A thread that has failed is replaced at once; where it is not, nobody will do its work. */
    static HealthCheckResponse of(StreamThreads threads) {
        boolean isBegun = threads.state() != KafkaStreams.State.CREATED;
        boolean isShort = isBegun && threads.alive() < threads.expected();
        HealthCheckResponseBuilder response =
                HealthCheckResponse.named("streams")
                        .status(!ENDED.contains(threads.state()) && !isShort)
                        .withData("state", threads.state().name())
                        .withData(
                                "threads",
                                "%d of %d".formatted(threads.alive(), threads.expected()));
        threads.partitions()
                .forEach(
                        (thread, partitions) ->
                                response.withData("partitions of " + thread, words(partitions)));
        threads.dead().forEach(thread -> response.withData("dead " + thread, true));
        return response.build();
    }

    private static String words(Iterable<Integer> partitions) {
        StringBuilder words = new StringBuilder();
        partitions.forEach(p -> words.append(words.isEmpty() ? "" : ", ").append(p));
        return words.isEmpty() ? "none" : words.toString();
    }
}
