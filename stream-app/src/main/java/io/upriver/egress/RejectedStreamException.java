package io.upriver.egress;

import io.upriver.schemas.Rejection;

/** A segment of the stream was rejected, so its output cannot be complete. */
public final class RejectedStreamException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Rejection rejection;

    RejectedStreamException(Rejection rejection) {
        super(rejection.message());
        this.rejection = rejection;
    }

    public Rejection rejection() {
        return rejection;
    }
}
