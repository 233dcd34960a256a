package io.upriver.media;

import io.upriver.media.Mp4Boxes.Box;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the init section of an MP4 says of the fragments behind it, as far as cutting needs it:
 * which of them begin with a key frame, and how long they are.
 *
 * <p>Where there is nothing but sound, that leads, and every fragment of it begins with a key
 * frame.
 *
 * <p>Source: ISO/IEC 14496-12, 8.8.3 (trex), 8.8.7 (tfhd), 8.8.8 (trun), 8.8.3.1 (sample flags).
 * Immutable.
 */
final class Mp4Timing {

    private static final int IS_NO_KEY_FRAME = 0x10000;
    private static final String VIDEO = "vide";
    private static final String SOUND = "soun";

    /** A track, with the values that hold where a fragment says none. */
    private record Track(String kind, long timescale, long duration, int flags) {}

    /**
     * A fragment.
     *
     * @param leads whether it has any of the video track, or of the only one
     * @param beginsWithKeyFrame whether the first of them can be decoded without others
     * @param millis how long they are; 0 without any
     * @param baseOffsets where in its bytes 64-bit offsets from the beginning of the file stand
     */
    record Fragment(
            boolean leads, boolean beginsWithKeyFrame, double millis, List<Integer> baseOffsets) {}

    private final Map<Integer, Track> tracks = new HashMap<>();
    private String leading = VIDEO;

    private Mp4Timing() {}

    /** Whether it is one track, and sound. */
    boolean isSound() {
        return leading.equals(SOUND);
    }

    /** Whether there is any sound. */
    boolean hasSound() {
        return tracks.values().stream().anyMatch(track -> track.kind.equals(SOUND));
    }

    /**
     * Reads an init section's {@code moov} box.
     *
     * @throws CutException if it is damaged, or has neither exactly one video track nor one of
     *     sound alone
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
        List<String> kinds = timing.tracks.values().stream().map(Track::kind).sorted().toList();
        if (kinds.equals(List.of(SOUND))) {
            timing.leading = SOUND;
        } else if (Collections.frequency(kinds, VIDEO) != 1) {
            throw new CutException(
                    CutException.Kind.UNSUPPORTED,
                    "expected one video track, with its sound beside it, or a track of sound alone, got an init section of tracks %s"
                            .formatted(kinds.stream().map(Mp4Timing::printable).toList()));
        }
        return timing;
    }

    private static String printable(String kind) {
        return new Box(kind, 0, 0).name();
    }

    private void readIndex(byte[] moov) {
        Map<Integer, int[]> usual = new HashMap<>();
        for (Box box : inside(moov, "mvex")) {
            if (box.type().equals("trex")) {
                ByteBuffer in = Mp4Bytes.at(moov, box);
                in.getInt();
                int id = in.getInt();
                in.getInt();
                int duration = in.getInt();
                in.getInt();
                usual.put(id, new int[] {duration, in.getInt()});
            }
        }
        for (Box box : Mp4Bytes.children(moov, new Box("moov", Mp4Boxes.HEADER, moov.length))) {
            if (box.type().equals("trak")) {
                readTrack(moov, box, usual);
            }
        }
    }

    private void readTrack(byte[] moov, Box track, Map<Integer, int[]> usual) {
        Box header = Mp4Bytes.find(moov, track, List.of("tkhd"));
        Box clock = Mp4Bytes.find(moov, track, List.of("mdia", "mdhd"));
        Box handler = Mp4Bytes.find(moov, track, List.of("mdia", "hdlr"));
        int id = Mp4Bytes.behindTimes(moov, header).getInt();
        long timescale = Math.max(1, Mp4Bytes.behindTimes(moov, clock).getInt() & 0xFFFFFFFFL);
        int kind = (int) handler.content() + 8;
        String name = new String(moov, kind, 4, StandardCharsets.ISO_8859_1);
        int[] values = usual.getOrDefault(id, new int[2]);
        tracks.put(id, new Track(name, timescale, values[0] & 0xFFFFFFFFL, values[1]));
    }

    /**
     * Reads a {@code moof} box.
     *
     * @throws CutException if it is damaged
     */
    Fragment read(byte[] moof) {
        try {
            List<Integer> offsets = new ArrayList<>();
            boolean leads = false;
            boolean isKeyFrame = false;
            double millis = 0;
            for (Box box : Mp4Bytes.children(moof, new Box("moof", Mp4Boxes.HEADER, moof.length))) {
                if (box.type().equals("traf")) {
                    Run run = readRun(moof, box, offsets);
                    if (run.samples > 0 && run.leads) {
                        isKeyFrame = leads ? isKeyFrame : run.isKeyFrame;
                        leads = true;
                        millis += run.millis;
                    }
                }
            }
            return new Fragment(leads, isKeyFrame, millis, offsets);
        } catch (BufferUnderflowException
                | IllegalArgumentException
                | IndexOutOfBoundsException e) {
            throw new CutException(
                    CutException.Kind.BROKEN, "expected a whole moof box, it ends within another");
        }
    }

    private record Run(boolean leads, long samples, boolean isKeyFrame, double millis) {}

    private Run readRun(byte[] moof, Box traf, List<Integer> offsets) {
        ByteBuffer header = Mp4Bytes.at(moof, Mp4Bytes.find(moof, traf, List.of("tfhd")));
        int has = header.getInt();
        Track track = tracks.getOrDefault(header.getInt(), new Track("", 1, 0, 0));
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
        for (Box box : Mp4Bytes.children(moof, traf)) {
            if (!box.type().equals("trun")) {
                continue;
            }
            ByteBuffer in = Mp4Bytes.at(moof, box);
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
        return new Run(
                track.kind.equals(leading),
                samples,
                isKeyFrame || isSound(),
                ticks * 1000 / track.timescale);
    }

    private static List<Box> inside(byte[] moov, String type) {
        for (Box box : Mp4Bytes.children(moov, new Box("moov", Mp4Boxes.HEADER, moov.length))) {
            if (box.type().equals(type)) {
                return Mp4Bytes.children(moov, box);
            }
        }
        return List.of();
    }
}
