package io.upriver.ontime;

import io.upriver.schemas.PictureSize;

/**
 * What is to be shown.
 *
 * @param streams that go on all the time, at least 1
 * @param more streams that come on top of those for a while, at least 1
 * @param size of the pictures
 * @param framesPerSecond at least 1
 * @param segmentMillis how long a segment is, a whole number of frames
 * @param seconds that each part takes
 * @param deadlineMillis of each stream
 * @param model that each stream asks for
 */
public record LivePlan(
        int streams,
        int more,
        PictureSize size,
        int framesPerSecond,
        int segmentMillis,
        int seconds,
        int deadlineMillis,
        String model) {

    public LivePlan {
        require("streams", streams, 1);
        require("overload", more, 1);
        require("fps", framesPerSecond, 1);
        require("segment", segmentMillis, 100);
        require("deadline", deadlineMillis, 1);
        if ((long) segmentMillis * framesPerSecond % 1000 != 0) {
            throw new IllegalArgumentException(
                    "segment: expected a whole number of frames, got %d ms at %d fps"
                            .formatted(segmentMillis, framesPerSecond));
        }
        if (seconds * 1000L < 5L * segmentMillis) {
            throw new IllegalArgumentException(
                    "seconds: expected at least 5 segments of %d ms, got %d s"
                            .formatted(segmentMillis, seconds));
        }
    }

    private static void require(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(
                    "%s: expected at least %d, got %d".formatted(name, least, value));
        }
    }

    int framesOfASegment() {
        return (int) ((long) segmentMillis * framesPerSecond / 1000);
    }

    /** All streams there are at times. */
    int allStreams() {
        return streams + more;
    }

    /** The name of a stream; the first ones go on all the time. */
    static String stream(int number) {
        return "live-" + number;
    }
}
