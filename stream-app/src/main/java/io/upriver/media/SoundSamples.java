package io.upriver.media;

import io.upriver.media.Mp4Boxes.Box;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Samples of one track of sound that follow each other: a fragment, or a part of one. Times are on
 * the track's own clock, as it is shown. Immutable.
 *
 * <p>Source: ISO/IEC 14496-12, 8.8.7 (tfhd), 8.8.8 (trun), 8.8.12 (tfdt).
 */
public final class SoundSamples {

    private static final int NAMES_BASE = 0x1;
    private static final int NAMES_DESCRIPTION = 0x2;
    private static final int NAMES_DURATION = 0x8;
    private static final int NAMES_SIZE = 0x10;
    private static final int NAMES_FLAGS = 0x20;
    private static final int BASE_IS_MOOF = 0x20000;
    private static final int RUN_HAS_OFFSET = 0x1;
    private static final int RUN_HAS_FLAGS = 0x4;
    private static final int HAS_DURATION = 0x100;
    private static final int HAS_SIZE = 0x200;
    private static final int HAS_FLAGS = 0x400;
    private static final int HAS_TIME = 0x800;
    private static final int MOST = 1 << 20;

    /** It depends on no other sample, and so is a key frame. */
    private static final int DEPENDS_ON_NONE = 0x2000000;

    private final SoundTrack track;
    private final int description;
    private final long startTicks;
    private final int[] ticks;
    private final int[] sizes;
    private final byte[] data;

    private SoundSamples(
            SoundTrack track,
            int description,
            long startTicks,
            int[] ticks,
            int[] sizes,
            byte[] data) {
        this.track = track;
        this.description = description;
        this.startTicks = startTicks;
        this.ticks = ticks;
        this.sizes = sizes;
        this.data = data;
    }

    /**
     * Reads a piece that {@link FragmentCutter} has cut of a track of sound.
     *
     * @throws CutException if it is damaged, or does not say when it is heard
     */
    public static SoundSamples of(byte[] piece) {
        byte[] init = FragmentCutter.initOf(piece);
        SoundTrack track = SoundTrack.of(init);
        try {
            for (Box box : Mp4Bytes.all(piece, init.length)) {
                if (box.type().equals("moof")) {
                    return read(track, piece, box);
                }
            }
        } catch (BufferUnderflowException
                | IllegalArgumentException
                | IndexOutOfBoundsException e) {
            throw new CutException(
                    CutException.Kind.BROKEN, "expected a whole fragment of sound, it is damaged");
        }
        throw new CutException(CutException.Kind.BROKEN, "expected a fragment of sound, got none");
    }

    private static SoundSamples read(SoundTrack track, byte[] piece, Box moof) {
        Box traf = Mp4Bytes.find(piece, moof, List.of("traf"));
        ByteBuffer time = Mp4Bytes.at(piece, Mp4Bytes.find(piece, traf, List.of("tfdt")));
        boolean isLong = time.getInt() >>> 24 == 1;
        long start = isLong ? time.getLong() : time.getInt() & 0xFFFFFFFFL;
        ByteBuffer header = Mp4Bytes.at(piece, Mp4Bytes.find(piece, traf, List.of("tfhd")));
        int has = header.getInt();
        header.getInt();
        long base = (has & NAMES_BASE) != 0 ? header.getLong() : moof.content() - Mp4Boxes.HEADER;
        int[] usual = track.usual().clone();
        int[] named = {NAMES_DESCRIPTION, NAMES_DURATION, NAMES_SIZE};
        for (int i = 0; i < named.length; i++) {
            usual[i] = (has & named[i]) != 0 ? header.getInt() : usual[i];
        }
        int[] ticks = new int[0];
        int[] sizes = new int[0];
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        long at = base;
        for (Box box : Mp4Bytes.children(piece, traf)) {
            if (!box.type().equals("trun")) {
                continue;
            }
            ByteBuffer in = Mp4Bytes.at(piece, box);
            int each = in.getInt();
            int count = in.getInt();
            at = (each & RUN_HAS_OFFSET) != 0 ? base + in.getInt() : at;
            in.position(in.position() + ((each & RUN_HAS_FLAGS) != 0 ? 4 : 0));
            int first = ticks.length;
            if (count < 0 || count > MOST - first) {
                throw new IllegalArgumentException("more samples than a fragment has");
            }
            ticks = Arrays.copyOf(ticks, first + count);
            sizes = Arrays.copyOf(sizes, first + count);
            int others = Integer.bitCount(each & (HAS_FLAGS | HAS_TIME)) * 4;
            for (int i = first; i < ticks.length; i++) {
                ticks[i] = (each & HAS_DURATION) != 0 ? in.getInt() : usual[1];
                sizes[i] = (each & HAS_SIZE) != 0 ? in.getInt() : usual[2];
                in.position(in.position() + others);
                if (ticks[i] < 0 || sizes[i] < 0) {
                    throw new IllegalArgumentException("a sample of more than 2^31");
                }
                data.write(piece, Math.toIntExact(at), sizes[i]);
                at += sizes[i];
            }
        }
        return new SoundSamples(track, usual[0], start, ticks, sizes, data.toByteArray());
    }

    SoundTrack track() {
        return track;
    }

    /** How many there are. */
    public int count() {
        return ticks.length;
    }

    /** How many bytes of memory they take, about. */
    public int bytes() {
        return data.length + Long.BYTES * ticks.length;
    }

    /** When the first is heard, in nanoseconds. */
    public long startNanos() {
        return track.nanos(startTicks);
    }

    /** When the last is over, in nanoseconds. */
    public long endNanos() {
        return track.nanos(startTicks + sum(ticks, ticks.length));
    }

    /** Whether a decoder that has begun with one can go on with the other. */
    public boolean isCodedLike(SoundSamples other) {
        return track.isLike(other.track);
    }

    /** Whether it is the same sound at the same time. */
    public boolean isSameAs(SoundSamples other) {
        return startTicks == other.startTicks && Arrays.equals(data, other.data);
    }

    /** Those that begin before a time. */
    public SoundSamples before(long nanos) {
        return part(0, countBefore(nanos));
    }

    /** Those that begin at a time or later. */
    public SoundSamples from(long nanos) {
        return part(countBefore(nanos), ticks.length);
    }

    private int countBefore(long nanos) {
        long at = startTicks;
        for (int i = 0; i < ticks.length; i++) {
            if (track.nanos(at) >= nanos) {
                return i;
            }
            at += ticks[i];
        }
        return ticks.length;
    }

    private SoundSamples part(int from, int to) {
        if (from == 0 && to == ticks.length) {
            return this;
        }
        return new SoundSamples(
                track,
                description,
                startTicks + sum(ticks, from),
                Arrays.copyOfRange(ticks, from, to),
                Arrays.copyOfRange(sizes, from, to),
                Arrays.copyOfRange(data, (int) sum(sizes, from), (int) sum(sizes, to)));
    }

    private static long sum(int[] values, int count) {
        return Arrays.stream(values, 0, count).asLongStream().sum();
    }

    /** A fragment of them: {@code moof} and {@code mdat}. */
    byte[] fragment(int trackId, int number) {
        byte[] header = numbers(BASE_IS_MOOF | NAMES_DESCRIPTION | NAMES_FLAGS, trackId);
        byte[] time = ByteBuffer.allocate(12).putInt(1 << 24).putLong(startTicks).array();
        ByteBuffer run = ByteBuffer.allocate(12 + 8 * ticks.length);
        run.putInt(RUN_HAS_OFFSET | HAS_DURATION | HAS_SIZE).putInt(ticks.length).putInt(0);
        for (int i = 0; i < ticks.length; i++) {
            run.putInt(ticks[i]).putInt(sizes[i]);
        }
        byte[] moof =
                Mp4Bytes.box(
                        "moof",
                        Mp4Bytes.box("mfhd", numbers(0, number)),
                        Mp4Bytes.box(
                                "traf",
                                Mp4Bytes.box("tfhd", header, numbers(description, DEPENDS_ON_NONE)),
                                Mp4Bytes.box("tfdt", time),
                                Mp4Bytes.box("trun", run.array())));
        int offsetAt = moof.length - run.capacity() + 8; // the run is its last part
        ByteBuffer.wrap(moof).putInt(offsetAt, moof.length + Mp4Boxes.HEADER);
        byte[] media = Mp4Bytes.box("mdat", data);
        byte[] both = Arrays.copyOf(moof, moof.length + media.length);
        System.arraycopy(media, 0, both, moof.length, media.length);
        return both;
    }

    private static byte[] numbers(int first, int second) {
        return ByteBuffer.allocate(8).putInt(first).putInt(second).array();
    }
}
