package io.upriver.engine;

import static io.upriver.engine.TestPlanes.assertSameSamples;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
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
            int bitDepth = depth(random);
            Plane low = TestPlanes.noise(random, size[0], size[1], bitDepth);
            Plane expected = upscaledWhole(low);
            Plane wideLow = TestPlanes.copy(low, random.nextInt(20));
            int columns = size[0] * upscaler.scale();
            int rows = size[1] * upscaler.scale();
            Plane high = TestPlanes.filled(random, columns, rows, random.nextInt(20), bitDepth);

            // When
            upscaler.upscale(List.of(Patch.whole(wideLow, high)), scratch);

            // Then
            assertSameSamples(expected, high, size[0] + "x" + size[1] + " " + bitDepth);
        }
    }

    @Test
    void splittingAFrameChangesNothing() {
        Random random = new Random(2);
        for (int round = 0; round < 40; round++) {
            // Given
            int width = 1 + random.nextInt(90);
            int height = 1 + random.nextInt(90);
            int bitDepth = depth(random);
            Plane low = TestPlanes.noise(random, width, height, bitDepth);
            Plane expected = upscaledWhole(low);
            Plane high = Plane.allocate(expected.width(), expected.height(), bitDepth);
            List<Region> regions = new ArrayList<>();
            cut(new Region(0, 0, width, height), 1 + random.nextInt(5), random, regions);

            // When
            for (Region region : regions) {
                upscaler.upscale(List.of(new Patch(low, region, high)), scratch);
            }

            // Then
            assertSameSamples(
                    expected,
                    high,
                    "%dx%d of %d bits cut into %s".formatted(width, height, bitDepth, regions));
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
            int bitDepth = depth(random);
            Plane low = TestPlanes.filled(random, width, height, random.nextInt(9), bitDepth);
            Plane high =
                    TestPlanes.filled(
                            random, width * scale, height * scale, random.nextInt(9), bitDepth);
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
                int bytes = scale * high.bytesPerSample();
                int start = row * high.strideBytes() + x * bytes;
                System.arraycopy(actual, start, expected, start, region.width() * bytes);
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
            Plane low = TestPlanes.noise(random, 40 + 3 * i, 50 - 2 * i, i % 2 == 0 ? 8 : 10);
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
            int bitDepth = depth(random);
            List<Patch> patches = new ArrayList<>();
            List<Plane> expected = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Plane low = TestPlanes.noise(random, 41, 60, bitDepth);
                Plane high = highFor(low);
                Region region = new Region(random.nextInt(10), random.nextInt(40), 30, 20);
                patches.add(new Patch(low, region, high));
                Plane alone = highFor(low);
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
        if (upscaler.maxBatch() > 1) {
            Plane deep = Plane.allocate(8, 8, 10);
            Patch other = Patch.whole(deep, highFor(deep));
            assertRefused(List.of(patch, other), "expected patches of equal size and depth, got ");
        }
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

    /** The bits that were added take part in the arithmetic; without them it is that of bytes. */
    @Test
    void makesOfMoreBitsWhatItMakesOfBytes() {
        Random random = new Random(6);
        for (int bitDepth : TestPlanes.DEPTHS) {
            // Given
            Plane low = Plane.allocate(31, 22);
            for (int i = 0; i < 31 * 22; i++) {
                low.data().put(i, (byte) (108 + random.nextInt(40)));
            }
            Plane bytes = upscaledWhole(low);

            // When
            Plane deep = upscaledWhole(TestPlanes.deepened(low, bitDepth));

            // Then
            int unit = 1 << (bitDepth - 8);
            for (int y = 0; y < bytes.height(); y++) {
                for (int x = 0; x < bytes.width(); x++) {
                    double value = Math.min(255, (double) deep.sample(x, y) / unit);
                    assertEquals(bytes.sample(x, y), value, 0.55, bitDepth + " bits");
                }
            }
        }
    }

    @Test
    void takesEveryDepth() {
        for (int bitDepth = 8; bitDepth <= 16; bitDepth++) {
            assertNull(upscaler.refusalOf(bitDepth));
        }
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
                Plane high = highFor(low);
                upscaler.upscale(List.of(Patch.whole(low, high)), own);
                highs.add(high);
            }
        }
        return highs;
    }

    private Plane upscaledWhole(Plane low) {
        Plane high = highFor(low);
        upscaler.upscale(List.of(Patch.whole(low, high)), scratch);
        return high;
    }

    private Plane highFor(Plane low) {
        return Plane.allocate(
                low.width() * upscaler.scale(), low.height() * upscaler.scale(), low.bitDepth());
    }

    private static int depth(Random random) {
        return TestPlanes.DEPTHS[random.nextInt(TestPlanes.DEPTHS.length)];
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
