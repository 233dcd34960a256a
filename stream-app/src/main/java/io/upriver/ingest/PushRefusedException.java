package io.upriver.ingest;

/** What was pushed is not taken; the message says what was expected and what came. */
public final class PushRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Why it is not taken. */
    public enum Reason {
        /** It is broken, or broke off, or its name is none. */
        INVALID,
        /** It is in no container that is known. */
        UNKNOWN_CONTAINER,
        /** It is fine, but of a kind that is not taken, such as several tracks of video. */
        UNSUPPORTED,
        /** Fragments without their init section. */
        NO_INIT_SECTION,
        /** It has more bytes than it may. */
        TOO_LARGE,
        /** A newer pusher has the stream. */
        TAKEN_OVER,
        /** The stream is being pushed under another name: each stream has one rendition. */
        OTHER_RENDITION,
        /** More comes in a second than may. */
        TOO_FAST,
        /** There are as many live streams as may be. */
        TOO_MANY_STREAMS,
        /** As many of the stream's segments wait as may. */
        BEHIND,
        /** There is no room for more bytes at the same time. */
        NO_ROOM,
        /** The Kafka cluster does not take it in time. */
        UNREACHABLE
    }

    private final Reason reason;

    public PushRefusedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
