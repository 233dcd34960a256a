package io.upriver.job;

/** A job that is not taken, with the reason in a sentence. */
public final class JobException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Kind {
        /** As many are waiting as may. */
        TOO_MANY,
        /** The file is larger than it may be. */
        TOO_LARGE,
        /** There is no room on the disk, or no more that jobs may take. */
        NO_SPACE,
        /** The file cannot be upscaled. */
        MEDIA,
        /** The address is none that a file is fetched from. */
        ADDRESS,
        /** The file was not sent to its end. */
        BROKEN_OFF
    }

    private final Kind kind;

    JobException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    JobException(Kind kind, String message, Exception cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
