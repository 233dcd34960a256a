package io.upriver.ingest;

/** Another writer has been opened for the stream since: the newest one has it. */
public final class StreamTakenOverException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StreamTakenOverException(String message, Throwable cause) {
        super(message, cause);
    }
}
