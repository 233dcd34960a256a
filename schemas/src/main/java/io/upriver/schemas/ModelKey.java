package io.upriver.schemas;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The key of a record on the models topic.
 *
 * <p>A channel alone: the value is the model that is current there. A channel with a digest, such
 * as {@code default@9f86...}: the value is a model that is or was current there, kept so that the
 * channel can go back to it when compaction has taken its record away.
 *
 * @param channel the channel, without {@code @}
 * @param digest SHA-256 of the value in 64 small hexadecimal digits, or null for the current model
 */
public record ModelKey(String channel, @Nullable String digest) {

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
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    public ModelKey {
        Expect.name("channel", channel);
        if (channel.indexOf(SEPARATOR) >= 0) {
            throw new IllegalArgumentException(
                    "channel: expected a name without @, got " + Expect.shown(channel));
        }
        if (digest != null && !DIGEST.matcher(digest).matches()) {
            throw new IllegalArgumentException(
                    "model key: expected 64 hexadecimal digits after @, got "
                            + Expect.shown(digest));
        }
    }

    /** The current model of a channel. */
    public static ModelKey current(String channel) {
        return new ModelKey(channel, null);
    }

    /** Reads {@link #toString}'s text; {@link IllegalArgumentException} if it is none. */
    public static ModelKey parse(String text) {
        int separator = text.indexOf(SEPARATOR);
        return separator < 0
                ? current(text)
                : new ModelKey(text.substring(0, separator), text.substring(separator + 1));
    }

    /** Whether the value is what the channel has now. */
    public boolean isCurrent() {
        return digest == null;
    }

    @Override
    public String toString() {
        return digest == null ? channel : channel + SEPARATOR + digest;
    }
}
