package io.upriver.web;

import io.upriver.api.ProblemException;
import io.upriver.api.ProblemType;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A part of a body that a client asks for: RFC 9110, 14.1.2.
 *
 * @param from the first byte
 * @param end the first byte that is no longer wanted
 */
record ByteRange(int from, int end) {

    /** One range of bytes: from a byte to a byte, from a byte on, or so many at the end. */
    private static final Pattern ONE = Pattern.compile("(?i)bytes=([0-9]{0,18})-([0-9]{0,18})");

    /**
     * What is asked for, or null for all of it: also where it is asked for in a way that a server
     * may pass over, such as several ranges.
     *
     * @param header the value of {@code Range}, or null
     * @param size of the body
     * @throws ProblemException if the body has no such bytes
     */
    static @Nullable ByteRange of(@Nullable String header, int size) {
        Matcher range = ONE.matcher(header == null ? "" : header.strip());
        if (!range.matches() || (range.group(1).isEmpty() && range.group(2).isEmpty())) {
            return null;
        }
        long from;
        long end;
        if (range.group(1).isEmpty()) {
            long last = Long.parseLong(range.group(2));
            from = Math.max(0, size - last);
            end = last == 0 ? 0 : size;
        } else {
            from = Long.parseLong(range.group(1));
            boolean isOpen = range.group(2).isEmpty();
            long last = isOpen ? size - 1L : Long.parseLong(range.group(2));
            if (last < from && !isOpen) {
                return null; // no range at all
            }
            end = Math.min(size, last + 1);
        }
        if (from >= end) {
            throw new ProblemException(
                    ProblemType.RANGE_NOT_SATISFIABLE,
                    "expected a range within %d bytes, got %s".formatted(size, header));
        }
        return new ByteRange((int) from, (int) end);
    }
}
