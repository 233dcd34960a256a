package io.upriver.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WindowTest {
    private static final int WIDTH = 13;
    private static final int HEIGHT = 11;
    private static final int SIDE = 5;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void cutsAndThenTurns(int orientation) {
        // Given three planes in which no sample is twice
        Window window = new Window(7, 3, SIDE, orientation);
        Picture picture = numbered();
        float[] maps = new float[3 * HEIGHT * WIDTH];
        for (int i = 0; i < maps.length; i++) {
            maps[i] = i * 0.5f;
        }

        // When
        float[] samples = new float[2 + 3 * SIDE * SIDE];
        float[] values = new float[2 + 3 * SIDE * SIDE];
        window.cut(picture, samples, 2);
        window.cut(maps, 3, HEIGHT, WIDTH, values, 2);

        // Then they are what copying, transposing and turning round gives, one after the other
        for (int channel = 0; channel < 3; channel++) {
            int[][] expected = turned(indices(channel, 7, 3), orientation);
            for (int i = 0; i < SIDE * SIDE; i++) {
                int index = expected[i / SIDE][i % SIDE];
                int at = 2 + channel * SIDE * SIDE + i;
                assertEquals((picture.samples()[index] & 255) / 255f, samples[at]);
                assertEquals(maps[index], values[at]);
            }
        }
        assertArrayEquals(new float[2], Arrays.copyOf(samples, 2), "written before the offset");
    }

    @Test
    void knowsEightDifferentOrientations() {
        Set<List<Float>> seen = new HashSet<>();
        for (int orientation = 0; orientation < 8; orientation++) {
            float[] samples = new float[3 * SIDE * SIDE];
            new Window(1, 2, SIDE, orientation).cut(numbered(), samples, 0);
            seen.add(java.util.stream.IntStream.range(0, 25).mapToObj(i -> samples[i]).toList());
        }
        assertEquals(8, seen.size());
    }

    @Test
    void isTheSamePartOfALargerAndASmallerPicture() {
        Window window = new Window(12, 8, 20, 6);
        assertEquals(new Window(36, 24, 60, 6), window.enlarged(3));
        assertEquals(new Window(3, 2, 5, 6), window.shrunk(4));
    }

    @Test
    void liesAnywhereInsideOnItsGrid() {
        // Given room for 4 places across and 3 down
        SplittableRandom random = new SplittableRandom(1);
        Set<Integer> across = new HashSet<>();
        Set<Integer> down = new HashSet<>();
        Set<Integer> orientations = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            // When
            Window window = Window.random(random, 25, 21, 12, 4);

            // Then
            assertTrue(window.x() + 12 <= 25 && window.y() + 12 <= 21, window.toString());
            across.add(window.x());
            down.add(window.y());
            orientations.add(window.orientation());
        }
        assertEquals(Set.of(0, 4, 8, 12), across);
        assertEquals(Set.of(0, 4, 8), down);
        assertEquals(8, orientations.size());
    }

    private static Picture numbered() {
        byte[] samples = new byte[3 * HEIGHT * WIDTH];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) (i + i / (HEIGHT * WIDTH) * 40);
        }
        return new Picture(WIDTH, HEIGHT, 3, samples);
    }

    /** Where the samples of an unturned part lie. */
    private static int[][] indices(int channel, int x, int y) {
        int[][] part = new int[SIDE][SIDE];
        for (int row = 0; row < SIDE; row++) {
            for (int column = 0; column < SIDE; column++) {
                part[row][column] = (channel * HEIGHT + y + row) * WIDTH + x + column;
            }
        }
        return part;
    }

    private static int[][] turned(int[][] part, int orientation) {
        int[][] turned = part;
        if (orientation >= 4) {
            turned = new int[SIDE][SIDE];
            for (int row = 0; row < SIDE; row++) {
                for (int column = 0; column < SIDE; column++) {
                    turned[column][row] = part[row][column];
                }
            }
        }
        if (orientation % 2 == 1) {
            List<int[]> rows = Arrays.asList(turned);
            java.util.Collections.reverse(rows);
        }
        if (orientation / 2 % 2 == 1) {
            for (int[] row : turned) {
                for (int i = 0; i < SIDE / 2; i++) {
                    int swapped = row[i];
                    row[i] = row[SIDE - 1 - i];
                    row[SIDE - 1 - i] = swapped;
                }
            }
        }
        return turned;
    }
}
