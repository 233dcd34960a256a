package io.upriver.media;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;

/**
 * Rewrites the sequence parameter sets of a bare H.264 stream so that they claim another size
 * (Recommendation H.264, 7.3.2.1.1); the coded pictures stay what they were.
 */
public final class ClaimedSize {

    private static final int PARAMETER_SET = 7;
    private static final int BASELINE = 66;

    private final String bits;
    private int place;

    private ClaimedSize(String bits) {
        this.bits = bits;
    }

    /**
     * Rewrites a stream.
     *
     * @param source in start codes of three or four bytes, baseline profile, not cropped
     * @param width a multiple of 16, as is the height
     * @return the file
     */
    public static Path write(Path file, Path source, int width, int height) {
        byte[] in = Clips.bytes(source);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int place = 0;
        while (place < in.length) {
            int end = nextUnit(in, place + 1);
            if ((in[place] & 0x1F) == PARAMETER_SET && isUnit(in, place)) {
                out.writeBytes(rewritten(in, place, end, width, height));
            } else {
                out.write(in, place, end - place);
            }
            place = end;
        }
        return Clips.write(file, out.toByteArray());
    }

    private static boolean isUnit(byte[] in, int at) {
        return at >= 3 && in[at - 3] == 0 && in[at - 2] == 0 && in[at - 1] == 1;
    }

    private static int nextUnit(byte[] in, int from) {
        int at = from;
        while (at < in.length && !isUnit(in, at)) {
            at++;
        }
        return at;
    }

    /** The unit with another size, and the next start code, which is of four bytes at most. */
    private static byte[] rewritten(byte[] in, int begin, int end, int width, int height) {
        int last = end < in.length ? end - 3 : end;
        while (in[last - 1] == 0) {
            last--;
        }
        StringBuilder all = new StringBuilder();
        for (int i = begin; i < last; i++) {
            boolean escape = i >= begin + 2 && in[i] == 3 && in[i - 1] == 0 && in[i - 2] == 0;
            all.append(escape ? "" : eight(in[i]));
        }
        String changed = new ClaimedSize(all.toString()).withSize(width, height);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int zeros = 0;
        for (int i = 0; i < changed.length(); i += 8) {
            int next = Integer.parseInt(changed.substring(i, i + 8), 2);
            if (zeros == 2 && next <= 3) {
                out.write(3);
                zeros = 0;
            }
            out.write(next);
            zeros = next == 0 ? zeros + 1 : 0;
        }
        out.write(in, last, end - last);
        return out.toByteArray();
    }

    private String withSize(int width, int height) {
        read(8);
        if (read(8) != BASELINE) {
            throw new IllegalArgumentException("expected the baseline profile");
        }
        read(16);
        readGolomb(); // the set's number
        readGolomb(); // log2_max_frame_num
        if (readGolomb() == 0) { // the kind of picture order count
            readGolomb();
        }
        readGolomb(); // references
        read(1);
        int begin = place;
        readGolomb();
        readGolomb();
        String whole =
                bits.substring(0, begin)
                        + golomb(width / 16 - 1)
                        + golomb(height / 16 - 1)
                        + bits.substring(place);
        String ended = whole.substring(0, whole.lastIndexOf('1') + 1);
        return ended + "0".repeat((8 - ended.length() % 8) % 8);
    }

    private int read(int count) {
        place += count;
        return Integer.parseInt(bits.substring(place - count, place), 2);
    }

    private int readGolomb() {
        int zeros = bits.indexOf('1', place) - place;
        place += zeros;
        return read(zeros + 1) - 1;
    }

    private static String golomb(int value) {
        String binary = Integer.toBinaryString(value + 1);
        return "0".repeat(binary.length() - 1) + binary;
    }

    private static String eight(byte value) {
        return Integer.toBinaryString((value & 0xFF) | 0x100).substring(1);
    }
}
