package io.upriver.segment;

import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * How fast the work on one segment gets on, and whether it will be done in time by the way that was
 * chosen.
 *
 * <p>Where it will not be, {@link LateException} ends it: as late as a cheaper way still is in
 * time, since a guess gets better with every frame, or as soon as there is no doubt. Once that
 * moment is over, the work goes on unless it is far from its end: a good segment a little late is
 * better than a poor one as late.
 *
 * <p>{@link #frameHandedOver} and {@link #lastFrameHandedOver} are for the decoding thread, {@link
 * #frameEncoded} is for the encoding one.
 */
final class Pace {

    /** Work that is ended by nobody. */
    static final Pace FREE = new Pace(null, "", 0, Long.MAX_VALUE, 0, 0, 0);

    /** A share of a segment's frames that says how fast the others will be. */
    private static final double TELLING = 1.0 / 8;

    /** So many times farther than far is so after the first frames, too. */
    private static final double HOPELESS = 4;

    private final @Nullable Clock clock;
    private final String way;
    private final long frames;
    private final long startMillis;
    private final long dueMillis;
    private final double tailMillis;
    private final double cheaperMillis;
    private final double farMillis;
    private long handedOver; // the decoding thread's, as the next
    private long firstAtMillis;
    private long lastAtMillis;
    private long encoded; // the encoding thread's

    /**
     * @param way its name, for what is said
     * @param frames that the segment has
     * @param dueMillis when it is to be done, on the clock
     * @param tailMillis what is expected to be left when the last frame was handed over
     * @param cheaperMillis what the segment is expected to take by the way it would be done by then
     * @param farMillis later than so much is no use at all
     */
    Pace(
            @Nullable Clock clock,
            String way,
            long frames,
            long dueMillis,
            double tailMillis,
            double cheaperMillis,
            double farMillis) {
        this.clock = clock;
        this.way = way;
        this.frames = frames;
        this.startMillis = clock == null ? 0 : clock.millis();
        this.dueMillis = dueMillis;
        this.tailMillis = tailMillis;
        this.cheaperMillis = cheaperMillis;
        this.farMillis = farMillis;
    }

    /**
     * A frame was handed to the encoder.
     *
     * @throws LateException if the segment is to be done by a cheaper way
     */
    void frameHandedOver() {
        if (clock == null) {
            return;
        }
        long now = clock.millis();
        handedOver++;
        if (handedOver == 1) {
            firstAtMillis = now; // what only the first one waits for does not come again
        }
        if (handedOver == 1 || handedOver >= frames) {
            return;
        }
        double perFrame = (double) (now - firstAtMillis) / (handedOver - 1);
        double expected = firstAtMillis - startMillis + perFrame * (frames - 1) + tailMillis;
        double lateMillis = startMillis + expected - dueMillis;
        boolean isLastMoment = now <= dueMillis && now + cheaperMillis >= dueMillis;
        double tooFar = (handedOver < TELLING * frames ? HOPELESS : 1) * farMillis;
        if (lateMillis > 0 && (isLastMoment || lateMillis > tooFar)) {
            throw late(handedOver, now, expected);
        }
    }

    /** All frames were handed over: what is left is the encoder's. */
    void lastFrameHandedOver() {
        if (clock != null) {
            lastAtMillis = clock.millis();
        }
    }

    /**
     * A frame came out of the encoder.
     *
     * @throws LateException if the segment is far too late
     */
    void frameEncoded() {
        if (clock == null) {
            return;
        }
        encoded++;
        long now = clock.millis();
        if (now - dueMillis > farMillis) {
            throw late(encoded, now, (double) now - startMillis);
        }
    }

    private LateException late(long done, long now, double expectedMillis) {
        return new LateException(
                "%s had %d of %d frames after %d ms, with %d ms left"
                        .formatted(way, done, frames, now - startMillis, dueMillis - now),
                expectedMillis);
    }

    /** What the segment took after its last frame was handed over, once it is done. */
    long tailMillis() {
        return clock == null ? 0 : clock.millis() - lastAtMillis;
    }

    long startMillis() {
        return startMillis;
    }
}
