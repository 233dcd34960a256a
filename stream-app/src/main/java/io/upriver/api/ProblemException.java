package io.upriver.api;

import java.util.function.Supplier;

/** Ends a request with a problem document; the message is its detail. */
public final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ProblemType type;

    public ProblemException(ProblemType type, String detail) {
        super(detail);
        this.type = type;
    }

    ProblemException(ProblemType type, Exception cause) {
        super(cause.getMessage(), cause);
        this.type = type;
    }

    /** What comes out, or an invalid request where the words of the client are refused. */
    static <T> T ifValid(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (IllegalArgumentException e) {
            throw new ProblemException(ProblemType.INVALID_REQUEST, e);
        }
    }

    ProblemType type() {
        return type;
    }
}
