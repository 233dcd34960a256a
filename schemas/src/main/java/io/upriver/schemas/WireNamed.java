package io.upriver.schemas;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** An enum constant with a name for the wire: lower case, with hyphens for underscores. */
public interface WireNamed {

    /** The Java name; every enum has it. */
    String name();

    /** The name in headers and JSON, such as {@code malformed-record}. */
    @JsonValue
    default String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The constant with this wire name.
     *
     * @throws IllegalArgumentException when there is none, listing those there are
     */
    static <E extends Enum<E> & WireNamed> E parse(Class<E> type, String wireName) {
        for (E constant : type.getEnumConstants()) {
            if (constant.wireName().equals(wireName)) {
                return constant;
            }
        }
        String known =
                Arrays.stream(type.getEnumConstants())
                        .map(WireNamed::wireName)
                        .collect(Collectors.joining(", "));
        throw new IllegalArgumentException(
                "expected one of " + known + ", got " + Expect.shown(wireName));
    }
}
