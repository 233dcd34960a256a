package io.upriver.schemas;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * That a segment was done by a cheaper way than its stream asks for, since it would have been late.
 *
 * <p>Which way that was is said by the {@link Outcome}: its method and its model.
 *
 * @param asked the way that the stream asks for: the name of its model, or {@value
 *     StreamSettings#NO_MODEL} for interpolation
 * @param code the kind of the reason
 * @param message the reason in a sentence that begins with {@value #BEHIND}
 */
public record Shortcut(
        @JsonProperty(required = true) String asked,
        @JsonProperty(required = true) Code code,
        @JsonProperty(required = true) String message) {

    /** What the message begins with. */
    public static final String BEHIND = "behind schedule: ";

    public Shortcut {
        Expect.name("asked", asked);
        Expect.present("code", code);
        Expect.text("message", message);
    }

    /** The kinds of reasons. */
    public enum Code implements WireNamed {
        /** It was late already, or about to be, before anything was done. */
        LATE,
        /** It was expected to take longer than there was time. */
        SLOW,
        /** It would have been late a few segments before, and is not tried again so soon. */
        HELD,
        /** It was begun, and was not getting on as fast as expected. */
        GIVEN_UP;

        /** The code with this wire name; {@link IllegalArgumentException} when there is none. */
        @JsonCreator
        public static Code ofWireName(String wireName) {
            return WireNamed.parse(Code.class, wireName);
        }
    }
}
