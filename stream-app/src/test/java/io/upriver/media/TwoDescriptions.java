package io.upriver.media;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * An MP4 file with two sample descriptions, as ISO/IEC 14496-12, 8.5.2, has it for a track that
 * changes; FFmpeg's muxer does not write such.
 */
public final class TwoDescriptions {

    private static final Set<String> PARENTS = Set.of("moov", "trak", "mdia", "minf", "stbl");
    private static final int HEADER = 8;
    private static final int BEFORE_ENTRIES = 8;

    private static final String CONCATENATE =
            "-f concat -i FILE -c copy -bsf:v filter_units=remove_types=7-8 ";

    private TwoDescriptions() {}

    /**
     * Puts two MP4 files of the same codec and frame rate after each other; the samples of the
     * second say nothing of its parameter sets.
     *
     * @param frames in the first
     */
    public static Path write(Path file, Path first, Path second, int frames) {
        byte[] one =
                Clips.bytes(
                        Clips.make(
                                file.resolveSibling("one.mp4"), list(first, second), CONCATENATE));
        byte[] entry = content(Clips.bytes(second), "stsd");
        int[] sizes = ints(content(one, "stsz"));
        int bytes = 0;
        for (int i = 0; i < frames; i++) {
            bytes += sizes[3 + i];
        }
        int from = ints(content(one, "stco"))[2];
        int[] chunks = {0, 2, 1, frames, 1, 2, sizes[2] - frames, 2};
        int[] places = {0, 2, from, from + bytes};
        return Clips.write(
                file,
                rewritten(
                        one,
                        (type, content) ->
                                switch (type) {
                                    case "stsd" -> withEntry(content, entry);
                                    case "stsc" -> bytes(chunks);
                                    case "stco" -> bytes(places);
                                    default -> content;
                                }));
    }

    private static Path list(Path first, Path second) {
        return Clips.write(
                first.resolveSibling("list.txt"),
                "file %s%nfile %s%n"
                        .formatted(first.getFileName(), second.getFileName())
                        .getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * The same in fragments, one for each key frame, which name the description they have (ISO/IEC
     * 14496-12, 8.8.7).
     *
     * @param fragments with the first one
     */
    public static byte[] inFragments(Path first, Path second, int fragments) {
        byte[] one =
                Clips.bytes(
                        Clips.make(
                                first.resolveSibling("fragments.mp4"),
                                list(first, second),
                                CONCATENATE
                                        + "-movflags frag_keyframe+empty_moov+default_base_moof"));
        byte[] entry = content(Clips.bytes(second), "stsd");
        int[] count = {0};
        return rewritten(
                one,
                (type, content) ->
                        switch (type) {
                            case "stsd" -> withEntry(content, entry);
                            case "moof" -> count[0]++ < fragments ? content : withSecond(content);
                            default -> content;
                        });
    }

    private static byte[] withSecond(byte[] fragment) {
        return rewritten(
                fragment,
                Set.of("traf"),
                (type, content) -> {
                    ByteBuffer old = ByteBuffer.wrap(content);
                    return switch (type) {
                        case "tfhd" ->
                                ByteBuffer.allocate(content.length + Integer.BYTES)
                                        .putInt(old.getInt() | 2)
                                        .putInt(old.getInt())
                                        .putInt(2)
                                        .put(old)
                                        .array();
                        // The pictures are further away now.
                        case "trun" -> old.putInt(8, old.getInt(8) + Integer.BYTES).array();
                        default -> content;
                    };
                });
    }

    private static byte[] withEntry(byte[] descriptions, byte[] other) {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(descriptions);
        both.write(other, BEFORE_ENTRIES, other.length - BEFORE_ENTRIES);
        return ByteBuffer.wrap(both.toByteArray()).putInt(4, 2).array();
    }

    private static byte[] content(byte[] file, String type) {
        byte[][] found = new byte[1][];
        byte[] unused =
                rewritten(
                        file,
                        (box, content) -> {
                            found[0] = box.equals(type) ? content : found[0];
                            return content;
                        });
        return found[0];
    }

    private static byte[] rewritten(byte[] boxes, BiFunction<String, byte[], byte[]> edit) {
        return rewritten(boxes, PARENTS, edit);
    }

    private static byte[] rewritten(
            byte[] boxes, Set<String> parents, BiFunction<String, byte[], byte[]> edit) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer in = ByteBuffer.wrap(boxes);
        while (in.hasRemaining()) {
            byte[] content = new byte[in.getInt() - HEADER];
            byte[] letters = new byte[4];
            in.get(letters).get(content);
            String type = new String(letters, StandardCharsets.ISO_8859_1);
            byte[] edited =
                    parents.contains(type)
                            ? rewritten(content, parents, edit)
                            : edit.apply(type, content);
            out.writeBytes(bytes(edited.length + HEADER));
            out.writeBytes(letters);
            out.writeBytes(edited);
        }
        return out.toByteArray();
    }

    private static int[] ints(byte[] content) {
        int[] numbers = new int[content.length / Integer.BYTES];
        ByteBuffer.wrap(content).asIntBuffer().get(numbers);
        return numbers;
    }

    private static byte[] bytes(int... numbers) {
        ByteBuffer content = ByteBuffer.allocate(numbers.length * Integer.BYTES);
        content.asIntBuffer().put(numbers);
        return content.array();
    }
}
