package io.upriver.schemas;

import org.jspecify.annotations.Nullable;

/**
 * A record on the segments topic that is no segment.
 *
 * <p>The message is a sentence for the person who made the record: which stream and segment, what
 * was expected, what came. It never holds the payload.
 */
public final class MalformedRecordException extends IllegalArgumentException {

    private final @Nullable String streamId;
    private final long sequence;

    MalformedRecordException(
            @Nullable String streamId, long sequence, IllegalArgumentException cause) {
        super(Segment.label(streamId, sequence) + ": " + cause.getMessage(), cause);
        this.streamId = streamId;
        this.sequence = sequence;
    }

    /** The stream the record belongs to, or null when that could not be read. */
    public @Nullable String streamId() {
        return streamId;
    }

    /** The record's sequence, or its offset when that could not be read. */
    public long sequence() {
        return sequence;
    }

    /** What to write on the rejected record. */
    public Rejection rejection(String worker) {
        return new Rejection(
                Rejection.Code.MALFORMED_RECORD,
                String.valueOf(getMessage()),
                streamId,
                sequence,
                worker);
    }
}
