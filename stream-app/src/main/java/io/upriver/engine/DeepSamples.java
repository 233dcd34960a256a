package io.upriver.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/**
 * Samples of more than 8 bits on their way into a network and out of it.
 *
 * <p>Networks know code values of bytes, 0 to 255. A sample of {@code d} bits stands for {@code
 * sample / 2^(d - 8)} of these, exactly: 24 bits of a float hold all 16. The same power of two
 * leads back, with rounding to the nearest, ties to even, as the networks' own ends for bytes
 * round.
 *
 * <p>Both loops go from one direct buffer to the other, sample by sample, through views: these cost
 * half of what {@code ByteBuffer.putFloat} does.
 */
final class DeepSamples {

    /**
     * The float whose last bit counts ones: what is added to it is rounded to a whole number, which
     * then stands in its low bits.
     */
    private static final float ROUNDING = 1 << 23;

    private static final int ROUNDING_BITS = Float.floatToRawIntBits(ROUNDING);

    private DeepSamples() {}

    /**
     * Turns samples into floats.
     *
     * @param from samples of two bytes, from byte {@code at} on
     * @param to floats in the processor's order, from byte {@code toAt} on
     */
    static void toFloats(
            ByteBuffer from, int at, ByteBuffer to, int toAt, int samples, int bitDepth) {
        ShortBuffer source = shorts(from, at, samples);
        FloatBuffer target = floats(to, toAt, samples);
        float factor = 1f / (1 << (bitDepth - 8));
        for (int i = 0; i < samples; i++) {
            target.put(i, (source.get(i) & 0xffff) * factor);
        }
    }

    /**
     * Turns floats into samples, limited to what the depth can hold. What is no number becomes the
     * largest sample.
     *
     * @param from floats in the processor's order, from byte {@code at} on
     * @param to samples of two bytes, from byte {@code toAt} on
     */
    static void fromFloats(
            ByteBuffer from, int at, ByteBuffer to, int toAt, int samples, int bitDepth) {
        FloatBuffer source = floats(from, at, samples);
        ShortBuffer target = shorts(to, toAt, samples);
        float factor = 1 << (bitDepth - 8);
        int peak = (1 << bitDepth) - 1;
        for (int i = 0; i < samples; i++) {
            float value = Math.max(source.get(i) * factor, 0) + ROUNDING;
            int rounded = Float.floatToRawIntBits(value) - ROUNDING_BITS;
            target.put(i, (short) Math.min(rounded, peak));
        }
    }

    private static ShortBuffer shorts(ByteBuffer bytes, int at, int samples) {
        return bytes.slice(at, Short.BYTES * samples)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asShortBuffer();
    }

    private static FloatBuffer floats(ByteBuffer bytes, int at, int samples) {
        return bytes.slice(at, Float.BYTES * samples)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }
}
