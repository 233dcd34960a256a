package io.upriver.ingest;

import io.upriver.ingest.PushRefusedException.Reason;
import io.upriver.kafka.KafkaAccess;
import io.upriver.media.SegmentSurvey;
import io.upriver.schemas.Container;
import io.upriver.schemas.Topics;
import org.jspecify.annotations.Nullable;

/**
 * The way of one pushed stream to the topic: opens a writer when there is something to write, and
 * sees whether times and pictures go on. Not thread-safe.
 */
final class StreamOutput implements AutoCloseable {

    private final String id;
    private final Topics topics;
    private final KafkaAccess access;
    private final Upscaled upscaled;

    private @Nullable LiveStreamWriter writer;
    private Upscaled.@Nullable Followed followed;
    private @Nullable SegmentSurvey before;

    StreamOutput(String id, Topics topics, KafkaAccess access, Upscaled upscaled) {
        this.id = id;
        this.topics = topics;
        this.access = access;
        this.upscaled = upscaled;
    }

    /**
     * A segment that is to be written.
     *
     * @param isOfBody whether it was cut from a body without an end, which a newer pusher ends
     * @param millis how long it plays, or null where that is to be measured
     * @param isNew whether it does not go on from the one before, by what the pusher says
     * @param last whether the media say that nothing follows
     * @param traceparent the W3C trace context that it travels in, or null
     */
    @SuppressWarnings("ArrayRecordComponent") // megabytes: handed on, never compared
    record Piece(
            Container container,
            byte[] data,
            boolean isOfBody,
            @Nullable Long millis,
            boolean isNew,
            boolean last,
            @Nullable String traceparent) {

        Piece with(byte[] other) {
            return new Piece(container, other, isOfBody, millis, isNew, last, traceparent);
        }
    }

    /** How many segments wait to be upscaled. */
    long waiting() {
        return writer == null || followed == null ? 0 : writer.next() - 1 - followed.upTo();
    }

    /** How long the last one is, or 0. */
    long lastMillis() {
        return before == null ? 0 : before.durationMillis();
    }

    /**
     * Writes a segment, and returns when the brokers have it.
     *
     * @throws PushRefusedException if a newer pusher has the stream, or no record holds so much
     */
    void append(Piece piece) {
        SegmentSurvey survey = SegmentSurvey.of(piece.data);
        boolean jumps = before != null && survey != null && !survey.continues(before);
        long measured = survey == null ? 0 : survey.durationMillis();
        long millis = piece.millis == null ? measured : piece.millis;
        try {
            write(piece, millis, piece.isNew || jumps);
        } catch (StreamTakenOverException e) {
            if (piece.isOfBody) {
                throw new PushRefusedException(Reason.TAKEN_OVER, e.getMessage());
            }
            // Whoever pushes files has pushed this one now: the newest wins.
            write(piece, millis, true);
        } catch (IllegalArgumentException e) {
            throw new PushRefusedException(Reason.TOO_LARGE, e.getMessage());
        }
        before = survey;
    }

    private void write(Piece piece, long durationMillis, boolean discontinuity) {
        if (writer == null) {
            writer = LiveStreamWriter.open(id, topics, access);
            followed = upscaled.follow(id, writer.next());
        }
        try {
            writer.append(
                    piece.container,
                    piece.data,
                    durationMillis,
                    discontinuity,
                    piece.last,
                    piece.traceparent);
        } finally {
            if (!writer.isOpen()) {
                writer = null;
            }
        }
    }

    /** What comes from now on is another run. */
    void end() {
        if (writer != null) {
            writer.close();
            writer = null;
        }
        before = null;
    }

    @Override
    public void close() {
        end();
        if (followed != null) {
            upscaled.forget(id, followed);
        }
    }
}
