package io.upriver.frame;

import java.nio.ByteBuffer;

/**
 * One plane of samples in native memory: rows of {@code width} samples, {@code strideBytes} apart.
 *
 * <p>The samples are unsigned code values, 0 to {@link #peak()}, in the colour range of the video
 * they came from; nothing here interprets them. Those of 8 bits take a byte each, those of more two
 * bytes, the less significant first, whatever the buffer's own byte order. The plane does not own
 * its memory: whoever made the buffer keeps it alive until the last reader is done. A plane may be
 * read by many threads; rows may be written by one thread each.
 *
 * @param data a direct buffer; byte 0 (not the position) begins the first sample of the first row
 * @param width samples in a row, at least 1
 * @param height rows, at least 1
 * @param strideBytes distance between the first samples of two rows, at least that of {@code width}
 *     samples
 * @param bitDepth significant bits of a sample, 8 to 16
 */
public record Plane(ByteBuffer data, int width, int height, int strideBytes, int bitDepth) {

    /** The fewest bits of a sample. */
    public static final int LEAST_DEPTH = 8;

    /** The most bits of a sample. */
    public static final int MOST_DEPTH = 16;

    public Plane {
        if (!data.isDirect()) {
            throw new IllegalArgumentException(
                    "a plane needs a direct buffer, got one on the heap");
        }
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "a plane needs at least 1x1 samples, got " + width + "x" + height);
        }
        if (bitDepth < LEAST_DEPTH || bitDepth > MOST_DEPTH) {
            throw new IllegalArgumentException(
                    "expected samples of %d to %d bits, got %d"
                            .formatted(LEAST_DEPTH, MOST_DEPTH, bitDepth));
        }
        long row = (long) width * bytesPerSample(bitDepth);
        if (strideBytes < row) {
            throw new IllegalArgumentException(
                    "expected a stride of at least " + row + ", got " + strideBytes);
        }
        long needed = (long) strideBytes * (height - 1) + row;
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

    /** A new plane of bytes with rows packed without gaps. */
    public static Plane allocate(int width, int height) {
        return allocate(width, height, LEAST_DEPTH);
    }

    /** A new plane with rows packed without gaps. */
    public static Plane allocate(int width, int height, int bitDepth) {
        int stride = Math.multiplyExact(width, bytesPerSample(bitDepth));
        return new Plane(
                ByteBuffer.allocateDirect(Math.multiplyExact(stride, height)),
                width,
                height,
                stride,
                bitDepth);
    }

    /** Bytes that one sample takes: 1 or 2. */
    public int bytesPerSample() {
        return bytesPerSample(bitDepth);
    }

    /** The largest code value: 255 for 8 bits, 1023 for 10. */
    public int peak() {
        return (1 << bitDepth) - 1;
    }

    /**
     * True when the rows follow each other without gaps, so that the whole plane is one run of
     * bytes.
     */
    public boolean isPacked() {
        return strideBytes == width * bytesPerSample();
    }

    /**
     * The sample at column {@code x} of row {@code y}, 0 to {@link #peak()}. For tests and single
     * samples, not for loops over frames.
     */
    public int sample(int x, int y) {
        int at = y * strideBytes + x * bytesPerSample();
        int low = Byte.toUnsignedInt(data.get(at));
        return bytesPerSample() == 1 ? low : low | Byte.toUnsignedInt(data.get(at + 1)) << 8;
    }

    /**
     * Copies a row's samples, each 0 to {@link #peak()}.
     *
     * @param y the row
     * @param samples where to, at least {@link #width()} long
     */
    public void readRow(int y, int[] samples) {
        int at = y * strideBytes;
        if (bytesPerSample() == 1) {
            for (int x = 0; x < width; x++) {
                samples[x] = data.get(at + x) & 0xff;
            }
        } else {
            for (int x = 0; x < width; x++) {
                int place = at + 2 * x;
                samples[x] = (data.get(place) & 0xff) | ((data.get(place + 1) & 0xff) << 8);
            }
        }
    }

    static int bytesPerSample(int bitDepth) {
        return bitDepth == LEAST_DEPTH ? 1 : 2;
    }
}
