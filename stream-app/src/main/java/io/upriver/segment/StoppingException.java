package io.upriver.segment;

/**
 * Ends the work on a segment because the worker is being stopped: another worker will do it again.
 */
public final class StoppingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StoppingException(String segment) {
        super(segment + ": given back, the worker is stopping");
    }
}
