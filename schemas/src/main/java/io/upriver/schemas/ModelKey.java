package io.upriver.schemas;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The key of a record on the models topic.
 *
 * <p>A channel alone: the value is the model that is current there. A channel with a digest, such
 * as {@code default@9f86...}: the value is a model that is or was current there, kept so that the
 * channel can go back to it when compaction has taken its record away. A channel with {@code
 * @canary}: the value is a model that some of the channel's streams try before it gets it, see
 * {@link CanarySettings}.
 *
 * @param channel the channel, without {@code @}
 * @param role what the value is to the channel
 * @param digest SHA-256 of the value in 64 small hexadecimal digits for a kept model, else null
 */
public record ModelKey(String channel, Role role, @Nullable String digest) {

    /** What a model is to its channel. */
    public enum Role {
        /** What the channel has now. */
        CURRENT,
        /** What some of its streams try. */
        CANARY,
        /** What it can go back to. */
        KEPT
    }

    /**
     * The header of a kept model to which the channel does not go back any more, because it went
     * back from it. The value says when, in milliseconds since 1970 UTC.
     */
    public static final String SET_ASIDE = "upriver-set-aside";

    /**
     * The header of a channel's model that is only for a while, such as for one file: it is not
     * kept when it goes. The value does not matter.
     */
    public static final String PASSING = "upriver-passing";

    private static final char SEPARATOR = '@';
    private static final String ON_TRIAL = "canary";
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    public ModelKey {
        Expect.name("channel", channel);
        if (channel.indexOf(SEPARATOR) >= 0) {
            throw new IllegalArgumentException(
                    "channel: expected a name without @, got " + Expect.shown(channel));
        }
        if (channel.startsWith(StreamSettings.DIGEST)) {
            throw new IllegalArgumentException(
                    "channel: expected a name, got a digest: " + Expect.shown(channel));
        }
        boolean isRight =
                role == Role.KEPT
                        ? digest != null && DIGEST.matcher(digest).matches()
                        : digest == null;
        if (!isRight) {
            throw new IllegalArgumentException(
                    "model key: expected 64 hexadecimal digits or canary after @, got "
                            + Expect.shown(String.valueOf(digest)));
        }
    }

    /** The current model of a channel. */
    public static ModelKey current(String channel) {
        return new ModelKey(channel, Role.CURRENT, null);
    }

    /** The model that some of a channel's streams try. */
    public static ModelKey canary(String channel) {
        return new ModelKey(channel, Role.CANARY, null);
    }

    /** A model that a channel can go back to. */
    public static ModelKey kept(String channel, String digest) {
        return new ModelKey(channel, Role.KEPT, digest);
    }

    /** Reads {@link #toString}'s text; {@link IllegalArgumentException} if it is none. */
    public static ModelKey parse(String text) {
        int separator = text.indexOf(SEPARATOR);
        if (separator < 0) {
            return current(text);
        }
        String channel = text.substring(0, separator);
        String rest = text.substring(separator + 1);
        return rest.equals(ON_TRIAL) ? canary(channel) : kept(channel, rest);
    }

    /** Whether the value is what the channel has now. */
    public boolean isCurrent() {
        return role == Role.CURRENT;
    }

    @Override
    public String toString() {
        return switch (role) {
            case CURRENT -> channel;
            case CANARY -> channel + SEPARATOR + ON_TRIAL;
            case KEPT -> channel + SEPARATOR + digest;
        };
    }
}
