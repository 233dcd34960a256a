package io.upriver.ingest;

import java.util.Map;

/**
 * What the names of a stream's segments tell of their order: numbers that go up by one, that leave
 * something out, that begin anew, and segments that are sent again. Names without numbers tell
 * nothing but the latter. Not thread-safe.
 */
final class PushOrder {

    private static final int MOST = 64;

    /** What a segment is to those before it. */
    enum Place {
        /** It goes on. */
        NEXT,
        /** Some are missing before it. */
        BEHIND_A_GAP,
        /** The numbers have begun again. */
        RESTART,
        /** It was the last one already. */
        REPEATED,
        /**
         * It was taken before some others: either it is sent again, or an encoder has begun again
         * with the same pictures. What follows tells.
         */
        REPEATED_OR_RESTART
    }

    private final Map<String, String> taken = new Eldest<>(MOST);

    private String last = "";
    private long number = -1;
    private boolean countsByOne;
    private boolean any;

    /**
     * Where a segment belongs.
     *
     * @param digest of its bytes
     */
    Place placeOf(PushPath path, String digest) {
        if (digest.equals(taken.get(path.name()))) {
            return path.name().equals(last) ? Place.REPEATED : Place.REPEATED_OR_RESTART;
        }
        if (!any || path.number() < 0 || number < 0) {
            return Place.NEXT;
        }
        if (path.number() <= number) {
            return Place.RESTART;
        }
        return countsByOne && path.number() > number + 1 ? Place.BEHIND_A_GAP : Place.NEXT;
    }

    /** Whether it bears the number behind the last one taken. */
    boolean isNext(PushPath path) {
        return path.number() >= 0 && path.number() == number + 1;
    }

    /** The segment was taken. */
    void taken(PushPath path, String digest, Place place) {
        if (place == Place.RESTART) {
            taken.clear();
            countsByOne = false;
        } else if (any && path.number() == number + 1) {
            countsByOne = true;
        } else if (place != Place.BEHIND_A_GAP) {
            countsByOne = false;
        }
        any = true;
        number = path.number();
        last = path.name();
        taken.remove(path.name());
        taken.put(path.name(), digest);
    }
}
