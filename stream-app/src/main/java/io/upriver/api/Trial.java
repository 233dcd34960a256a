package io.upriver.api;

import io.upriver.admin.CanaryTrial;
import io.upriver.schemas.CanarySettings;
import io.upriver.schemas.ModelStatus;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A model that some streams of a channel try. */
@Schema(requiredProperties = {"channel", "digest", "bytes", "settings", "standing", "workers"})
record Trial(
        @Schema(description = "The channel.", examples = "default") String channel,
        @Schema(
                        description = "SHA-256 of the file in hexadecimal digits.",
                        pattern = "^[0-9a-f]{64}$")
                String digest,
        @Schema(description = "The size of the file.", minimum = "1", examples = "16384") int bytes,
        @Schema(description = "Which streams try it, and what is decided by.")
                CanarySettings settings,
        @Schema(
                        description = "How it stands, in words.",
                        examples = "37 of 50 segments done, 0 failed")
                String standing,
        @Schema(description = "The last word of each worker on what the channel has on trial.")
                List<ModelStatus> workers) {

    static Trial of(CanaryTrial trial, String standing, List<ModelStatus> workers) {
        return new Trial(
                trial.channel(),
                trial.digest(),
                trial.bytes(),
                trial.settings(),
                standing,
                workers);
    }
}
