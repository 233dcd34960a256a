package io.upriver.kafka;

/** The cluster did not answer in time, or not as expected. */
public final class KafkaUnreachableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public KafkaUnreachableException(String message, Throwable cause) {
        super(message, cause);
    }
}
