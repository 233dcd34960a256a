package io.upriver.media;

/** Live media that cannot be cut into segments, with the reason in one sentence. */
public final class CutException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What kind of trouble it is. */
    public enum Kind {
        /** It is not what it says, or is damaged. */
        BROKEN,
        /** A segment would have more bytes than it may. */
        TOO_LARGE,
        /** There are fragments of MP4, and no init section before them. */
        NO_INIT_SECTION,
        /** It is fine, and of a kind that is not taken. */
        UNSUPPORTED
    }

    private final Kind kind;

    CutException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
