package io.upriver.api;

import org.jspecify.annotations.Nullable;

/**
 * Values of queries. Read here, since what the framework cannot read is a path that is not found to
 * it.
 */
final class QueryValues {

    private QueryValues() {}

    /** A flag; false when it is not there. */
    static boolean flag(String name, @Nullable String text) {
        if (text == null || text.equals("false")) {
            return false;
        }
        if (text.equals("true")) {
            return true;
        }
        throw new ProblemException(
                ProblemType.INVALID_REQUEST,
                "%s: expected true or false, got %s".formatted(name, text));
    }

    /** A number from 1 on. */
    static int count(String name, @Nullable String text, int otherwise, int most) {
        if (text == null) {
            return otherwise;
        }
        try {
            int count = Integer.parseInt(text);
            if (count >= 1 && count <= most) {
                return count;
            }
        } catch (NumberFormatException e) {
            // the same sentence
        }
        throw new ProblemException(
                ProblemType.INVALID_REQUEST,
                "%s: expected 1 to %d, got %s".formatted(name, most, text));
    }
}
