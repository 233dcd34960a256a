package io.upriver.segment;

import io.upriver.schemas.Rejection.Code;

/** Ends the work on a segment that is to be rejected; becomes {@link SegmentResult.Rejected}. */
final class RejectedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Code code;

    RejectedException(Code code, String message) {
        super(message);
        this.code = code;
    }

    Code code() {
        return code;
    }
}
