package io.upriver.media;

/**
 * Media that cannot be read, decoded, encoded or written, with the reason in one sentence.
 *
 * <p>Where FFmpeg refused, the message carries the call, FFmpeg's words and its code, such as
 * {@code avcodec_send_packet: Invalid data found when processing input (-1094995529)}.
 */
public final class MediaException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What kind of trouble it is, for whoever has to choose between refusing and carrying on. */
    public enum Kind {
        /** The bytes are not media, or are damaged beyond reading. */
        UNREADABLE,
        /** It is media, but has no moving picture. */
        NO_VIDEO,
        /** It is fine, but this build or this output cannot take it. */
        UNSUPPORTED,
        /** It was decoded, and an encoder that had been opened for it gave up. */
        ENCODING,
        /** It is fine, but needs a device that is not here or does not take it; a CPU might. */
        NO_DEVICE
    }

    private final Kind kind;

    public MediaException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** The same trouble behind what could not be done because of it. */
    public MediaException behind(String what) {
        MediaException longer = new MediaException(kind, what + ": " + getMessage());
        longer.initCause(this);
        return longer;
    }
}
