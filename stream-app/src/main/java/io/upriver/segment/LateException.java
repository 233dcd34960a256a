package io.upriver.segment;

/** Ends the work on a segment that would be late, so that it can be done by a cheaper way. */
final class LateException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final double expectedMillis;

    /**
     * @param expectedMillis what the whole segment would have taken
     */
    LateException(String message, double expectedMillis) {
        super(message);
        this.expectedMillis = expectedMillis;
    }

    double expectedMillis() {
        return expectedMillis;
    }
}
