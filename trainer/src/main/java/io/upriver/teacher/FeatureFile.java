package io.upriver.teacher;

import io.upriver.teacher.Teacher.FeatureMap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Feature maps as bytes, little-endian: {@code UPF1}, channels, height, width, a CRC-32 of the
 * values (four bytes each), then the values as half floats.
 */
final class FeatureFile {
    private static final int MAGIC = 'U' | 'P' << 8 | 'F' << 16 | '1' << 24;
    private static final int HEADER = 5 * Integer.BYTES;

    private FeatureFile() {}

    static byte[] encode(FeatureMap map) {
        ByteBuffer bytes =
                ByteBuffer.allocate(HEADER + Short.BYTES * map.values().length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .position(HEADER);
        for (float value : map.values()) {
            bytes.putShort(HalfFloat.of(value));
        }
        bytes.putInt(0, MAGIC)
                .putInt(4, map.channels())
                .putInt(8, map.height())
                .putInt(12, map.width())
                .putInt(16, checksum(bytes.array()));
        return bytes.array();
    }

    /** The maps, rounded to half floats; nothing if the bytes are damaged. */
    static Optional<FeatureMap> decode(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        if (file.length < HEADER || bytes.getInt() != MAGIC) {
            return Optional.empty();
        }
        int channels = bytes.getInt();
        int height = bytes.getInt();
        int width = bytes.getInt();
        int count = (file.length - HEADER) / Short.BYTES;
        boolean whole =
                channels > 0
                        && height > 0
                        && width > 0
                        && (long) channels * height * width == count
                        && bytes.getInt() == checksum(file);
        if (!whole) {
            return Optional.empty();
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = HalfFloat.toFloat(bytes.getShort());
        }
        return Optional.of(new FeatureMap(channels, height, width, values));
    }

    private static int checksum(byte[] file) {
        CRC32 checksum = new CRC32();
        checksum.update(file, HEADER, file.length - HEADER);
        return (int) checksum.getValue();
    }
}
