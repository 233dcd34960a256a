package io.upriver.api;

import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Bodies of requests, read up to a limit. */
public final class Body {

    /** Far more than settings of any kind need. */
    static final int LARGEST_JSON = 64 * 1024;

    private static final long MOST_DISCARDED = 256L << 20;
    private static final long DISCARD_NANOS = 10_000_000_000L;

    private Body() {}

    /**
     * All bytes of a body.
     *
     * @throws ProblemException if there are more than {@code most}, or if the client breaks off
     */
    static byte[] read(@Nullable InputStream body, int most) {
        if (body == null) {
            return new byte[0];
        }
        try {
            byte[] bytes = body.readNBytes(most);
            if (bytes.length == most && body.read() >= 0) {
                discard(body);
                throw tooLarge(most, "more");
            }
            return bytes;
        } catch (IOException e) {
            throw new ProblemException(
                    ProblemType.INVALID_REQUEST,
                    "expected a whole body, it broke off: " + e.getMessage());
        }
    }

    /** Refuses a body by what its header says. */
    static void requireAtMost(int most, HttpHeaders headers, @Nullable InputStream body) {
        String length = headers.getHeaderString(HttpHeaders.CONTENT_LENGTH);
        if (length != null && new BigInteger(length).compareTo(BigInteger.valueOf(most)) > 0) {
            discard(body);
            throw tooLarge(most, length);
        }
    }

    /**
     * Reads what is to come of a body that nobody wants, up to a limit: many clients look for an
     * answer only when they have sent all.
     */
    public static void discard(@Nullable InputStream body) {
        if (body == null) {
            return;
        }
        byte[] scratch = new byte[64 * 1024];
        long end = System.nanoTime() + DISCARD_NANOS;
        try {
            for (long left = MOST_DISCARDED; left > 0 && System.nanoTime() < end; ) {
                int read = body.read(scratch);
                if (read < 0) {
                    return;
                }
                left -= read;
            }
        } catch (IOException e) {
            // the client has heard enough
        }
    }

    private static ProblemException tooLarge(int most, String got) {
        return new ProblemException(
                ProblemType.TOO_LARGE,
                "expected a body of at most %d bytes, got %s".formatted(most, got));
    }
}
