package io.upriver.media;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a player has to be told of a segment before it plays it.
 *
 * @param width of its first picture, in samples
 * @param framesPerSecond 0 where it is not known
 * @param codecs of picture and sound, as in RFC 6381 with a comma between them; null where one of
 *     them has no name
 * @param durationMillis how long its pictures are shown
 */
public record SegmentFacts(
        int width,
        int height,
        double framesPerSecond,
        @Nullable String codecs,
        long durationMillis) {

    private static final long NANOS_PER_MILLI = 1_000_000;

    /**
     * Looks at a segment, and decodes no more of it than FFmpeg does to see what it is.
     *
     * @param largest the largest pictures that are looked at
     * @throws MediaException if it is no segment with pictures
     */
    public static SegmentFacts of(byte[] segment, LargestPicture largest) {
        try (Demuxer demuxer = Demuxer.open(segment, largest)) {
            Track video = demuxer.mainVideo();
            return new SegmentFacts(
                    video.width(),
                    video.height(),
                    video.framesPerSecond(),
                    codecs(demuxer, video),
                    durationMillis(demuxer, video));
        }
    }

    /** Whether a decoder can go on from one to the other. */
    public boolean isLike(SegmentFacts other) {
        return width == other.width
                && height == other.height
                && (codecs == null ? other.codecs == null : codecs.equals(other.codecs));
    }

    private static @Nullable String codecs(Demuxer demuxer, Track video) {
        Set<String> names = new LinkedHashSet<>();
        names.add(CodecString.of(video));
        for (Track track : demuxer.tracks()) {
            if (track.kind() == Track.Kind.AUDIO) {
                names.add(CodecString.of(track));
            }
        }
        return names.contains(null) ? null : String.join(",", names);
    }

    private static long durationMillis(Demuxer demuxer, Track video) {
        long first = Long.MAX_VALUE;
        long end = Long.MIN_VALUE;
        for (Packet next = demuxer.read(); next != null; next = demuxer.read()) {
            try (Packet packet = next) {
                if (packet.trackIndex() == video.index() && packet.hasPts()) {
                    first = Math.min(first, packet.ptsTicks());
                    end = Math.max(end, packet.ptsTicks() + packet.durationTicks());
                }
            }
        }
        long ticks = Math.max(0, end - first);
        return end == Long.MIN_VALUE
                ? 0
                : Math.round((double) video.timeBase().toNanos(ticks) / NANOS_PER_MILLI);
    }
}
