package io.upriver.media;

import io.upriver.media.Mp4Boxes.Box;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the init section of an MP4 says of the fragments behind it, as far as cutting needs it:
 * which of them begin with a key frame, and how long they are.
 *
 * <p>Source: ISO/IEC 14496-12, 8.8.3 (trex), 8.8.7 (tfhd), 8.8.8 (trun), 8.8.3.1 (sample flags).
 * Immutable.
 */
final class Mp4Timing {

    private static final int IS_NO_KEY_FRAME = 0x10000;

    /** A track, with the values that hold where a fragment says none. */
    private record Track(boolean isVideo, long timescale, long duration, int flags) {}

    /**
     * A fragment.
     *
     * @param hasPictures whether it has any of the video track
     * @param beginsWithKeyFrame whether the first of them can be decoded without others
     * @param millis how long they are shown; 0 without pictures
     * @param baseOffsets where in its bytes 64-bit offsets from the beginning of the file stand
     */
    record Fragment(
            boolean hasPictures,
            boolean beginsWithKeyFrame,
            double millis,
            List<Integer> baseOffsets) {}

    private final Map<Integer, Track> tracks = new HashMap<>();

    private Mp4Timing() {}

    /**
     * Reads an init section's {@code moov} box.
     *
     * @throws CutException if it is damaged, or has not exactly one video track
     */
    static Mp4Timing of(byte[] moov) {
        Mp4Timing timing = new Mp4Timing();
        try {
            timing.readIndex(moov);
        } catch (BufferUnderflowException
                | IllegalArgumentException
                | IndexOutOfBoundsException e) {
            throw new CutException(
                    CutException.Kind.BROKEN,
                    "expected a whole init section, it ends within a box");
        }
        long videos = timing.tracks.values().stream().filter(Track::isVideo).count();
        if (videos != 1) {
            throw new CutException(
                    CutException.Kind.UNSUPPORTED,
                    "expected one video track, with its sound beside it in the same fragments, got an init section of %d tracks, %d of them video"
                            .formatted(timing.tracks.size(), videos));
        }
        return timing;
    }

    private void readIndex(byte[] moov) {
        Map<Integer, int[]> usual = new HashMap<>();
        for (Box box : inside(moov, "mvex")) {
            if (box.type().equals("trex")) {
                ByteBuffer in = at(moov, box);
                in.getInt();
                int id = in.getInt();
                in.getInt();
                int duration = in.getInt();
                in.getInt();
                usual.put(id, new int[] {duration, in.getInt()});
            }
        }
        for (Box box : children(moov, new Box("moov", Mp4Boxes.HEADER, moov.length))) {
            if (box.type().equals("trak")) {
                readTrack(moov, box, usual);
            }
        }
    }

    private void readTrack(byte[] moov, Box track, Map<Integer, int[]> usual) {
        Box header = find(moov, track, List.of("tkhd"));
        Box clock = find(moov, track, List.of("mdia", "mdhd"));
        Box handler = find(moov, track, List.of("mdia", "hdlr"));
        int id = behindTimes(moov, header);
        long timescale = Math.max(1, behindTimes(moov, clock) & 0xFFFFFFFFL);
        int kind = (int) handler.content() + 8;
        boolean isVideo = new String(moov, kind, 4, StandardCharsets.ISO_8859_1).equals("vide");
        int[] values = usual.getOrDefault(id, new int[2]);
        tracks.put(id, new Track(isVideo, timescale, values[0] & 0xFFFFFFFFL, values[1]));
    }

    /** The number behind version, flags, and the times of making and of changing. */
    private static int behindTimes(byte[] moov, Box box) {
        ByteBuffer in = at(moov, box);
        boolean isLong = in.getInt() >>> 24 == 1;
        in.position(in.position() + (isLong ? 16 : 8));
        return in.getInt();
    }

    /**
     * Reads a {@code moof} box.
     *
     * @throws CutException if it is damaged
     */
    Fragment read(byte[] moof) {
        try {
            List<Integer> offsets = new ArrayList<>();
            boolean hasPictures = false;
            boolean isKeyFrame = false;
            double millis = 0;
            for (Box box : children(moof, new Box("moof", Mp4Boxes.HEADER, moof.length))) {
                if (box.type().equals("traf")) {
                    Run run = readRun(moof, box, offsets);
                    if (run.samples > 0 && run.isVideo) {
                        isKeyFrame = hasPictures ? isKeyFrame : run.isKeyFrame;
                        hasPictures = true;
                        millis += run.millis;
                    }
                }
            }
            return new Fragment(hasPictures, isKeyFrame, millis, offsets);
        } catch (BufferUnderflowException
                | IllegalArgumentException
                | IndexOutOfBoundsException e) {
            throw new CutException(
                    CutException.Kind.BROKEN, "expected a whole moof box, it ends within another");
        }
    }

    private record Run(boolean isVideo, long samples, boolean isKeyFrame, double millis) {}

    private Run readRun(byte[] moof, Box traf, List<Integer> offsets) {
        ByteBuffer header = at(moof, find(moof, traf, List.of("tfhd")));
        int has = header.getInt();
        Track track = tracks.getOrDefault(header.getInt(), new Track(false, 1, 0, 0));
        if ((has & 0x1) != 0) {
            offsets.add(header.position());
            header.getLong();
        }
        header.position(header.position() + ((has & 0x2) != 0 ? 4 : 0));
        long duration = (has & 0x8) != 0 ? header.getInt() & 0xFFFFFFFFL : track.duration;
        header.position(header.position() + ((has & 0x10) != 0 ? 4 : 0));
        int flags = (has & 0x20) != 0 ? header.getInt() : track.flags;
        long samples = 0;
        double ticks = 0;
        int first = flags;
        for (Box box : children(moof, traf)) {
            if (!box.type().equals("trun")) {
                continue;
            }
            ByteBuffer in = at(moof, box);
            int each = in.getInt();
            long count = in.getInt() & 0xFFFFFFFFL;
            in.position(in.position() + ((each & 0x1) != 0 ? 4 : 0));
            int firstHere = (each & 0x4) != 0 ? in.getInt() : flags;
            int rest = Integer.bitCount(each & 0xE00) * 4;
            if ((each & 0x400) != 0 && count > 0) {
                int before = Integer.bitCount(each & 0x300) * 4;
                firstHere = in.getInt(in.position() + before);
            }
            first = samples == 0 ? firstHere : first;
            if ((each & 0x100) != 0) {
                for (long i = 0; i < count; i++) {
                    ticks += in.getInt() & 0xFFFFFFFFL;
                    in.position(in.position() + rest);
                }
            } else {
                ticks += (double) count * duration;
            }
            samples += count;
        }
        boolean isKeyFrame = (first & IS_NO_KEY_FRAME) == 0;
        return new Run(track.isVideo, samples, isKeyFrame, ticks * 1000 / track.timescale);
    }

    private static List<Box> inside(byte[] moov, String type) {
        for (Box box : children(moov, new Box("moov", Mp4Boxes.HEADER, moov.length))) {
            if (box.type().equals(type)) {
                return children(moov, box);
            }
        }
        return List.of();
    }

    private static List<Box> children(byte[] bytes, Box parent) {
        try {
            return Mp4Boxes.within(parent, ByteSource.of(bytes)).boxes();
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory cannot be read", e);
        }
    }

    private static Box find(byte[] bytes, Box parent, List<String> types) {
        try {
            Box found = Mp4Boxes.inside(parent, types, ByteSource.of(bytes));
            if (found != null) {
                return found;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory cannot be read", e);
        }
        throw new CutException(
                CutException.Kind.BROKEN,
                "expected the box %s in '%s', it is not there"
                        .formatted(String.join("/", types), parent.name()));
    }

    private static ByteBuffer at(byte[] bytes, Box box) {
        long end = Math.min(box.end(), bytes.length);
        int length = (int) Math.max(0, end - box.content());
        return ByteBuffer.wrap(bytes, 0, (int) box.content() + length)
                .position((int) box.content());
    }
}
