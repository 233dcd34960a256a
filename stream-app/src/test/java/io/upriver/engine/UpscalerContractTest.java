package io.upriver.engine;

import static io.upriver.engine.TestPlanes.assertSameSamples;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.frame.Plane;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every upscaler keeps, whatever it does to the samples. */
abstract class UpscalerContractTest {

    private Upscaler upscaler;
    private Scratch scratch;

    abstract Upscaler newUpscaler();

    @BeforeEach
    void open() {
        upscaler = newUpscaler();
        scratch = upscaler.newScratch();
    }

    @AfterEach
    void close() {
        upscaler.close();
    }

    @Test
    void givesTheSameSamplesWhateverTheStrides() {
        Random random = new Random(1);
        for (int[] size :
                new int[][] {{1, 1}, {1, 9}, {12, 1}, {2, 2}, {7, 5}, {64, 36}, {33, 20}}) {
            // Given
            Plane low = TestPlanes.noise(random, size[0], size[1]);
            Plane expected = upscaledWhole(low);
            Plane wideLow = TestPlanes.copy(low, size[0] + random.nextInt(20));
            int columns = size[0] * upscaler.scale();
            int rows = size[1] * upscaler.scale();
            Plane high = TestPlanes.filled(random, columns, rows, columns + random.nextInt(20));

            // When
            upscaler.upscale(List.of(Patch.whole(wideLow, high)), scratch);

            // Then
            assertSameSamples(expected, high, size[0] + "x" + size[1]);
        }
    }

    @Test
    void splittingAFrameChangesNothing() {
        Random random = new Random(2);
        for (int round = 0; round < 40; round++) {
            // Given
            int width = 1 + random.nextInt(90);
            int height = 1 + random.nextInt(90);
            Plane low = TestPlanes.noise(random, width, height);
            Plane expected = upscaledWhole(low);
            Plane high = Plane.allocate(expected.width(), expected.height());
            List<Region> regions = new ArrayList<>();
            cut(new Region(0, 0, width, height), 1 + random.nextInt(5), random, regions);

            // When
            for (Region region : regions) {
                upscaler.upscale(List.of(new Patch(low, region, high)), scratch);
            }

            // Then
            assertSameSamples(
                    expected, high, "%dx%d cut into %s".formatted(width, height, regions));
        }
    }

    @Test
    void writesTheRegionAndNothingElse() {
        Random random = new Random(3);
        for (int round = 0; round < 20; round++) {
            // Given
            int scale = upscaler.scale();
            int width = 2 + random.nextInt(60);
            int height = 2 + random.nextInt(60);
            Plane low = TestPlanes.filled(random, width, height, width + random.nextInt(9));
            Plane high =
                    TestPlanes.filled(
                            random,
                            width * scale,
                            height * scale,
                            width * scale + random.nextInt(9));
            int x = random.nextInt(width);
            int y = random.nextInt(height);
            Region region =
                    new Region(x, y, 1 + random.nextInt(width - x), 1 + random.nextInt(height - y));
            byte[] lowBefore = TestPlanes.bytes(low);
            byte[] expected = TestPlanes.bytes(high);

            // When
            upscaler.upscale(List.of(new Patch(low, region, high)), scratch);

            // Then
            byte[] actual = TestPlanes.bytes(high);
            for (int row = y * scale; row < (y + region.height()) * scale; row++) {
                int start = row * high.strideBytes() + x * scale;
                System.arraycopy(actual, start, expected, start, region.width() * scale);
            }
            assertArrayEquals(expected, actual, region.toString());
            assertArrayEquals(lowBefore, TestPlanes.bytes(low));
        }
    }

    @Test
    void givesTheSameSamplesToManyThreadsAtOnce() throws Exception {
        // Given
        Random random = new Random(4);
        List<Plane> lows = new ArrayList<>();
        List<Plane> expected = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Plane low = TestPlanes.noise(random, 40 + 3 * i, 50 - 2 * i);
            lows.add(low);
            expected.add(upscaledWhole(low));
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            // When
            List<Future<List<Plane>>> results = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                results.add(threads.submit(() -> upscaledManyTimes(lows)));
            }

            // Then
            for (Future<List<Plane>> result : results) {
                for (int i = 0; i < lows.size(); i++) {
                    assertSameSamples(expected.get(i), result.get().get(i), "frame " + i);
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aBatchGivesWhatItsPatchesGiveOneByOne() {
        Random random = new Random(5);
        for (int count = 1; count <= upscaler.maxBatch(); count++) {
            // Given
            List<Patch> patches = new ArrayList<>();
            List<Plane> expected = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Plane low = TestPlanes.noise(random, 41, 60);
                Plane high = Plane.allocate(41 * upscaler.scale(), 60 * upscaler.scale());
                Region region = new Region(random.nextInt(10), random.nextInt(40), 30, 20);
                patches.add(new Patch(low, region, high));
                Plane alone = Plane.allocate(high.width(), high.height());
                upscaler.upscale(List.of(new Patch(low, region, alone)), scratch);
                expected.add(alone);
            }

            // When
            upscaler.upscale(patches, scratch);

            // Then
            for (int i = 0; i < count; i++) {
                assertSameSamples(expected.get(i), patches.get(i).high(), "patch " + i);
            }
        }
    }

    @Test
    void refusesPatchesThatDoNotFit() {
        // Given
        int scale = upscaler.scale();
        Plane low = Plane.allocate(8, 8);
        Plane high = Plane.allocate(8 * scale, 8 * scale);
        Plane tooHigh = Plane.allocate(8 * (scale + 1), 8 * (scale + 1));
        Patch patch = Patch.whole(low, high);
        List<Patch> tooMany = new ArrayList<>();
        for (int i = 0; i <= upscaler.maxBatch(); i++) {
            tooMany.add(patch);
        }

        // When, Then
        assertRefused(List.of(), "patches, got 0");
        assertRefused(tooMany, "patches, got " + tooMany.size());
        assertRefused(List.of(Patch.whole(low, tooHigh)), "got " + tooHigh.width() + "x");
    }

    @Test
    void refusesScratchMemoryOfSomethingElse() {
        // Given
        Plane low = Plane.allocate(8, 8);
        Plane high = Plane.allocate(8 * upscaler.scale(), 8 * upscaler.scale());
        Scratch foreign = new Scratch() {};

        // When, Then
        assertThrows(
                IllegalArgumentException.class,
                () -> upscaler.upscale(List.of(Patch.whole(low, high)), foreign));
    }

    @Test
    void saysWhatItDoes() {
        assertTrue(upscaler.scale() >= 1);
        assertTrue(upscaler.maxBatch() >= 1);
        assertEquals(upscaler.scale(), newScaleOfAFrame());
    }

    private int newScaleOfAFrame() {
        return upscaledWhole(Plane.allocate(6, 4)).width() / 6;
    }

    private void assertRefused(List<Patch> patches, String why) {
        Exception refusal =
                assertThrows(
                        IllegalArgumentException.class, () -> upscaler.upscale(patches, scratch));
        assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
    }

    private List<Plane> upscaledManyTimes(List<Plane> lows) {
        Scratch own = upscaler.newScratch();
        List<Plane> highs = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            highs.clear();
            for (Plane low : lows) {
                Plane high =
                        Plane.allocate(
                                low.width() * upscaler.scale(), low.height() * upscaler.scale());
                upscaler.upscale(List.of(Patch.whole(low, high)), own);
                highs.add(high);
            }
        }
        return highs;
    }

    private Plane upscaledWhole(Plane low) {
        Plane high =
                Plane.allocate(low.width() * upscaler.scale(), low.height() * upscaler.scale());
        upscaler.upscale(List.of(Patch.whole(low, high)), scratch);
        return high;
    }

    /** Cuts a region into two at a random place, and those again. */
    private static void cut(Region region, int cuts, Random random, List<Region> into) {
        boolean isAcross = random.nextBoolean();
        int extent = isAcross ? region.height() : region.width();
        if (cuts == 0 || extent < 2) {
            into.add(region);
            return;
        }
        int at = 1 + random.nextInt(extent - 1);
        Region first =
                isAcross
                        ? new Region(region.x(), region.y(), region.width(), at)
                        : new Region(region.x(), region.y(), at, region.height());
        Region second =
                isAcross
                        ? new Region(
                                region.x(), region.y() + at, region.width(), region.height() - at)
                        : new Region(
                                region.x() + at, region.y(), region.width() - at, region.height());
        cut(first, cuts - 1, random, into);
        cut(second, cuts - 1, random, into);
    }
}
