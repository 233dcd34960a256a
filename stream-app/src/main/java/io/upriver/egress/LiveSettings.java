package io.upriver.egress;

import io.upriver.media.LargestPicture;
import java.time.Duration;

/**
 * Limits of what is served of live streams.
 *
 * @param window how much of a stream a playlist has
 * @param mostStreams streams that are known at a time; those go that are silent for longest
 * @param cacheBytes media that are kept in memory, of all streams together
 * @param largest the largest pictures that are looked at
 */
public record LiveSettings(
        Duration window, int mostStreams, long cacheBytes, LargestPicture largest) {

    public LiveSettings {
        if (window.compareTo(Duration.ofSeconds(1)) < 0
                || window.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException(
                    "window: expected a second to an hour, got " + window);
        }
        if (mostStreams < 1) {
            throw new IllegalArgumentException(
                    "max-streams: expected at least 1, got " + mostStreams);
        }
        if (cacheBytes < 0) {
            throw new IllegalArgumentException(
                    "cache-bytes: expected at least 0, got " + cacheBytes);
        }
    }
}
