package io.upriver.media;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a segment says of its pictures without decoding them: when they are shown, and how they are
 * coded.
 *
 * @param startMillis when the first is shown, on the segment's own clock
 * @param durationMillis from then to the end of the last one
 * @param clockMillis after which time that clock begins again at 0, or 0 where it does not
 * @param pictures codec and size
 * @param init a hash of the init section of an MP4, or 0
 */
public record SegmentSurvey(
        long startMillis, long durationMillis, long clockMillis, String pictures, int init) {

    /** Frames may be missing, and clocks of live sources are not exact. */
    private static final long TOLERANCE_MILLIS = 500;

    private static final long TRANSPORT_CLOCK_MILLIS = (1L << 33) / 90;

    /**
     * Looks at a segment.
     *
     * @return null where it cannot be read, or shows nothing: who upscales it will say why
     */
    public static @Nullable SegmentSurvey of(byte[] segment) {
        try (Demuxer demuxer = Demuxer.open(segment)) {
            Track video = demuxer.mainVideo();
            long start = Long.MAX_VALUE;
            long end = Long.MIN_VALUE;
            for (Packet next = demuxer.read(); next != null; next = demuxer.read()) {
                try (Packet packet = next) {
                    if (packet.trackIndex() == video.index() && packet.hasPts()) {
                        start = Math.min(start, packet.ptsTicks());
                        end = Math.max(end, packet.ptsTicks() + packet.durationTicks());
                    }
                }
            }
            if (start > end) {
                return null;
            }
            TimeBase clock = video.timeBase();
            long startNanos = clock.toNanos(start);
            return new SegmentSurvey(
                    startNanos / 1_000_000,
                    (clock.toNanos(end) - startNanos + 500_000) / 1_000_000,
                    demuxer.formatName().equals("mpegts") ? TRANSPORT_CLOCK_MILLIS : 0,
                    "%s %dx%d".formatted(video.codecName(), video.width(), video.height()),
                    Arrays.hashCode(FragmentCutter.initOf(segment)));
        } catch (MediaException e) {
            return null;
        }
    }

    /** Whether these pictures go on where others have ended. */
    public boolean continues(SegmentSurvey before) {
        long gap = startMillis - before.startMillis - before.durationMillis;
        if (clockMillis > 0 && clockMillis == before.clockMillis) {
            gap = Math.floorMod(gap + clockMillis / 2, clockMillis) - clockMillis / 2;
        }
        return Math.abs(gap) <= TOLERANCE_MILLIS
                && clockMillis == before.clockMillis
                && pictures.equals(before.pictures)
                && init == before.init;
    }
}
