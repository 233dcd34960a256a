package io.upriver.media;

import io.upriver.media.Mp4Boxes.Box;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the fragments of an MP4 or QuickTime file lie and how long each is shown, so that players
 * can fetch them one by one.
 *
 * <p>Source: ISO/IEC 14496-12, 8.8 (fragments), 8.4.2 (a track's clock).
 *
 * @param headerBytes the file's header, which lies in front: what every fragment needs
 * @param fragments in the order of the file
 */
public record FragmentIndex(long headerBytes, List<Fragment> fragments) {

    private static final int HAS_OFFSET = 0x1;
    private static final int HAS_FIRST_FLAGS = 0x4;
    private static final int HAS_DURATION = 0x100;
    private static final int HEADER_HAS_OFFSET = 0x1;
    private static final int HEADER_HAS_DESCRIPTION = 0x2;
    private static final int HEADER_HAS_DURATION = 0x8;
    private static final int[] OTHERS_OF_A_SAMPLE = {0x200, 0x400, 0x800}; // size, flags, time

    /**
     * One fragment: its index and its samples.
     *
     * @param offset where it begins in the file, in bytes
     * @param bytes how long it is in the file
     * @param seconds how long its pictures are shown
     */
    public record Fragment(long offset, long bytes, double seconds) {}

    /** The track of pictures: its number, its ticks a second, how many a sample has by default. */
    private record Pictures(int id, long ticksPerSecond, long usualTicks) {}

    public FragmentIndex {
        fragments = List.copyOf(fragments);
    }

    /**
     * Reads the index of a file.
     *
     * @throws MediaException if it has no fragments, or none of pictures
     * @throws IOException if it cannot be read
     */
    public static FragmentIndex of(Path path) throws IOException {
        try (ByteSource file = ByteSource.of(path)) {
            Box header = Mp4Boxes.of(file).find("moov");
            if (header == null) {
                throw without("a header");
            }
            Pictures pictures = pictures(header, file);
            List<Fragment> fragments = new ArrayList<>();
            long at = header.end();
            for (Box box : Mp4Boxes.of(file, at, file.size()).boxes()) {
                if (box.type().equals("moof")) {
                    fragments.add(new Fragment(at, 0, seconds(box, pictures, file)));
                } else if (box.type().equals("mdat") && !fragments.isEmpty()) {
                    Fragment begun = fragments.remove(fragments.size() - 1);
                    fragments.add(
                            new Fragment(
                                    begun.offset(), box.end() - begun.offset(), begun.seconds()));
                }
                at = box.end();
            }
            if (fragments.isEmpty()) {
                throw without("fragments");
            }
            return new FragmentIndex(header.end(), fragments);
        }
    }

    private static Pictures pictures(Box header, ByteSource file) throws IOException {
        for (Box track : Mp4Boxes.within(header, file).boxes()) {
            Box kind =
                    track.type().equals("trak")
                            ? Mp4Boxes.inside(track, List.of("mdia", "hdlr"), file)
                            : null;
            if (kind != null && text(kind.content() + 8, file).equals("vide")) {
                Box numbers = Mp4Boxes.inside(track, List.of("tkhd"), file);
                Box clock = Mp4Boxes.inside(track, List.of("mdia", "mdhd"), file);
                int id = (int) number(numbers.content() + (isLong(numbers, file) ? 20 : 12), file);
                long ticks = number(clock.content() + (isLong(clock, file) ? 20 : 12), file);
                return new Pictures(id, ticks, usualTicks(header, id, file));
            }
        }
        throw without("a track of pictures");
    }

    private static long usualTicks(Box header, int id, ByteSource file) throws IOException {
        Box extended = Mp4Boxes.inside(header, List.of("mvex"), file);
        if (extended == null) {
            throw without("fragments");
        }
        for (Box usual : Mp4Boxes.within(extended, file).boxes()) {
            if (usual.type().equals("trex") && number(usual.content() + 4, file) == id) {
                return number(usual.content() + 12, file);
            }
        }
        return 0;
    }

    private static double seconds(Box fragment, Pictures pictures, ByteSource file)
            throws IOException {
        long ticks = 0;
        for (Box track : Mp4Boxes.within(fragment, file).boxes()) {
            Box header = Mp4Boxes.inside(track, List.of("tfhd"), file);
            if (track.type().equals("traf")
                    && header != null
                    && number(header.content() + 4, file) == pictures.id()) {
                long usual = usualTicks(header, pictures, file);
                for (Box run : Mp4Boxes.within(track, file).boxes()) {
                    ticks += run.type().equals("trun") ? ticks(run, usual, file) : 0;
                }
            }
        }
        return ticks / (double) pictures.ticksPerSecond();
    }

    private static long usualTicks(Box header, Pictures pictures, ByteSource file)
            throws IOException {
        int flags = flags(header, file);
        if ((flags & HEADER_HAS_DURATION) == 0) {
            return pictures.usualTicks();
        }
        int before =
                ((flags & HEADER_HAS_OFFSET) != 0 ? 8 : 0)
                        + ((flags & HEADER_HAS_DESCRIPTION) != 0 ? 4 : 0);
        return number(header.content() + 8 + before, file);
    }

    private static long ticks(Box run, long usual, ByteSource file) throws IOException {
        int flags = flags(run, file);
        int samples = (int) number(run.content() + 4, file);
        if ((flags & HAS_DURATION) == 0) {
            return samples * usual;
        }
        int sampleBytes = 4;
        for (int other : OTHERS_OF_A_SAMPLE) {
            sampleBytes += (flags & other) != 0 ? 4 : 0;
        }
        int before =
                8 + ((flags & HAS_OFFSET) != 0 ? 4 : 0) + ((flags & HAS_FIRST_FLAGS) != 0 ? 4 : 0);
        int length = (int) Math.min(run.end() - run.content(), file.size());
        ByteBuffer box = ByteBuffer.wrap(file.read(run.content(), length));
        long ticks = 0;
        for (int at = before; at + 4 <= box.limit(); at += sampleBytes) {
            ticks += box.getInt(at) & 0xFFFFFFFFL;
        }
        return ticks;
    }

    private static MediaException without(String what) {
        return new MediaException(
                MediaException.Kind.UNSUPPORTED,
                "expected an MP4 file in fragments, found one without " + what);
    }

    private static boolean isLong(Box box, ByteSource file) throws IOException {
        return number(box.content(), file) >>> 24 == 1;
    }

    private static int flags(Box box, ByteSource file) throws IOException {
        return (int) (number(box.content(), file) & 0xFFFFFF);
    }

    private static long number(long at, ByteSource file) throws IOException {
        byte[] bytes = file.read(at, Integer.BYTES);
        return bytes.length < Integer.BYTES ? 0 : ByteBuffer.wrap(bytes).getInt() & 0xFFFFFFFFL;
    }

    private static String text(long at, ByteSource file) throws IOException {
        return new String(file.read(at, 4), StandardCharsets.ISO_8859_1);
    }
}
