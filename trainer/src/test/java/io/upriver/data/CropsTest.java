package io.upriver.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
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
