package io.upriver.media;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.function.IntFunction;

/**
 * Clips whose pictures have messages, each its own: closed captions or HDR10+. The ffmpeg program
 * cannot make such, so the messages are put bit by bit behind the marks in front of its pictures.
 */
public final class MessageClips {

    /** Pictures in such a clip. */
    public static final int PICTURES = 50;

    private static final String HEVC =
            "-c:v libx265 -preset ultrafast -x265-params log-level=none:aud=1:bframes=0:keyint=10 ";
    private static final String H264 = "-c:v libx264 -preset veryfast -bf 0 -g 10 -aud 1 ";

    private MessageClips() {}

    /** H.264 with one pair of CEA-608 bytes a picture. */
    public static Path captions(Path file) {
        Path bare = sibling(file, ".h264");
        Clips.make(bare, Clips.PICTURE + H264);
        byte[] mark = {0, 0, 0, 1, 0x09};
        return withMessages(file, bare, mark, 1, new byte[] {0x06}, MessageClips::captionsOf);
    }

    /** HEVC of 10 bits with HDR10+ whose average brightness grows from picture to picture. */
    public static Path hdr10Plus(Path file) {
        Path bare = sibling(file, ".hevc");
        String tenBits = Clips.PICTURE.replace("yuv420p", "yuv420p10le");
        Clips.make(bare, tenBits + HEVC);
        byte[] mark = {0, 0, 0, 1, 0x46};
        byte[] header = {0x4E, 0x01};
        return withMessages(file, bare, mark, 2, header, MessageClips::hdr10PlusOf);
    }

    private static Path withMessages(
            Path file,
            Path bare,
            byte[] mark,
            int markRest,
            byte[] header,
            IntFunction<byte[]> messages) {
        byte[] bytes = Clips.bytes(bare);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int pictures = 0;
        for (int i = 0; i < bytes.length; i++) {
            out.write(bytes[i]);
            int begin = i - markRest - mark.length + 1;
            if (begin >= 0 && isAt(bytes, begin, mark)) {
                byte[] message = messages.apply(pictures++);
                out.writeBytes(new byte[] {0, 0, 0, 1});
                out.writeBytes(header);
                out.write(4);
                out.write(message.length);
                out.writeBytes(message);
                out.write(0x80);
            }
        }
        if (pictures != PICTURES) {
            throw new AssertionError("expected " + PICTURES + " pictures, got " + pictures);
        }
        Clips.write(bare, out.toByteArray());
        return Clips.make(file, bare, "-r 25 -i FILE -c copy");
    }

    private static boolean isAt(byte[] bytes, int at, byte[] mark) {
        return java.util.Arrays.equals(bytes, at, at + mark.length, mark, 0, mark.length);
    }

    private static byte[] captionsOf(int picture) {
        return new byte[] {
            (byte) 0xB5,
            0,
            0x31,
            'G',
            'A',
            '9',
            '4',
            3,
            (byte) 0xC1,
            (byte) 0xFF,
            (byte) 0xFC,
            (byte) ('A' + picture % 26),
            (byte) ('a' + picture % 26),
            (byte) 0xFF
        };
    }

    /** One window, no curve, three brightest values, no zero bytes that would need an escape. */
    private static byte[] hdr10PlusOf(int picture) {
        StringBuilder bits = new StringBuilder();
        put(bits, 0xB5, 8);
        put(bits, 0x003C, 16);
        put(bits, 0x0001, 16);
        put(bits, 4, 8);
        put(bits, 1, 8);
        put(bits, 1, 2); // windows
        put(bits, 400 << 7 | 0x55, 27); // the target's luminance
        put(bits, 0, 1);
        put(bits, 70_000, 17); // the brightest red,
        put(bits, 80_000, 17); // green
        put(bits, 90_000, 17); // and blue
        put(bits, 50_000 + picture, 17); // all on average
        put(bits, 1, 4); // percentiles
        put(bits, 99, 7);
        put(bits, 85_000, 17);
        put(bits, 5, 10);
        put(bits, 0, 3);
        while (bits.length() % 8 != 0) {
            bits.append('0');
        }
        byte[] message = new byte[bits.length() / 8];
        for (int i = 0; i < message.length; i++) {
            message[i] = (byte) Integer.parseInt(bits.substring(8 * i, 8 * i + 8), 2);
        }
        return message;
    }

    private static void put(StringBuilder bits, int value, int count) {
        for (int bit = count - 1; bit >= 0; bit--) {
            bits.append(value >> bit & 1);
        }
    }

    private static Path sibling(Path file, String ending) {
        return file.resolveSibling(file.getFileName() + ending);
    }
}
