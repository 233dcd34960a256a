package io.upriver.demo;

/** Colours as 0xRRGGBB. */
final class Colours {

    private Colours() {}

    /** Each part is cut to 0 to 255. */
    static int of(double red, double green, double blue) {
        return part(red) << 16 | part(green) << 8 | part(blue);
    }

    private static int part(double value) {
        return (int) Math.round(Math.min(255, Math.max(0, value)));
    }
}
