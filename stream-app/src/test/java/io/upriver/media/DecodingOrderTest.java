package io.upriver.media;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DecodingOrderTest {

    @Test
    void growsOverAllSegmentsAndIsNeverLaterThanThePresentation() {
        Random random = new Random(4);
        for (int trial = 0; trial < 500; trial++) {
            // Given
            int delay = random.nextInt(5);
            DecodingOrder order = new DecodingOrder(delay);
            long clock = random.nextLong(-1000, 1000);
            long before = Long.MIN_VALUE;
            for (int segment = 0; segment < 6; segment++) {
                long[] shown = times(random, clock, 1 + random.nextInt(30));
                clock = shown[shown.length - 1];
                long[] pts = reordered(random, shown, delay);

                // When
                long[] dts = order.next(pts);

                // Then
                for (int i = 0; i < pts.length; i++) {
                    String what =
                            "trial %d, delay %d, segment %d, packet %d: decoded at %d, shown at %d"
                                    .formatted(trial, delay, segment, i, dts[i], pts[i]);
                    assertTrue(dts[i] > before, what + ", the one before at " + before);
                    assertTrue(dts[i] <= pts[i], what);
                    before = dts[i];
                }
            }
        }
    }

    /** Strictly growing times after the given one, in uneven steps. */
    private static long[] times(Random random, long after, int count) {
        long[] times = new long[count];
        long time = after;
        for (int i = 0; i < count; i++) {
            time += 1 + random.nextInt(random.nextInt(10) == 0 ? 1000 : 40);
            times[i] = time;
        }
        return times;
    }

    /**
     * A decoding order: the key picture first, then any in which no picture comes more than {@code
     * delay} places later than it is shown.
     */
    private static long[] reordered(Random random, long[] shown, int delay) {
        List<Integer> left = new ArrayList<>();
        for (int i = 1; i < shown.length; i++) {
            left.add(i);
        }
        long[] pts = new long[shown.length];
        pts[0] = shown[0];
        for (int i = 1; i < shown.length; i++) {
            boolean isDue = left.get(0) <= i - delay;
            int choice = isDue ? 0 : random.nextInt(Math.min(left.size(), 5));
            pts[i] = shown[left.remove(choice)];
        }
        return pts;
    }

    @Test
    void decodesWhenTheFrameSoManyPlacesEarlierIsShown() {
        // Given: I B B P, as x264 sends it
        DecodingOrder order = new DecodingOrder(2);

        // When
        long[] first = order.next(new long[] {0, 3, 2, 1});
        long[] second = order.next(new long[] {4, 7, 6, 5});

        // Then
        assertArrayEquals(new long[] {-2, -1, 0, 1}, first);
        assertArrayEquals(new long[] {2, 3, 4, 5}, second);
    }

    @Test
    void leavesTimesAloneWithoutReordering() {
        // Given
        DecodingOrder order = new DecodingOrder(0);
        long[] times = {5, 9, 100};

        // When
        long[] dts = order.next(times);

        // Then
        assertArrayEquals(times, dts);
    }

    @Test
    void doesNotChangeWhatItIsGiven() {
        // Given
        long[] pts = {0, 3, 1, 2};

        // When
        new DecodingOrder(1).next(pts);

        // Then
        assertTrue(Arrays.equals(new long[] {0, 3, 1, 2}, pts));
    }

    @Test
    void seesTheDelayThatAnEncoderHasKeptTo() {
        // Given: decoded two frames ahead, though the order would do with one
        long[] pts = {40, 120, 80, 200, 160};

        assertEquals(2, DecodingOrder.delayOf(pts, -40));
        assertEquals(1, DecodingOrder.delayOf(pts, 0));
        // what it says cannot be
        assertEquals(1, DecodingOrder.delayOf(pts, 40));
        assertEquals(0, DecodingOrder.delayOf(new long[] {40}, -40));
        assertEquals(0, DecodingOrder.delayOf(new long[] {40, 80}, 40));
    }
}
