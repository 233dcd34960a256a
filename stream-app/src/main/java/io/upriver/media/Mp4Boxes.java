package io.upriver.media;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The boxes of an MP4 or QuickTime file, as far as they follow each other.
 *
 * <p>Source: ISO/IEC 14496-12, 4.2 (boxes), 8.5.2 (sample descriptions).
 *
 * @param boxes those in a row
 * @param fault what comes behind them instead of a box, or null where they reach the end
 */
record Mp4Boxes(List<Box> boxes, @Nullable String fault) {

    static final int HEADER = 8;
    private static final int LONG_HEADER = 16;
    static final int DESCRIPTIONS_BEFORE_FIRST = 8;
    private static final int MOST = 100_000;

    /**
     * One box.
     *
     * @param type four letters
     * @param content where what is in it begins
     * @param end where the next one begins, by what this one says, perhaps behind the file's end
     */
    record Box(String type, long content, long end) {

        /** The type for a sentence. */
        String name() {
            return printable(type);
        }

        /** Letters as they are, and other bytes, as damaged files have them, as hexadecimals. */
        private static String printable(String type) {
            StringBuilder name = new StringBuilder();
            for (int i = 0; i < type.length(); i++) {
                char letter = type.charAt(i);
                boolean isShown = letter >= ' ' && letter < 0x7F;
                name.append(isShown ? letter : "\\x%02x".formatted((int) letter));
            }
            return name.toString();
        }
    }

    /** The boxes that the file itself consists of, up to the first with an index. */
    static Mp4Boxes of(ByteSource file) throws IOException {
        return of(file, 0, file.size());
    }

    /** Those in a part of it, up to the first with an index. */
    static Mp4Boxes of(ByteSource file, long from, long to) throws IOException {
        List<Box> boxes = new ArrayList<>();
        long at = from;
        while (at < to && boxes.size() < MOST && !endsWithIndex(boxes)) {
            ByteBuffer header = ByteBuffer.wrap(file.read(at, LONG_HEADER));
            if (header.limit() < HEADER) {
                return new Mp4Boxes(boxes, "the file ends within a box at byte " + at);
            }
            long size = header.getInt() & 0xFFFFFFFFL;
            byte[] letters = new byte[4];
            header.get(letters);
            String type = new String(letters, StandardCharsets.ISO_8859_1);
            int least = size == 1 ? LONG_HEADER : HEADER;
            if (size == 1 && header.remaining() >= Long.BYTES) {
                size = header.getLong();
            } else if (size == 0) {
                size = to - at;
            }
            if (size < least) {
                return new Mp4Boxes(
                        boxes,
                        "the box '%s' at byte %d has a length of %d bytes, expected at least %d"
                                .formatted(Box.printable(type), at, size, least));
            }
            // Boxes may claim more than a long holds.
            long end = size > Long.MAX_VALUE - at ? Long.MAX_VALUE : at + size;
            boxes.add(new Box(type, at + least, end));
            at = end;
        }
        return new Mp4Boxes(boxes, null);
    }

    private static boolean endsWithIndex(List<Box> boxes) {
        return !boxes.isEmpty() && boxes.get(boxes.size() - 1).type().equals("moov");
    }

    /** The first box of this type, or null. */
    @Nullable Box find(String type) {
        return boxes.stream().filter(box -> box.type().equals(type)).findFirst().orElse(null);
    }

    /** How the tracks are coded, by the four letters of each one's first description. */
    List<String> codings(ByteSource file) throws IOException {
        List<String> codings = new ArrayList<>();
        Box index = find("moov");
        if (index == null) {
            return codings;
        }
        for (Box track : within(index, file).boxes()) {
            Box at = inside(track, List.of("mdia", "minf", "stbl", "stsd"), file);
            if (track.type().equals("trak") && at != null) {
                Mp4Boxes entries = of(file, at.content() + DESCRIPTIONS_BEFORE_FIRST, at.end());
                entries.boxes().stream().limit(1).forEach(entry -> codings.add(entry.type()));
            }
        }
        return codings;
    }

    /** The box that lies in boxes of these types, one in the other, or null. */
    static @Nullable Box inside(Box box, List<String> types, ByteSource file) throws IOException {
        Box at = box;
        for (String type : types) {
            at = at == null ? null : within(at, file).find(type);
        }
        return at;
    }

    static Mp4Boxes within(Box box, ByteSource file) throws IOException {
        return of(file, box.content(), Math.min(box.end(), file.size()));
    }
}
