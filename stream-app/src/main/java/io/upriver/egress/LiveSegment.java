package io.upriver.egress;

import io.upriver.media.InitSection;
import io.upriver.media.SegmentFacts;
import io.upriver.schemas.Container;
import org.jspecify.annotations.Nullable;

/**
 * A segment of a live stream as a playlist needs it: all but the media.
 *
 * @param timeMillis of its record, in milliseconds since 1970 UTC: when its last picture was there
 * @param durationMillis how long it plays, 0 where nobody says
 * @param discontinuity whether its sender says that it does not go on where the one before ended
 * @param endOfStream whether its sender says that none follows
 * @param media null exactly where it cannot be played
 * @param absence null exactly where it can
 */
public record LiveSegment(
        long sequence,
        long timeMillis,
        long durationMillis,
        boolean discontinuity,
        boolean endOfStream,
        @Nullable Media media,
        @Nullable Absence absence) {

    public LiveSegment {
        if ((media == null) == (absence == null)) {
            throw new IllegalArgumentException(
                    "segment %d: expected media or why there are none, got %s"
                            .formatted(sequence, media == null ? "neither" : "both"));
        }
    }

    /** The same, with the other's init section and facts in place of equal ones of its own. */
    LiveSegment sharing(LiveSegment other) {
        if (media == null || other.media == null) {
            return this;
        }
        return new LiveSegment(
                sequence,
                timeMillis,
                durationMillis,
                discontinuity,
                endOfStream,
                media.sharing(other.media),
                null);
    }

    /**
     * Where the media are, and what they are.
     *
     * @param bytes of the record's value
     * @param init null exactly for MPEG-TS
     */
    public record Media(
            Place place,
            Container container,
            int bytes,
            SegmentFacts facts,
            @Nullable InitSection init) {

        /** Bytes that a player fetches for it, without the init section. */
        public int playedBytes() {
            return bytes - (init == null ? 0 : init.bytes().length);
        }

        /** The ending of its name. */
        public String ending() {
            return container == Container.MPEG_TS ? "ts" : "m4s";
        }

        private Media sharing(Media other) {
            return new Media(
                    place,
                    container,
                    bytes,
                    facts.equals(other.facts) ? other.facts : facts,
                    init != null && init.equals(other.init) ? other.init : init);
        }

        /** Whether a player can go on from this one to the other without being told. */
        boolean goesOnWith(Media next) {
            return container == next.container
                    && facts.isLike(next.facts)
                    && (init == null ? next.init == null : init.equals(next.init));
        }
    }

    /**
     * Why a segment cannot be played.
     *
     * @param isForGood whether its stream is of a kind that cannot be played at all
     */
    public record Absence(boolean isForGood, String reason) {}
}
