package io.upriver.ingest;

/**
 * A segment that the brokers have.
 *
 * @param bytes how large it is
 * @param durationMillis how long it plays
 * @param behindMillis by how much more time has gone than the segments play, since the connection
 *     was the least behind; a sender in real time keeps it near 0
 */
public record SentSegment(
        long sequence,
        int bytes,
        long durationMillis,
        long behindMillis,
        boolean discontinuity,
        boolean endOfStream) {}
