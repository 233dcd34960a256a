package io.upriver.data;

import java.util.SplittableRandom;

/**
 * A square part of a picture, seen in one of eight orientations (four rotations, each mirrored or
 * not).
 *
 * @param x left edge in samples
 * @param y upper edge in samples
 * @param side length of its sides in samples
 * @param orientation bits: 1 upside down, 2 left to right, 4 rows become columns
 */
public record Window(int x, int y, int side, int orientation) {

    /** A random one inside width x height, its edges at multiples of {@code grid}. */
    static Window random(SplittableRandom random, int width, int height, int side, int grid) {
        return new Window(
                random.nextInt((width - side) / grid + 1) * grid,
                random.nextInt((height - side) / grid + 1) * grid,
                side,
                random.nextInt(8));
    }

    /** The same part of a picture that is {@code factor} times as large. */
    Window enlarged(int factor) {
        return new Window(x * factor, y * factor, side * factor, orientation);
    }

    /** The same part of a map that is a {@code divisor}-th as large. */
    Window shrunk(int divisor) {
        return new Window(x / divisor, y / divisor, side / divisor, orientation);
    }

    /** Cuts all planes of a picture, divided by 255, to {@code to} from {@code offset}. */
    void cut(Picture from, float[] to, int offset) {
        for (int row = 0; row < from.channels() * side; row++) {
            for (int column = 0; column < side; column++) {
                int value =
                        from.at(
                                row / side,
                                columnOf(row % side, column),
                                rowOf(row % side, column));
                to[offset + row * side + column] = value / 255f;
            }
        }
    }

    /** Cuts all planes of maps [channels, height, width]. */
    void cut(float[] maps, int channels, int height, int width, float[] to, int offset) {
        for (int row = 0; row < channels * side; row++) {
            int plane = row / side * height;
            for (int column = 0; column < side; column++) {
                int at = (plane + rowOf(row % side, column)) * width + columnOf(row % side, column);
                to[offset + row * side + column] = maps[at];
            }
        }
    }

    private int rowOf(int row, int column) {
        int down = (orientation & 1) != 0 ? side - 1 - row : row;
        int across = (orientation & 2) != 0 ? side - 1 - column : column;
        return y + ((orientation & 4) != 0 ? across : down);
    }

    private int columnOf(int row, int column) {
        int down = (orientation & 1) != 0 ? side - 1 - row : row;
        int across = (orientation & 2) != 0 ? side - 1 - column : column;
        return x + ((orientation & 4) != 0 ? down : across);
    }
}
