package io.upriver.media;

import java.time.Duration;

/**
 * How a live stream is cut, and what is waited for.
 *
 * @param segmentSeconds segments end at the first clean key frame after so long
 * @param maxBytes what a segment may have at most
 * @param opening how long a sender may take until it is known what it sends
 * @param silence how long nothing, or no picture, may come after that
 * @param largest the largest picture that is decoded
 */
public record LiveLimits(
        double segmentSeconds,
        long maxBytes,
        Duration opening,
        Duration silence,
        LargestPicture largest) {

    public LiveLimits {
        if (!(segmentSeconds > 0)) {
            throw new IllegalArgumentException(
                    "segment length: expected more than 0 s, got " + segmentSeconds);
        }
        if (maxBytes < 1 || !isPositive(opening) || !isPositive(silence)) {
            throw new IllegalArgumentException(
                    "expected limits above 0, got %d bytes, %s for opening and %s of silence"
                            .formatted(maxBytes, opening, silence));
        }
    }

    private static boolean isPositive(Duration time) {
        return !time.isZero() && !time.isNegative();
    }

    /** With 15 s for opening, 10 s of silence and pictures of any size. */
    public static LiveLimits of(double segmentSeconds, long maxBytes) {
        return new LiveLimits(
                segmentSeconds,
                maxBytes,
                Duration.ofSeconds(15),
                Duration.ofSeconds(10),
                LargestPicture.ANY);
    }
}
