package io.upriver.teacher;

/** IEEE 754 binary16 ("half") numbers as 16 bits: sign, 5 bits of exponent, 10 of fraction. */
final class HalfFloat {
    private static final int SIGN = 0x8000;
    private static final int INFINITY = 0x7C00;
    private static final int QUIET = 0x0200;
    private static final int FRACTION = 0x03FF;
    private static final int FRACTION_BITS = 10;
    private static final int LEAST_EXPONENT = -14;
    private static final int BIAS = 15;

    private HalfFloat() {}

    /**
     * The nearest half, to the even one in the middle; beyond 65504 by half a step or more,
     * infinity. Not a number stays so.
     */
    static short of(float value) {
        int sign = Float.floatToRawIntBits(value) >>> 16 & SIGN;
        float size = Math.abs(value);
        if (Float.isNaN(value)) {
            return (short) (sign | INFINITY | QUIET);
        }
        if (Float.isInfinite(value)) {
            return (short) (sign | INFINITY);
        }
        // A multiple of the half's step at this size, exactly: only powers of two are multiplied.
        int exponent = Math.max(Math.getExponent(size), LEAST_EXPONENT);
        long steps = (long) Math.rint(Math.scalb((double) size, FRACTION_BITS - exponent));
        // Rounding up into the next exponent carries into its bits by itself.
        long bits = ((long) (exponent - LEAST_EXPONENT) << FRACTION_BITS) + steps;
        return (short) (sign | Math.min(bits, INFINITY));
    }

    /** The same number as a float; every half is one. */
    static float toFloat(short half) {
        int exponent = half >>> FRACTION_BITS & 0x1F;
        int fraction = half & FRACTION;
        float size;
        if (exponent == 0x1F) {
            size = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
        } else if (exponent == 0) {
            size = Math.scalb((float) fraction, LEAST_EXPONENT - FRACTION_BITS);
        } else {
            size = Math.scalb((float) (FRACTION + 1 + fraction), exponent - BIAS - FRACTION_BITS);
        }
        return (half & SIGN) == 0 ? size : -size;
    }
}
