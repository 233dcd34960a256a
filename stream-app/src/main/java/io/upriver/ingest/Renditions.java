package io.upriver.ingest;

import io.upriver.ingest.PushRefusedException.Reason;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which rendition of a stream is taken: one, and another one when that has been quiet. Segments
 * whose names have nothing in common are none, unless they have the same number. Not thread-safe.
 */
final class Renditions {

    private static final int MOST = 8;
    private static final long QUIET_NANOS = 5_000_000_000L;

    private final String stream;
    private final Map<String, Integer> counts = new Eldest<>(MOST);
    private String taken = "";
    private @Nullable PushPath last;
    private long lastNanos;

    Renditions(String stream) {
        this.stream = stream;
    }

    /**
     * Refuses a segment of another rendition beside the one that is taken.
     *
     * @param lastMillis how long the last segment is
     */
    void require(PushPath path, long lastMillis) {
        String beside = taken.isEmpty() ? sameNumber(path) : taken;
        if (!path.rendition().equals(beside)) {
            long quiet = QUIET_NANOS + lastMillis * 3_000_000L;
            if (!beside.isEmpty() && System.nanoTime() - lastNanos < quiet) {
                throw new PushRefusedException(
                        Reason.OTHER_RENDITION,
                        "stream %s: expected segments of one rendition, that of %s, got %s; push others as streams of their own"
                                .formatted(stream, beside, path.folder() + path.name()));
            }
            taken = "";
        }
    }

    /** The rendition of the last segment where it has the same number, and nothing otherwise. */
    private String sameNumber(PushPath path) {
        boolean isSame = last != null && path.number() >= 0 && path.number() == last.number();
        return isSame ? last.rendition() : "";
    }

    /** A segment was taken. */
    void took(PushPath path) {
        String name = path.rendition();
        if (counts.merge(name, 1, Integer::sum) > 1) {
            taken = name;
        }
        last = path;
        lastNanos = System.nanoTime();
    }

    /** What comes from now on is another run. */
    void end() {
        taken = "";
        last = null;
        counts.clear();
    }
}
