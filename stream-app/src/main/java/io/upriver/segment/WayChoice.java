package io.upriver.segment;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the ways of one stream's segments, one segment after the other: always one that is
 * expected to be in time, and without going back and forth.
 *
 * <h2>Down at once, up with patience</h2>
 *
 * A segment that would be late by the way in use goes to the dearest one that will do. Up it goes
 * by one step, when that step can be hoped to be in time with room to spare, for as many segments
 * as the patience says. A step up that does not last doubles the patience, up to {@value
 * #MOST_PATIENCE} segments; one that lasts gives it back, and so does a machine that has become
 * much faster at the way in use. So one that is too slow for good is asked now and then, and one
 * that was busy for a while is used again after a few segments.
 *
 * <p>Segments that are late already when they are taken, before any was in time, are those that
 * have piled up while nobody worked on the stream. They say nothing of the ways. Thread-safe.
 */
final class WayChoice {

    static final int LEAST_PATIENCE = 2;
    static final int MOST_PATIENCE = 16;

    /** Where nothing is done to a segment, little is lost by trying. */
    static final int MOST_PATIENCE_WITH_NOTHING = 4;

    /** A way has lasted after so many segments. */
    static final int LASTING = 8;

    /** How much longer than expected a dearer way may take and still be in time. */
    static final double ROOM = 1.25;

    /** Less than so much of what the way in use took when it was fallen to is much faster. */
    static final double RELIEF = 0.6;

    private @Nullable String held; // null: what the stream asks for
    private boolean isBegun; // a segment was in time
    private boolean isTried; // held after a step up, which has not lasted yet
    private int sinceStep;
    private int inARow; // segments for which the next dearer way would have done
    private int patience = LEAST_PATIENCE;
    private double millisAtFall; // expected of the way in use then

    /**
     * What can be chosen.
     *
     * @param name of the way
     * @param millis what the segment is expected to take by it
     * @param hopedMillis the same at best
     */
    record Candidate(String name, double millis, double hopedMillis) {}

    /**
     * The way for the next segment.
     *
     * @param ladder dearest first, beginning with what the stream asks for; the last one is taken
     *     where none is in time
     * @param leftMillis until the segment is late
     * @return its place in the ladder
     */
    synchronized int choose(List<Candidate> ladder, long leftMillis) {
        if (leftMillis <= 0 && !isBegun) {
            return ladder.size() - 1;
        }
        isBegun = true;
        int way = placeOf(ladder);
        if (!isInTime(ladder, way, leftMillis)) {
            return fall(ladder, way, leftMillis);
        }
        sinceStep++;
        if (isTried && sinceStep > LASTING) {
            isTried = false;
            patience = LEAST_PATIENCE;
        }
        if (way == 0) {
            return 0;
        }
        if (ladder.get(way).millis() < RELIEF * millisAtFall) {
            patience = LEAST_PATIENCE;
        }
        inARow = ladder.get(way - 1).hopedMillis() * ROOM <= leftMillis ? inARow + 1 : 0;
        if (inARow <= patience) {
            return way;
        }
        hold(ladder, way - 1);
        millisAtFall = 0;
        isTried = true;
        return way - 1;
    }

    /**
     * The way for the segment in work, of which it turned out that it will be late.
     *
     * @param given the place of the way that was given up
     */
    synchronized int giveUp(List<Candidate> ladder, int given, long leftMillis) {
        return fall(ladder, given, leftMillis);
    }

    /** How many segments later, at the earliest, the next dearer way is tried. */
    synchronized int segmentsToWait() {
        return Math.max(1, patience + 1 - inARow);
    }

    private int placeOf(List<Candidate> ladder) {
        for (int i = 0; i < ladder.size(); i++) {
            if (ladder.get(i).name().equals(held)) {
                return i;
            }
        }
        return 0;
    }

    private int fall(List<Candidate> ladder, int from, long leftMillis) {
        int way = Math.min(from + 1, ladder.size() - 1);
        while (!isInTime(ladder, way, leftMillis)) {
            way++;
        }
        if (isTried) {
            isTried = false;
            patience *= 2;
        }
        boolean isNothing = way == ladder.size() - 1;
        patience = Math.min(patience, isNothing ? MOST_PATIENCE_WITH_NOTHING : MOST_PATIENCE);
        hold(ladder, way);
        millisAtFall = ladder.get(way).millis();
        return way;
    }

    private void hold(List<Candidate> ladder, int way) {
        held = way == 0 ? null : ladder.get(way).name();
        sinceStep = 0;
        inARow = 0;
    }

    private static boolean isInTime(List<Candidate> ladder, int way, long leftMillis) {
        return way == ladder.size() - 1 || ladder.get(way).millis() <= leftMillis;
    }
}
