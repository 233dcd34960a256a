package io.upriver.frame;

import java.nio.ByteBuffer;

/**
 * One plane of 8-bit samples in native memory: rows of {@code width} bytes, {@code strideBytes}
 * apart.
 *
 * <p>The samples are unsigned code values, 0 to 255, in the colour range of the video they came
 * from; nothing here interprets them. The plane does not own its memory: whoever made the buffer
 * keeps it alive until the last reader is done. A plane may be read by many threads; rows may be
 * written by one thread each.
 *
 * @param data a direct buffer; byte 0 (not the position) is the first sample of the first row
 * @param width samples in a row, at least 1
 * @param height rows, at least 1
 * @param strideBytes distance between the first samples of two rows, at least {@code width}
 */
public record Plane(ByteBuffer data, int width, int height, int strideBytes) {

    public Plane {
        if (!data.isDirect()) {
            throw new IllegalArgumentException(
                    "a plane needs a direct buffer, got one on the heap");
        }
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "a plane needs at least 1x1 samples, got " + width + "x" + height);
        }
        if (strideBytes < width) {
            throw new IllegalArgumentException(
                    "expected a stride of at least " + width + ", got " + strideBytes);
        }
        long needed = (long) strideBytes * (height - 1) + width;
        if (data.capacity() < needed) {
            throw new IllegalArgumentException(
                    "expected a buffer of at least "
                            + needed
                            + " bytes for "
                            + width
                            + "x"
                            + height
                            + " with stride "
                            + strideBytes
                            + ", got "
                            + data.capacity());
        }
    }

    /** A new plane with rows packed without gaps. */
    public static Plane allocate(int width, int height) {
        return new Plane(
                ByteBuffer.allocateDirect(Math.multiplyExact(width, height)), width, height, width);
    }

    /**
     * True when the rows follow each other without gaps, so that the whole plane is one run of
     * bytes.
     */
    public boolean isPacked() {
        return strideBytes == width;
    }

    /**
     * The sample at column {@code x} of row {@code y}, 0 to 255. For tests and single samples, not
     * for loops over frames.
     */
    public int sample(int x, int y) {
        return Byte.toUnsignedInt(data.get(y * strideBytes + x));
    }
}
