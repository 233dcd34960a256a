package io.upriver.api;

import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicFollower;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** A resource with faults, for the test of what becomes of them. */
@Path("/api/v1/fault")
public final class FaultResource {

    @GET
    @Operation(hidden = true)
    public String fail() {
        throw new IllegalStateException("secret of the inside");
    }

    @GET
    @Path("/kafka")
    @Operation(hidden = true)
    public String failWithoutKafka() {
        KafkaAccess nowhere = new KafkaAccess("127.0.0.1:1", 1 << 20);
        try (TopicFollower follower =
                new TopicFollower(nowhere, "upriver.streams", given -> {}).start()) {
            TopicFollower.requireCaughtUp(List.of(follower), Duration.ofSeconds(1));
            return "there is a broker at port 1";
        }
    }
}
