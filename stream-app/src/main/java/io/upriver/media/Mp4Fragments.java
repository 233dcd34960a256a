package io.upriver.media;

import io.upriver.media.Mp4Boxes.Box;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How the fragments of an MP4 are coded, each by the sample description that it names.
 *
 * <p>FFmpeg takes the first description of the first header for all of them, and makes noise of
 * those that have another one: from a second header ({@code moov}) in the middle, or by their own
 * word. So such are refused.
 *
 * <p>Source: ISO/IEC 14496-12, 8.5.2 (descriptions), 8.8.3 and 8.8.7 (which one). Not thread-safe.
 */
final class Mp4Fragments {

    private static final int NAMES_DESCRIPTION = 0x2;
    private static final int NAMES_OFFSET = 0x1;
    private static final int ENTRY_SIZE_AT = 32; // two bytes each for columns and rows
    private static final int ENTRY_BOXES_AT = 86;

    private final ByteSource file;
    private final Map<Integer, List<Description>> described = new HashMap<>();
    private final Map<Integer, Integer> usual = new HashMap<>();
    private final Map<Integer, Description> inUse = new HashMap<>();

    /**
     * How pictures are coded.
     *
     * @param coding name, size, and the headers of the codec; not how many bits it takes
     */
    private record Description(String size, String coding) {}

    private Mp4Fragments(ByteSource file) {
        this.file = file;
    }

    /**
     * Refuses fragments of one track of pictures with several descriptions.
     *
     * @throws MediaException with both sizes
     */
    static void refuseChanges(ByteSource file) throws IOException {
        Mp4Fragments fragments = new Mp4Fragments(file);
        long at = 0;
        while (at < file.size()) {
            // A header ends a row of boxes.
            List<Box> boxes = Mp4Boxes.of(file, at, file.size()).boxes();
            for (Box box : boxes) {
                fragments.take(box);
            }
            at = boxes.isEmpty() ? file.size() : boxes.get(boxes.size() - 1).end();
        }
    }

    private void take(Box box) throws IOException {
        if (box.type().equals("moov")) {
            for (Box inner : Mp4Boxes.within(box, file).boxes()) {
                if (inner.type().equals("trak")) {
                    describe(inner);
                } else if (inner.type().equals("mvex")) {
                    for (Box track : Mp4Boxes.within(inner, file).boxes()) {
                        usual.put(number(track.content() + 4), number(track.content() + 8));
                    }
                }
            }
        } else if (box.type().equals("moof")) {
            for (Box inner : Mp4Boxes.within(box, file).boxes()) {
                Box header = Mp4Boxes.inside(inner, List.of("tfhd"), file);
                if (inner.type().equals("traf") && header != null) {
                    check(header);
                }
            }
        }
    }

    private void describe(Box track) throws IOException {
        Box header = Mp4Boxes.inside(track, List.of("tkhd"), file);
        Box handler = Mp4Boxes.inside(track, List.of("mdia", "hdlr"), file);
        Box descriptions = Mp4Boxes.inside(track, List.of("mdia", "minf", "stbl", "stsd"), file);
        if (header == null || handler == null || descriptions == null) {
            return;
        }
        boolean isLong = number(header.content()) >>> 24 == 1;
        int id = number(header.content() + (isLong ? 20 : 12));
        List<Description> all = new ArrayList<>();
        if (text(handler.content() + 8).equals("vide")) {
            long entries = descriptions.content() + Mp4Boxes.DESCRIPTIONS_BEFORE_FIRST;
            for (Box entry : Mp4Boxes.of(file, entries, descriptions.end()).boxes()) {
                all.add(description(entry));
            }
        }
        described.put(id, all);
    }

    private Description description(Box entry) throws IOException {
        long start = entry.content() - Mp4Boxes.HEADER;
        int size = number(start + ENTRY_SIZE_AT);
        ByteArrayOutputStream coding = new ByteArrayOutputStream();
        long boxes = start + ENTRY_BOXES_AT;
        coding.writeBytes(file.read(entry.content(), (int) (boxes - entry.content())));
        for (Box box : Mp4Boxes.of(file, boxes, Math.min(entry.end(), file.size())).boxes()) {
            if (!box.type().equals("btrt")) {
                long end = Math.min(box.end(), file.size());
                coding.writeBytes(file.read(box.content(), (int) (end - box.content())));
            }
        }
        return new Description(
                (size >>> 16) + "x" + (size & 0xFFFF),
                entry.type() + coding.toString(StandardCharsets.ISO_8859_1));
    }

    private void check(Box header) throws IOException {
        int flags = number(header.content());
        int id = number(header.content() + 4);
        int index = usual.getOrDefault(id, 1);
        if ((flags & NAMES_DESCRIPTION) != 0) {
            index = number(header.content() + 8 + ((flags & NAMES_OFFSET) != 0 ? 8 : 0));
        }
        List<Description> all = described.getOrDefault(id, List.of());
        if (index < 1 || index > all.size()) {
            return;
        }
        Description here = all.get(index - 1);
        Description before = inUse.put(id, here);
        if (before != null && !before.equals(here)) {
            throw new MediaException(
                    MediaException.Kind.UNSUPPORTED,
                    "expected fragments of %s with one sample description, some of %s have another one, which FFmpeg does not follow; begin a segment there, or send MPEG-TS"
                            .formatted(before.size(), here.size()));
        }
    }

    private int number(long at) throws IOException {
        byte[] bytes = file.read(at, Integer.BYTES);
        return bytes.length < Integer.BYTES ? 0 : ByteBuffer.wrap(bytes).getInt();
    }

    private String text(long at) throws IOException {
        return new String(file.read(at, 4), StandardCharsets.ISO_8859_1);
    }
}
