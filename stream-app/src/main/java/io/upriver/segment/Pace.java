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
 * <p>Used by the thread that encodes the segment; the figures may be read after its end.
 */
final class Pace {

    /** Work that is ended by nobody. */
    static final Pace FREE = new Pace(null, "", 0, Long.MAX_VALUE, 0, 0, 0);

    /** A share of a segment's frames that says how fast the others will be. */
    private static final double TELLING = 1.0 / 8;

    /** So many times farther than far is so after the first frames, too. */
    private static final double HOPELESS = 4;

    private static final double MOST_TAIL = 0.9;

    private final @Nullable Clock clock;
    private final String way;
    private final long frames;
    private final long startMillis;
    private final long dueMillis;
    private final double tail;
    private final double cheaperMillis;
    private final double farMillis;
    private long done;
    private long firstAtMillis;
    private long lastAtMillis;

    /**
     * @param way its name, for what is said
     * @param frames that the segment has
     * @param dueMillis when it is to be done, on the clock
     * @param tail how much of the time is expected to be left when the encoder was given the last
     *     frame, 0 to 1
     * @param cheaperMillis what the segment is expected to take by the way it would be done by then
     * @param farMillis later than so much is no use at all
     */
    Pace(
            @Nullable Clock clock,
            String way,
            long frames,
            long dueMillis,
            double tail,
            double cheaperMillis,
            double farMillis) {
        this.clock = clock;
        this.way = way;
        this.frames = frames;
        this.startMillis = clock == null ? 0 : clock.millis();
        this.dueMillis = dueMillis;
        this.tail = Math.min(tail, MOST_TAIL);
        this.cheaperMillis = cheaperMillis;
        this.farMillis = farMillis;
    }

    /**
     * The encoder has taken a frame.
     *
     * @throws LateException if the segment is to be done by a cheaper way
     */
    void frameDone() {
        if (clock == null) {
            return;
        }
        long now = clock.millis();
        lastAtMillis = now;
        done++;
        if (done == 1) {
            firstAtMillis = now; // what only the first one waits for does not come again
        }
        if (done == 1 || done >= frames) {
            return;
        }
        double perFrame = (double) (now - firstAtMillis) / (done - 1);
        double expected = (firstAtMillis - startMillis + perFrame * (frames - 1)) / (1 - tail);
        double lateMillis = startMillis + expected - dueMillis;
        boolean isLastMoment = now <= dueMillis && now + cheaperMillis >= dueMillis;
        double tooFar = (done < TELLING * frames ? HOPELESS : 1) * farMillis;
        if (lateMillis > 0 && (isLastMoment || lateMillis > tooFar)) {
            throw late(now, expected);
        }
    }

    /**
     * A packet came out of the encoder.
     *
     * @throws LateException if the segment is far too late
     */
    void packetDone() {
        if (clock == null) {
            return;
        }
        long now = clock.millis();
        if (now - dueMillis > farMillis) {
            throw late(now, (double) now - startMillis);
        }
    }

    private LateException late(long now, double expectedMillis) {
        return new LateException(
                "%s had %d of %d frames after %d ms, with %d ms left"
                        .formatted(way, done, frames, now - startMillis, dueMillis - now),
                expectedMillis);
    }

    /** What the segment took after the encoder had taken its last frame, once it is done. */
    long tailMillis() {
        return clock == null ? 0 : clock.millis() - lastAtMillis;
    }

    long startMillis() {
        return startMillis;
    }
}
