package io.upriver.media;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * H.264's header in MP4 and FLV: the parameter sets, which are not in the packets there (ISO/IEC
 * 14496-15, 5.3.3.1).
 *
 * <p>FFmpeg puts them into a transport stream in front of IDR pictures only, so a segment that
 * begins with another key frame (recovery point, H.264, D.2.8) could not be decoded. Immutable.
 */
final class AvcHeader {

    private static final int VERSION = 1;
    private static final int TYPE = 0x1F;
    private static final int IDR = 5;
    private static final int PARAMETERS = 7;
    private static final int DELIMITER = 9;

    private final int lengthBytes;
    private final byte[] units;

    private AvcHeader(int lengthBytes, byte[] units) {
        this.lengthBytes = lengthBytes;
        this.units = units;
    }

    /** The header in these bytes, or null where they are in another form. */
    static @Nullable AvcHeader of(byte[] header) {
        if (header.length < 7 || header[0] != VERSION) {
            return null;
        }
        try {
            ByteBuffer rest = ByteBuffer.wrap(header).position(4);
            int lengthBytes = (rest.get() & 3) + 1;
            ByteArrayOutputStream units = new ByteArrayOutputStream();
            copy(rest, rest.get() & 0x1F, lengthBytes, units);
            copy(rest, rest.get() & 0xFF, lengthBytes, units);
            return new AvcHeader(lengthBytes, units.toByteArray());
        } catch (BufferUnderflowException e) {
            return null;
        }
    }

    private static void copy(
            ByteBuffer from, int count, int lengthBytes, ByteArrayOutputStream to) {
        for (int i = 0; i < count; i++) {
            byte[] unit = new byte[from.getShort() & 0xFFFF];
            from.get(unit);
            for (int shift = 8 * (lengthBytes - 1); shift >= 0; shift -= 8) {
                to.write(unit.length >> shift);
            }
            to.writeBytes(unit);
        }
    }

    /** Puts the parameter sets into a key frame that FFmpeg would send without them. */
    void putInto(Packet packet) {
        byte[] coded = packet.coded();
        int place = 0;
        for (int at = 0; at + lengthBytes < coded.length; ) {
            int length = 0;
            for (int i = 0; i < lengthBytes; i++) {
                length = (length << 8) | (coded[at + i] & 0xFF);
            }
            int type = coded[at + lengthBytes] & TYPE;
            if (type == IDR || type == PARAMETERS || length < 1) {
                return;
            }
            at += lengthBytes + length;
            place = type == DELIMITER ? at : place;
        }
        packet.insert(Math.min(place, coded.length), units);
    }
}
