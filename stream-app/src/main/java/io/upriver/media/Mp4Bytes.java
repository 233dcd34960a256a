package io.upriver.media;

import io.upriver.media.Mp4Boxes.Box;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Boxes of an MP4 that is in memory: looked for, read and written. */
final class Mp4Bytes {

    private Mp4Bytes() {}

    /** All boxes that follow each other from here on, behind an index ({@code moov}) too. */
    static List<Box> all(byte[] bytes, int from) {
        try (ByteSource source = ByteSource.of(bytes)) {
            List<Box> all = new ArrayList<>();
            for (long at = from; at < bytes.length; ) {
                List<Box> row = Mp4Boxes.of(source, at, bytes.length).boxes();
                all.addAll(row);
                at = row.isEmpty() ? bytes.length : row.get(row.size() - 1).end();
            }
            return all;
        } catch (IOException e) {
            throw inMemory(e);
        }
    }

    /** The boxes in a box. */
    static List<Box> children(byte[] bytes, Box parent) {
        try {
            return Mp4Boxes.within(parent, ByteSource.of(bytes)).boxes();
        } catch (IOException e) {
            throw inMemory(e);
        }
    }

    /**
     * The box that lies in boxes of these types, one in the other.
     *
     * @throws CutException if it is not there
     */
    static Box find(byte[] bytes, Box parent, List<String> types) {
        try {
            Box found = Mp4Boxes.inside(parent, types, ByteSource.of(bytes));
            if (found != null) {
                return found;
            }
        } catch (IOException e) {
            throw inMemory(e);
        }
        throw new CutException(
                CutException.Kind.BROKEN,
                "expected the box %s in '%s', it is not there"
                        .formatted(String.join("/", types), parent.name()));
    }

    /** What is in a box, to be read and written. */
    static ByteBuffer at(byte[] bytes, Box box) {
        long end = Math.min(box.end(), bytes.length);
        int length = (int) Math.max(0, end - box.content());
        return ByteBuffer.wrap(bytes, 0, (int) box.content() + length)
                .position((int) box.content());
    }

    /** The number behind version, flags, and the times of making and of changing. */
    static ByteBuffer behindTimes(byte[] bytes, Box box) {
        ByteBuffer in = at(bytes, box);
        boolean isLong = in.getInt() >>> 24 == 1;
        return in.position(in.position() + (isLong ? 16 : 8));
    }

    /** A box with what is in it. */
    static byte[] box(String type, byte[]... contents) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int size = Mp4Boxes.HEADER;
        for (byte[] content : contents) {
            size += content.length;
        }
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(size).array());
        out.writeBytes(type.getBytes(StandardCharsets.US_ASCII));
        for (byte[] content : contents) {
            out.writeBytes(content);
        }
        return out.toByteArray();
    }

    private static UncheckedIOException inMemory(IOException e) {
        return new UncheckedIOException("bytes in memory cannot be read", e);
    }
}
