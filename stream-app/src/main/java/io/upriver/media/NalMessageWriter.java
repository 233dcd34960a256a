package io.upriver.media;

import java.io.ByteArrayOutputStream;
import java.util.function.IntPredicate;

/**
 * Messages as supplemental enhancement information of H.264 and HEVC, in packets with start codes.
 *
 * <p>Sources: Recommendations H.264 and H.265, 7.3.1 and 7.4.1 (units, escapes), 7.3.2.3 and annex
 * D (messages), annex B (start codes).
 */
final class NalMessageWriter extends MessageWriter {

    static final NalMessageWriter H264 =
            new NalMessageWriter(new byte[] {0x06}, header -> isBetween(header & 0x1F, 1, 5));

    static final NalMessageWriter HEVC =
            new NalMessageWriter(
                    new byte[] {0x4E, 0x01}, header -> isBetween(header >> 1 & 0x3F, 0, 31));

    private static final int START_CODE_BYTES = 3;
    private static final int USER_DATA_T35 = 4;
    private static final int END = 0x80;

    private final byte[] header;
    private final IntPredicate isPicture;

    private NalMessageWriter(byte[] header, IntPredicate isPicture) {
        this.header = header;
        this.isPicture = isPicture;
    }

    private static boolean isBetween(int type, int first, int last) {
        return type >= first && type <= last;
    }

    @Override
    int placeOfPicture(byte[] packet) {
        for (int i = 0; i + START_CODE_BYTES < packet.length; i++) {
            boolean start = packet[i] == 0 && packet[i + 1] == 0 && packet[i + 2] == 1;
            if (start && isPicture.test(packet[i + START_CODE_BYTES])) {
                return i > 0 && packet[i - 1] == 0 ? i - 1 : i;
            }
        }
        return packet.length;
    }

    @Override
    byte[] unitOf(byte[] message) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes(header);
        content.write(USER_DATA_T35);
        int size = message.length;
        for (; size >= 0xFF; size -= 0xFF) {
            content.write(0xFF);
        }
        content.write(size);
        content.writeBytes(message);
        content.write(END);
        return escaped(content.toByteArray());
    }

    /** The content behind a start code, with a 3 where it would look like another one. */
    private static byte[] escaped(byte[] content) {
        ByteArrayOutputStream unit = new ByteArrayOutputStream();
        unit.writeBytes(new byte[] {0, 0, 0, 1});
        int zeros = 0;
        for (byte next : content) {
            if (zeros == 2 && (next & 0xFF) <= 3) {
                unit.write(3);
                zeros = 0;
            }
            unit.write(next);
            zeros = next == 0 ? zeros + 1 : 0;
        }
        return unit.toByteArray();
    }
}
