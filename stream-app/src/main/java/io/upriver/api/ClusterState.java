package io.upriver.api;

import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Whether the Kafka cluster answers, in the event {@code cluster}. */
@Schema(requiredProperties = "answers")
record ClusterState(
        @Schema(description = "Whether it has answered the last question.") boolean answers,
        @Schema(
                        description = "What was expected and what came; left out when it answers.",
                        examples = "expected a Kafka broker at 127.0.0.1:9092, got: timed out")
                @Nullable String detail) {}
