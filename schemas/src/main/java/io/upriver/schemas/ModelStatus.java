package io.upriver.schemas;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What a worker did with a model: JSON on the model-status topic, where the key is the channel.
 *
 * @param worker which worker
 * @param channel the models topic's key, so with {@code @canary} for a model on trial
 * @param digest the digest of the model file; null only when the model was withdrawn
 * @param state what became of it
 * @param reason why it was refused, or what else there is to say; never null when refused
 * @param scale the model's scale, 1 to 8, or 0 when not known
 * @param timestampMillis when, in milliseconds since 1970 UTC
 */
public record ModelStatus(
        @JsonProperty(required = true) String worker,
        @JsonProperty(required = true) String channel,
        @Nullable String digest,
        @JsonProperty(required = true) State state,
        @Nullable String reason,
        int scale,
        @JsonProperty(required = true) long timestampMillis) {

    public ModelStatus {
        Expect.text("worker", worker);
        Expect.text("channel", channel);
        Expect.present("state", state);
        if (state != State.WITHDRAWN || digest != null) {
            Expect.text("digest", digest);
        }
        if (state == State.REFUSED || reason != null) {
            Expect.text("reason", reason);
        }
        Expect.between("scale", scale, 0, 8);
        Expect.notNegative("timestampMillis", timestampMillis);
    }

    /** What became of a model. */
    public enum State implements WireNamed {
        /** Read, checked and warm, but not the one in use. */
        LOADED,
        /** In use for the segments that are taken from now on, or by the streams that try it. */
        CURRENT,
        /** Not fit for use; the one before stays. */
        REFUSED,
        /** Taken back; the channel has no model, or none on trial. */
        WITHDRAWN,
        /** It was on trial, and its channel gets it now. */
        PROMOTED,
        /** It was on trial, and its channel does not get it. */
        ROLLED_BACK;

        /** The state with this wire name; {@link IllegalArgumentException} when there is none. */
        @JsonCreator
        public static State ofWireName(String wireName) {
            return WireNamed.parse(State.class, wireName);
        }
    }

    /** This as JSON, UTF-8. */
    public byte[] toJson() {
        return Json.write(this);
    }

    /** Reads JSON; {@link IllegalArgumentException} with the property's name when it is wrong. */
    public static ModelStatus fromJson(byte[] json) {
        return Json.read(json, ModelStatus.class);
    }
}
