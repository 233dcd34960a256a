package io.upriver.engine;

import io.upriver.frame.Plane;

/**
 * A rectangle of a low-resolution plane, in samples.
 *
 * @param x the first column, at least 0
 * @param y the first row, at least 0
 * @param width columns, at least 1
 * @param height rows, at least 1
 */
public record Region(int x, int y, int width, int height) {

    public Region {
        if (x < 0 || y < 0 || width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "expected a region of at least 1x1 samples at a position not below 0, got "
                            + describe(x, y, width, height));
        }
    }

    /** The region that covers the whole plane. */
    public static Region whole(Plane plane) {
        return new Region(0, 0, plane.width(), plane.height());
    }

    /** True when every sample of the region lies on the plane. */
    public boolean isWithin(Plane plane) {
        return (long) x + width <= plane.width() && (long) y + height <= plane.height();
    }

    /** For example {@code 640x90 at 0,180}. */
    @Override
    public String toString() {
        return describe(x, y, width, height);
    }

    private static String describe(int x, int y, int width, int height) {
        return width + "x" + height + " at " + x + "," + y;
    }
}
