package io.upriver.schemas;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What a model on trial, a canary, did with one segment.
 *
 * @param digest the digest of the model on trial
 * @param failure why the segment was done by the current model after all; null when the one on
 *     trial did it
 * @param current what the current model made of the frame that was measured; null where it failed
 *     or no frame was measured
 */
public record CanaryAccount(
        @JsonProperty(required = true) String digest,
        @Nullable String failure,
        @Nullable Quality current) {

    public CanaryAccount {
        Expect.text("digest", digest);
        Expect.textOrNull("failure", failure);
    }
}
