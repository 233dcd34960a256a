package io.upriver.media;

import io.upriver.media.Mp4Boxes.Box;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * What the init section of a track of sound says of its fragments.
 *
 * @param init the section, {@code moov} last
 * @param ticksPerSecond the track's clock
 * @param editTicks the time on that clock that is shown as 0: what lies before is there for the
 *     decoder alone
 * @param usual description, duration and size of samples of which their fragment does not say it
 */
@SuppressWarnings("ArrayRecordComponent") // read, never modified; compared below
record SoundTrack(byte[] init, long ticksPerSecond, long editTicks, int[] usual) {

    /**
     * Reads an init section.
     *
     * @throws CutException if it is damaged
     */
    static SoundTrack of(byte[] init) {
        try {
            Box index = index(init);
            Box track = Mp4Bytes.find(init, index, List.of("trak"));
            Box clock = Mp4Bytes.find(init, track, List.of("mdia", "mdhd"));
            ByteBuffer usual =
                    Mp4Bytes.at(init, Mp4Bytes.find(init, index, List.of("mvex", "trex")));
            usual.getLong();
            long ticks = Math.max(1, Mp4Bytes.behindTimes(init, clock).getInt() & 0xFFFFFFFFL);
            return new SoundTrack(
                    init,
                    ticks,
                    editTicks(init, track, ticks),
                    new int[] {usual.getInt(), usual.getInt(), usual.getInt()});
        } catch (BufferUnderflowException
                | IllegalArgumentException
                | IndexOutOfBoundsException e) {
            throw new CutException(
                    CutException.Kind.BROKEN,
                    "expected a whole init section of sound, it ends within a box");
        }
    }

    /** The {@code moov} of an init section. */
    static Box index(byte[] init) {
        return Mp4Bytes.find(init, new Box("init", 0, init.length), List.of("moov"));
    }

    /** Where the first edit that shows something begins in the media, less what is empty before. */
    private static long editTicks(byte[] init, Box track, long ticksPerSecond) {
        Box whole = Mp4Bytes.find(init, index(init), List.of("mvhd"));
        long wholeTicks = Math.max(1, Mp4Bytes.behindTimes(init, whole).getInt() & 0xFFFFFFFFL);
        long empty = 0;
        for (Box box : Mp4Bytes.children(init, track)) {
            if (box.type().equals("edts")) {
                ByteBuffer in = Mp4Bytes.at(init, Mp4Bytes.find(init, box, List.of("elst")));
                boolean isLong = in.getInt() >>> 24 == 1;
                for (long left = in.getInt() & 0xFFFFFFFFL; left > 0; left--) {
                    long length = isLong ? in.getLong() : in.getInt() & 0xFFFFFFFFL;
                    long time = isLong ? in.getLong() : in.getInt();
                    in.getInt(); // how fast
                    if (time >= 0) {
                        return time - empty * ticksPerSecond / wholeTicks;
                    }
                    empty += length;
                }
            }
        }
        return 0;
    }

    /** When a sample is heard, with what this track says is shown as 0. */
    long nanos(long ticks) {
        long shown = ticks - editTicks;
        return Math.floorDiv(shown, ticksPerSecond) * 1_000_000_000L
                + Math.floorMod(shown, ticksPerSecond) * 1_000_000_000L / ticksPerSecond;
    }

    boolean isLike(SoundTrack other) {
        return Arrays.equals(init, other.init);
    }
}
