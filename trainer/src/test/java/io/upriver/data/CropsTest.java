package io.upriver.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CropsTest {
    private static final int SIDE = 10;

    @Test
    void dependOnlyOnTheSeedAndTheStep() {
        // Given two of the same, asked in different orders
        Crops one = Crops.of(List.of(pair(2)), 4, SIDE, 7);
        Crops other = Crops.of(List.of(pair(2)), 4, SIDE, 7);
        other.batch(3);

        // Then
        assertArrayEquals(one.batch(5).low(), other.batch(5).low());
        assertArrayEquals(one.batch(5).high(), other.batch(5).high());
        assertFalse(Arrays.equals(one.batch(5).low(), one.batch(6).low()));
    }

    @Test
    void areCutFromTheSamePlaceAndTurnedTheSameWayInBothSizes() {
        // Given pairs in which each low pixel is a square of equal high pixels
        for (int scale = 2; scale <= 4; scale++) {
            Batch batch = Crops.of(List.of(pair(scale)), 32, SIDE, scale).batch(0);
            int highSide = SIDE * scale;
            for (int i = 0; i < batch.high().length; i++) {
                int crop = i / (highSide * highSide);
                int row = i / highSide % highSide / scale;
                int column = i % highSide / scale;
                assertEquals(batch.low()[(crop * SIDE + row) * SIDE + column], batch.high()[i]);
            }
        }
    }

    @Test
    void comeInEightOrientations() {
        // Given a picture that is a slope, so that a crop's corner differences tell how it lies
        byte[] slope = new byte[40 * 40];
        for (int i = 0; i < slope.length; i++) {
            slope[i] = (byte) (i / 40 * 3 + i % 40);
        }
        Picture low = Picture.luma(40, 40, slope);
        Batch batch =
                Crops.of(
                                List.of(new ImagePair("slope", low, Bicubic.enlarge(low, 2))),
                                256,
                                SIDE,
                                1)
                        .batch(0);

        // Then
        long orientations =
                java.util.stream.IntStream.range(0, 256)
                        .mapToObj(
                                crop -> {
                                    int at = crop * SIDE * SIDE;
                                    int down =
                                            Math.round(
                                                    (batch.low()[at + SIDE] - batch.low()[at])
                                                            * 255);
                                    int right =
                                            Math.round(
                                                    (batch.low()[at + 1] - batch.low()[at]) * 255);
                                    return down + "," + right;
                                })
                        .distinct()
                        .count();
        assertEquals(8, orientations);
    }

    @Test
    void shareNoDrawsBetweenSeeds() {
        // Given a picture in which every place is told apart by its corner
        List<ImagePair> pairs = List.of(pair(2));
        Set<Integer> seen = new HashSet<>();
        int repeated = 0;
        for (long seed = 0; seed < 20; seed++) {
            // When
            Batch batch = Crops.of(pairs, 8, SIDE, seed).batch(0);

            // Then
            for (int crop = 0; crop < 8; crop++) {
                int from = crop * SIDE * SIDE;
                float[] low = Arrays.copyOfRange(batch.low(), from, from + SIDE * SIDE);
                repeated += seen.add(Arrays.hashCode(low)) ? 0 : 1;
            }
        }
        // Of 160 draws among 21 * 11 * 8 windows, 7 repeat one by chance
        assertTrue(repeated < 20, repeated + " of 160 crops were another seed's");
    }

    @Test
    void cutLabelsAndFeaturesFromWhereTheLowPictureIsCut() {
        for (int pool : new int[] {1, 2, 4}) {
            // Given pictures of two sizes; the label repeats their pixels, brightened by one
            int side = 3 * pool * 2;
            List<Lesson> lessons = List.of(lesson(31, 29, pool), lesson(40, 26, pool));

            // When
            Batch batch = new Crops(lessons, 64, side, pool).batch(3);

            // Then
            assertEquals(2, batch.features().size());
            for (int crop = 0; crop < 64; crop++) {
                int low = crop * side * side;
                for (int i = 0; i < 4 * side * side; i++) {
                    int below = low + i / (2 * side) / 2 * side + i % (2 * side) / 2;
                    assertEquals(
                            batch.low()[below] * 255 + 1, batch.label()[4 * low + i] * 255, 1e-3);
                }
                int small = side / pool;
                for (int i = 0; i < 2 * small * small; i++) {
                    int y = i / small % small;
                    double mean = 0;
                    for (int k = 0; k < pool * pool; k++) {
                        int row = y * pool + k / pool;
                        mean += batch.low()[low + row * side + i % small * pool + k % pool];
                    }
                    mean /= pool * pool;
                    int channel = i / small / small;
                    float value = batch.features().get(1)[crop * 2 * small * small + i];
                    assertEquals(channel == 0 ? mean : -mean, value, 1e-6);
                }
            }
        }
    }

    @Test
    void refuseASideThatTheFeaturesDoNotDivide() {
        List<Lesson> lessons = List.of(lesson(31, 29, 4));
        var refusal =
                assertThrows(IllegalArgumentException.class, () -> new Crops(lessons, 1, 18, 1));
        assertEquals(
                "crops of 18 pixels: expected a multiple of 4, by which the feature maps are shrunk",
                refusal.getMessage());
    }

    /** Noise with features: 1 constant, then the noise's means and those turned negative. */
    private static Lesson lesson(int width, int height, int pool) {
        Picture low = SyntheticPictures.noise(width, height, width);
        for (int i = 0; i < low.samples().length; i++) {
            low.samples()[i] = (byte) Math.min(254, low.samples()[i] & 255);
        }
        byte[] doubled = new byte[4 * width * height];
        byte[] label = new byte[4 * width * height];
        for (int i = 0; i < label.length; i++) {
            int value = low.at(0, i % (2 * width) / 2, i / (2 * width) / 2);
            doubled[i] = (byte) value;
            label[i] = (byte) (value + 1);
        }
        int rows = height / pool;
        int columns = width / pool;
        float[] means = new float[2 * rows * columns];
        for (int i = 0; i < rows * columns; i++) {
            double sum = 0;
            for (int k = 0; k < pool * pool; k++) {
                sum += low.at(0, i % columns * pool + k % pool, i / columns * pool + k / pool);
            }
            means[i] = (float) (sum / pool / pool / 255);
            means[rows * columns + i] = -means[i];
        }
        return new Lesson(
                new ImagePair("noise", low, Picture.luma(2 * width, 2 * height, doubled)),
                Picture.luma(2 * width, 2 * height, label),
                List.of(
                        new Lesson.Maps(1, rows, columns, pool, new float[rows * columns]),
                        new Lesson.Maps(2, rows, columns, pool, means)));
    }

    @Test
    void arriveInOrderFromThePrefetch() throws InterruptedException {
        Crops crops = Crops.of(List.of(pair(2)), 1, SIDE, 7);
        try (Prefetch prefetch = new Prefetch(crops, 5)) {
            for (long step = 5; step < 30; step++) {
                Batch batch = prefetch.next();
                assertEquals(step, batch.step());
                assertArrayEquals(crops.batch(step).low(), batch.low());
            }
        }
    }

    @Test
    void failInThePrefetchWithTheirReason() {
        Crops tooLarge = Crops.of(List.of(pair(2)), 1, 1000, 7);
        try (Prefetch prefetch = new Prefetch(tooLarge, 0)) {
            assertThrows(IllegalStateException.class, prefetch::next);
        }
    }

    private static ImagePair pair(int scale) {
        Picture low = SyntheticPictures.noise(30, 20, 1);
        byte[] high = new byte[low.samples().length * scale * scale];
        for (int i = 0; i < high.length; i++) {
            int width = low.width() * scale;
            high[i] = (byte) low.at(0, i % width / scale, i / width / scale);
        }
        return new ImagePair(
                "squares", low, Picture.luma(low.width() * scale, low.height() * scale, high));
    }
}
