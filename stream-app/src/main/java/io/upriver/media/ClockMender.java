package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avformat.AVFMT_TS_DISCONT;

import java.util.HashMap;
import java.util.Map;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;

/**
 * Lets a clock that starts again or jumps go on: recordings put one after the other, an encoder
 * that was restarted. All later packets of all tracks are moved by the same time, so sound and
 * picture stay together.
 *
 * <p>Only for containers whose clock may jump (MPEG-TS and MPEG-PS; the others promise that it does
 * not). A jump is what the {@code ffmpeg} program takes for one by default: the decoding time of a
 * sound or picture packet is more than 0.1 s before the one before it, or more than 10 s from where
 * it should be. Not thread-safe.
 */
final class ClockMender {

    private static final long BACK_NANOS = 100_000_000;
    private static final long AWAY_NANOS = 10_000_000_000L;

    /** Decoding times of a track in its own ticks, as mended. */
    private record Position(long latest, long next) {}

    private final boolean mayJump;
    private final Map<Integer, Position> positions = new HashMap<>();
    private TimeBase clock = new TimeBase(1, 1);
    private long offsetTicks;

    ClockMender(AVInputFormat format) {
        this.mayJump = (format.flags() & AVFMT_TS_DISCONT) != 0;
    }

    /**
     * Moves the packet to where it belongs.
     *
     * @return true where the clock has jumped at this packet
     */
    boolean mend(AVPacket packet, Track track) {
        if (!mayJump || packet.dts() == Ffmpeg.NO_TIMESTAMP) {
            return false;
        }
        TimeBase own = track.timeBase();
        boolean timed = track.kind() == Track.Kind.VIDEO || track.kind() == Track.Kind.AUDIO;
        Position before = timed ? positions.get(track.index()) : null;
        long dts = packet.dts() + own.ticksOf(offsetTicks, clock);
        boolean jump =
                before != null
                        && (own.toNanos(before.latest() - dts) > BACK_NANOS
                                || Math.abs(own.toNanos(dts - before.next())) > AWAY_NANOS);
        if (jump) {
            offsetTicks = own.ticksOf(offsetTicks, clock) + before.next() - dts;
            clock = own;
        }
        long ticks = own.ticksOf(offsetTicks, clock);
        packet.dts(packet.dts() + ticks);
        if (packet.pts() != Ffmpeg.NO_TIMESTAMP) {
            packet.pts(packet.pts() + ticks);
        }
        positions.put(track.index(), new Position(packet.dts(), packet.dts() + packet.duration()));
        return jump;
    }
}
