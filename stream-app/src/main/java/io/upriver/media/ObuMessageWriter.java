package io.upriver.media;

import java.io.ByteArrayOutputStream;

/**
 * Messages as metadata units of AV1.
 *
 * <p>Source: AV1 specification, 4.10.5 (sizes), 5.3 (units), 5.8 (metadata), 7.5 (order of units).
 */
final class ObuMessageWriter extends MessageWriter {

    private static final int FRAME_HEADER = 3;
    private static final int FRAME = 6;
    private static final int METADATA_WITH_SIZE = 5 << 3 | 0x02;
    private static final int T35 = 4;
    private static final int END = 0x80;

    @Override
    int placeOfPicture(byte[] packet) {
        int at = 0;
        while (at < packet.length) {
            int type = packet[at] >> 3 & 0xF;
            boolean extended = (packet[at] & 0x04) != 0;
            boolean sized = (packet[at] & 0x02) != 0;
            if (type == FRAME_HEADER || type == FRAME || !sized) {
                return at;
            }
            int next = at + (extended ? 2 : 1);
            long size = 0;
            for (int shift = 0; next < packet.length; shift += 7) {
                int part = packet[next++];
                size |= (long) (part & 0x7F) << shift;
                if (part >= 0) {
                    break;
                }
            }
            at = (int) Math.min(packet.length, next + size);
        }
        return packet.length;
    }

    @Override
    byte[] unitOf(byte[] message) {
        ByteArrayOutputStream unit = new ByteArrayOutputStream();
        unit.write(METADATA_WITH_SIZE);
        int size = message.length + 2;
        for (; size > 0x7F; size >>= 7) {
            unit.write((size & 0x7F) | 0x80);
        }
        unit.write(size);
        unit.write(T35);
        unit.writeBytes(message);
        unit.write(END);
        return unit.toByteArray();
    }
}
