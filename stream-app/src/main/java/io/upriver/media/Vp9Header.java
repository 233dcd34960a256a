package io.upriver.media;

import org.jspecify.annotations.Nullable;

/**
 * The size that the first bits of a VP9 key frame say, which FFmpeg's parser does not tell.
 *
 * <p>Source: VP9 Bitstream and Decoding Process Specification, 6.2 (uncompressed header), 6.2.2
 * (colour), 6.2.3 (size).
 *
 * @param width in samples, 1 to 65536
 * @param height in samples, 1 to 65536
 */
record Vp9Header(int width, int height) {

    /** The most of a frame that the size may be behind. */
    static final int BYTES = 16;

    private static final int FRAME_MARKER = 2;
    private static final int SYNC_CODE = 0x498342;
    private static final int RGB = 7;

    /** What these first bytes of a frame say, or null where they are not those of a key frame. */
    static @Nullable Vp9Header of(byte[] first) {
        if (first.length < BYTES) {
            return null;
        }
        Bits bits = new Bits(first);
        if (bits.next(2) != FRAME_MARKER) {
            return null;
        }
        int profile = bits.next(1) + 2 * bits.next(1);
        if (profile == 3) {
            bits.next(1); // reserved
        }
        boolean isShownAgain = bits.next(1) == 1;
        boolean isKey = bits.next(1) == 0;
        bits.next(2); // shown; resilient to errors
        if (isShownAgain || !isKey || bits.next(24) != SYNC_CODE) {
            return null;
        }
        skipColour(bits, profile);
        return new Vp9Header(bits.next(16) + 1, bits.next(16) + 1);
    }

    private static void skipColour(Bits bits, int profile) {
        if (profile >= 2) {
            bits.next(1); // ten or twelve bits
        }
        boolean hasSubsampling = profile == 1 || profile == 3;
        if (bits.next(3) == RGB) {
            bits.next(hasSubsampling ? 1 : 0);
        } else {
            bits.next(hasSubsampling ? 4 : 1); // range; subsampling and a reserved bit
        }
    }

    /** Reads numbers of some bits, the highest first. */
    private static final class Bits {

        private final byte[] bytes;
        private int place;

        Bits(byte[] bytes) {
            this.bytes = bytes;
        }

        int next(int count) {
            int value = 0;
            for (int i = 0; i < count; i++) {
                value = (value << 1) | ((bytes[place / 8] >> (7 - place % 8)) & 1);
                place++;
            }
            return value;
        }
    }
}
