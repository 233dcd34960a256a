package io.upriver.schemas;

import org.jspecify.annotations.Nullable;

/**
 * The checks that records make of themselves, each with a sentence that names the property, what
 * was expected and what came. All throw {@link IllegalArgumentException}.
 */
final class Expect {

    /** The longest stream, channel or topic name, in characters: Kafka's own limit for a topic. */
    static final int MAX_NAME_CHARS = 249;

    private static final int MAX_SHOWN_CHARS = 80;

    private Expect() {}

    /**
     * A name that may travel in a header and be printed in a log: one line, not blank, not long.
     */
    static String name(String property, @Nullable String value) {
        text(property, value);
        if (value.length() > MAX_NAME_CHARS) {
            throw new IllegalArgumentException(
                    property
                            + ": expected at most "
                            + MAX_NAME_CHARS
                            + " characters, got "
                            + value.length());
        }
        if (value.codePoints().anyMatch(Expect::isUnprintable)) {
            throw new IllegalArgumentException(
                    property + ": expected printable characters, got " + shown(value));
        }
        return value;
    }

    static String text(String property, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(
                    property + ": expected text, got " + (value == null ? "nothing" : "blanks"));
        }
        return value;
    }

    static @Nullable String textOrNull(String property, @Nullable String value) {
        return value == null ? null : text(property, value);
    }

    static <T> T present(String property, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException(property + ": expected a value, got nothing");
        }
        return value;
    }

    static long notNegative(String property, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(property + ": expected at least 0, got " + value);
        }
        return value;
    }

    static int between(String property, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    property + ": expected " + least + " to " + most + ", got " + value);
        }
        return value;
    }

    static double between(String property, double value, double least, double most) {
        if (value >= least && value <= most) {
            return value;
        }
        throw new IllegalArgumentException(
                property + ": expected " + least + " to " + most + ", got " + value);
    }

    /** The value in quotes for a sentence, on one line and cut when long. */
    static String shown(String value) {
        String cut =
                value.length() <= MAX_SHOWN_CHARS
                        ? value
                        : value.substring(0, MAX_SHOWN_CHARS) + "...";
        StringBuilder line = new StringBuilder("'");
        cut.codePoints().map(c -> isUnprintable(c) ? '?' : c).forEach(line::appendCodePoint);
        return line.append('\'').toString();
    }

    private static boolean isUnprintable(int codePoint) {
        return Character.isISOControl(codePoint)
                || Character.getType(codePoint) == Character.SURROGATE;
    }
}
