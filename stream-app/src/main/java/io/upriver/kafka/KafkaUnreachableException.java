package io.upriver.kafka;

/** The cluster did not answer in time, or not as expected. */
public final class KafkaUnreachableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public KafkaUnreachableException(String message, Throwable cause) {
        super(message, cause);
    }

    /** That of a cluster which was asked something. */
    static KafkaUnreachableException of(KafkaAccess access, Throwable cause) {
        return new KafkaUnreachableException(
                "expected a Kafka broker at %s, got: %s"
                        .formatted(access.bootstrapServers(), cause.getMessage()),
                cause);
    }
}
