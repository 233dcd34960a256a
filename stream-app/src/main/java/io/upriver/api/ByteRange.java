package io.upriver.api;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of a file that a request asks for, by RFC 9110, 14.
 *
 * @param first the first byte, from 0 on
 * @param count how many
 */
record ByteRange(long first, long count) {

    private static final Pattern ONE = Pattern.compile("bytes=\\s*(\\d{0,18})-(\\d{0,18})\\s*");

    /**
     * What the header asks for, if it asks for one part. Several, and what nobody understands, may
     * be answered with all of the file.
     *
     * @throws ProblemException if the file has no such part
     */
    static Optional<ByteRange> of(@Nullable String header, long size) {
        Matcher one = ONE.matcher(header == null ? "" : header);
        if (!one.matches() || (one.group(1).isEmpty() && one.group(2).isEmpty())) {
            return Optional.empty();
        }
        long first;
        long last = size - 1;
        if (one.group(1).isEmpty()) {
            first = Math.max(0, size - Long.parseLong(one.group(2)));
        } else {
            first = Long.parseLong(one.group(1));
            if (!one.group(2).isEmpty()) {
                long asked = Long.parseLong(one.group(2));
                if (asked < first) {
                    return Optional.empty();
                }
                last = Math.min(last, asked);
            }
        }
        if (first > last) {
            throw new ProblemException(
                    ProblemType.NO_SUCH_RANGE,
                    "expected a range within %d bytes, got %s".formatted(size, header));
        }
        return Optional.of(new ByteRange(first, last - first + 1));
    }

    /** The header that says which part of how much an answer is. */
    String contentRange(long size) {
        return "bytes %d-%d/%d".formatted(first, first + count - 1, size);
    }
}
