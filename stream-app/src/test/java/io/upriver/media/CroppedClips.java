package io.upriver.media;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Clips whose container says that only a part of the pictures is to be shown. */
public final class CroppedClips {

    private static final int CLEAN_APERTURE_BYTES = 40;
    private static final List<String> PATH =
            List.of("moov", "trak", "mdia", "minf", "stbl", "stsd");
    private static final int HEADER_BYTES = 8;
    private static final int SAMPLE_DESCRIPTIONS_HEADER_BYTES = 16;

    private CroppedClips() {}

    /**
     * An MP4 file with a clean aperture (ISO/IEC 14496-12, 12.1.4) for its first track.
     *
     * @param source an MP4 file of 128x72 with the index behind the pictures, so that these stay in
     *     their place
     * @return the file
     */
    public static Path mp4(Path file, Path source, int top, int bottom, int left, int right) {
        byte[] bytes = Clips.bytes(source);
        List<Integer> boxes = new ArrayList<>();
        int place = 0;
        for (String name : PATH) {
            place = find(bytes, name, place);
            boxes.add(place);
            place += name.equals("stsd") ? SAMPLE_DESCRIPTIONS_HEADER_BYTES : HEADER_BYTES;
        }
        boxes.add(place); // the description itself, whatever its codec
        int end = place + ByteBuffer.wrap(bytes).getInt(place);
        ByteBuffer cropped = ByteBuffer.allocate(bytes.length + CLEAN_APERTURE_BYTES);
        cropped.put(bytes, 0, end).putInt(CLEAN_APERTURE_BYTES);
        cropped.put("clap".getBytes(StandardCharsets.US_ASCII));
        cropped.putInt(128 - left - right).putInt(1).putInt(72 - top - bottom).putInt(1);
        // how far the middle is from the middle of all, as fractions
        cropped.putInt(left - right).putInt(2).putInt(top - bottom).putInt(2);
        cropped.put(bytes, end, bytes.length - end);
        for (int box : boxes) {
            cropped.putInt(box, cropped.getInt(box) + CLEAN_APERTURE_BYTES);
        }
        return Clips.write(file, cropped.array());
    }

    private static int find(byte[] bytes, String name, int from) {
        ByteBuffer all = ByteBuffer.wrap(bytes);
        int place = from;
        while (!new String(bytes, place + 4, 4, StandardCharsets.US_ASCII).equals(name)) {
            place += all.getInt(place);
        }
        return place;
    }
}
