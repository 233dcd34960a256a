package io.upriver.ingest;

import java.time.Duration;

/**
 * What pushers may ask of the service.
 *
 * @param maxSegmentBytes the largest segment
 * @param maxBytesPerSecond the most that comes of one stream, on average; a segment of the largest
 *     size may come at once
 * @param maxStreams the most streams at the same time
 * @param maxBacklog the most segments of a stream that are not upscaled yet
 * @param maxMemoryBytes the most bytes of all bodies that are held at the same time
 * @param segmentMillis how long the segments are that bodies without end are cut to
 * @param waitForSoundMillis the longest that a segment of video waits for sound that comes apart
 * @param idle how long a stream is known after the last bytes of it
 */
public record PushLimits(
        int maxSegmentBytes,
        long maxBytesPerSecond,
        int maxStreams,
        int maxBacklog,
        int maxMemoryBytes,
        long segmentMillis,
        long waitForSoundMillis,
        Duration idle) {

    private static final long LONGEST_WAIT_MILLIS = 60_000;

    public PushLimits {
        requirePositive("max-segment-bytes", maxSegmentBytes);
        requirePositive("max-bytes-per-second", maxBytesPerSecond);
        requirePositive("max-streams", maxStreams);
        requirePositive("max-backlog", maxBacklog);
        requirePositive("segment", segmentMillis);
        if (waitForSoundMillis < 0 || waitForSoundMillis > LONGEST_WAIT_MILLIS) {
            throw new IllegalArgumentException(
                    "wait-for-sound: expected 0 to %d ms, got %d"
                            .formatted(LONGEST_WAIT_MILLIS, waitForSoundMillis));
        }
        requirePositive("idle", idle.toMillis());
        if (maxMemoryBytes < maxSegmentBytes) {
            throw new IllegalArgumentException(
                    "max-memory-bytes: expected at least max-segment-bytes, %d, got %d"
                            .formatted(maxSegmentBytes, maxMemoryBytes));
        }
    }

    private static void requirePositive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "%s: expected at least 1, got %d".formatted(name, value));
        }
    }
}
