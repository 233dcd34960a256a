package io.upriver.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.frame.Plane;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PlaneInterpolatorTest {

    /** What the arithmetic may be off before the last rounding, in code values of a byte. */
    private static final double ERROR = 0.05;

    @Test
    void agreesWithAPlainComputationInDoublePrecision() {
        Random random = new Random(1);
        for (int round = 0; round < 500; round++) {
            // Given
            int bitDepth = TestPlanes.DEPTHS[round % TestPlanes.DEPTHS.length];
            int scale = 1 + random.nextInt(6);
            int log2X = random.nextInt(3);
            int log2Y = random.nextInt(3);
            boolean cositedX = random.nextBoolean();
            boolean cositedY = random.nextBoolean();
            Plane low = noise(random, 1 + random.nextInt(40), 1 + random.nextInt(40), bitDepth);
            Plane high = highFor(low, scale, random);
            double largest = 0.5 + ERROR * (1 << (bitDepth - 8));
            PlaneInterpolator interpolator =
                    PlaneInterpolator.forChroma(scale, log2X, cositedX, log2Y, cositedY);

            // When
            interpolator.scale(low, high, interpolator.newScratch());

            // Then
            for (int y = 0; y < high.height(); y++) {
                for (int x = 0; x < high.width(); x++) {
                    int row = y;
                    int column = x;
                    double positionX = chromaPosition(x, scale, log2X, cositedX);
                    double positionY = chromaPosition(y, scale, log2Y, cositedY);
                    double exact = interpolated(low, positionX, positionY);
                    double expected = Math.max(0, Math.min(exact, low.peak()));
                    double error = Math.abs(high.sample(x, y) - expected);
                    assertTrue(
                            error <= largest,
                            () ->
                                    "%d bits, scale %d, %d,%d: expected %f, got %d"
                                            .formatted(
                                                    bitDepth,
                                                    scale,
                                                    column,
                                                    row,
                                                    expected,
                                                    high.sample(column, row)));
                }
            }
        }
    }

    @Test
    void agreesWithTheBicubicOperatorOfOnnxRuntime() {
        Random random = new Random(2);
        Device cpu =
                ExecutionProviders.choose(EngineSettings.defaults().with(ProviderPreference.CPU));
        for (int scale = 2; scale <= 4; scale++) {
            // Given
            Plane low = noise(random, 37, 22);
            Plane expected = Plane.allocate(37 * scale, 22 * scale);
            Plane high = Plane.allocate(37 * scale, 22 * scale);
            ModelContract contract = new ModelContract(scale, 1, 3);
            try (Upscaler oracle =
                    TestNetworks.upscaler(TestNetworks.bicubic(scale), contract, cpu)) {
                oracle.upscale(List.of(Patch.whole(low, expected)), oracle.newScratch());
            }
            PlaneInterpolator interpolator = PlaneInterpolator.centred(scale);

            // When
            interpolator.scale(low, high, interpolator.newScratch());

            // Then: equal but for ties, which the library rounds to even
            int different = 0;
            for (int y = 0; y < high.height(); y++) {
                for (int x = 0; x < high.width(); x++) {
                    int error = Math.abs(expected.sample(x, y) - high.sample(x, y));
                    assertTrue(error <= 1, () -> "error of " + error);
                    different += error;
                }
            }
            assertTrue(different < high.width() * high.height() / 100, different + " differ");
        }
    }

    @Test
    void keepsConstantPlanes() {
        for (int scale = 1; scale <= 16; scale++) {
            for (int step = 0; step <= 17; step++) {
                // Given
                int bitDepth = TestPlanes.DEPTHS[step % TestPlanes.DEPTHS.length];
                int value = ((1 << bitDepth) - 1) * step / 17;
                Plane low = constant(13, 7, bitDepth, value);
                Plane high = Plane.allocate(13 * scale, 7 * scale, bitDepth);
                PlaneInterpolator interpolator =
                        PlaneInterpolator.forChroma(scale, 1, true, 1, false);

                // When
                interpolator.scale(low, high, interpolator.newScratch());

                // Then
                TestPlanes.assertSameSamples(
                        constant(high.width(), high.height(), bitDepth, value),
                        high,
                        "scale " + scale);
            }
        }
    }

    @Test
    void copiesAtScaleOne() {
        // Given
        for (int bitDepth : TestPlanes.DEPTHS) {
            Plane low = noise(new Random(3), 21, 9, bitDepth);
            Plane high = Plane.allocate(21, 9, bitDepth);
            PlaneInterpolator interpolator = PlaneInterpolator.forChroma(1, 1, true, 1, true);

            // When
            interpolator.scale(low, high, interpolator.newScratch());

            // Then
            TestPlanes.assertSameSamples(low, high, "scale 1");
        }
    }

    /**
     * A ramp in luma coordinates, sampled where the chroma samples lie, must be found again where
     * the output's chroma samples lie. A cubic kernel keeps straight lines.
     */
    @Test
    void keepsChromaWhereItLiesOnTheLuma() {
        for (int scale = 2; scale <= 4; scale++) {
            for (boolean cosited : new boolean[] {true, false}) {
                // Given
                double inBlock = cosited ? 0 : 0.5;
                Plane low = Plane.allocate(40, 1);
                for (int i = 0; i < 40; i++) {
                    low.data().put(i, (byte) Math.round(3 * (2 * i + inBlock)));
                }
                Plane high = Plane.allocate(40 * scale, scale);
                PlaneInterpolator interpolator =
                        PlaneInterpolator.forChroma(scale, 1, cosited, 0, false);

                // When
                interpolator.scale(low, high, interpolator.newScratch());

                // Then: luma column k of the output lies at (k + 1/2) / scale - 1/2 of the input
                for (int j = 3 * scale; j < 37 * scale; j++) {
                    double lumaColumn = 2 * j + inBlock;
                    double expected = 3 * ((lumaColumn + 0.5) / scale - 0.5);
                    assertEquals(expected, high.sample(j, 0), 1.1, "column " + j);
                }
            }
        }
    }

    @Test
    void turnsTheResultWhenThePlaneIsTurned() {
        // Given
        Plane low = noise(new Random(4), 18, 11);
        Plane turnedLow = turned(low);
        PlaneInterpolator interpolator = PlaneInterpolator.centred(2);
        Plane high = Plane.allocate(36, 22);
        Plane turnedHigh = Plane.allocate(36, 22);

        // When
        interpolator.scale(low, high, interpolator.newScratch());
        interpolator.scale(turnedLow, turnedHigh, interpolator.newScratch());

        // Then
        TestPlanes.assertSameSamples(turned(high), turnedHigh, "turned");
    }

    @Test
    void takesOneScratchForAllSizesAndScales() {
        // Given
        Random random = new Random(5);
        Scratch shared = PlaneInterpolator.centred(2).newScratch();
        for (int round = 0; round < 50; round++) {
            int scale = 1 + random.nextInt(5);
            PlaneInterpolator interpolator = PlaneInterpolator.centred(scale);
            int bitDepth = depth(random);
            Plane low = noise(random, 1 + random.nextInt(30), 1 + random.nextInt(30), bitDepth);
            Plane expected = Plane.allocate(low.width() * scale, low.height() * scale, bitDepth);
            Plane high = Plane.allocate(low.width() * scale, low.height() * scale, bitDepth);
            interpolator.scale(low, expected, interpolator.newScratch());

            // When
            interpolator.scale(low, high, shared);

            // Then
            TestPlanes.assertSameSamples(expected, high, "scale " + scale);
        }
    }

    @Test
    void refusesAPlaneOfAnotherSizeOrDepth() {
        // Given
        PlaneInterpolator interpolator = PlaneInterpolator.centred(3);
        Plane low = Plane.allocate(5, 4);
        Plane tooWide = Plane.allocate(16, 12);
        Plane tooLow = Plane.allocate(15, 9);
        Plane tooDeep = Plane.allocate(15, 12, 10);

        // When
        Exception width = refusal(interpolator, low, tooWide);
        Exception height = refusal(interpolator, low, tooLow);
        Exception depth = refusal(interpolator, low, tooDeep);

        // Then
        assertEquals("expected a high-resolution width of 13 to 15, got 16", width.getMessage());
        assertEquals("expected a high-resolution height of 10 to 12, got 9", height.getMessage());
        assertEquals("expected a high-resolution plane of 8 bits, got 10", depth.getMessage());
    }

    /** The bits that were added take part in the arithmetic; without them it is that of bytes. */
    @Test
    void makesOfTenBitsFourTimesWhatItMakesOfBytes() {
        Random random = new Random(7);
        for (int scale = 2; scale <= 4; scale++) {
            // Given
            Plane low = noise(random, 33, 19);
            Plane deepLow = TestPlanes.deepened(low, 10);
            Plane high = Plane.allocate(33 * scale, 19 * scale);
            Plane deepHigh = Plane.allocate(33 * scale, 19 * scale, 10);
            PlaneInterpolator interpolator = PlaneInterpolator.forChroma(scale, 1, true, 1, false);

            // When
            interpolator.scale(low, high, interpolator.newScratch());
            interpolator.scale(deepLow, deepHigh, interpolator.newScratch());

            // Then: within half a byte's code value, but for white, where ten bits go on
            for (int y = 0; y < high.height(); y++) {
                for (int x = 0; x < high.width(); x++) {
                    int bytes = high.sample(x, y);
                    int tolerance = bytes == 255 ? 3 : 2;
                    assertEquals(4 * bytes, deepHigh.sample(x, y), tolerance);
                }
            }
        }
    }

    @Test
    void writesNothingBesideThePlane() {
        Random random = new Random(6);
        for (int round = 0; round < 30; round++) {
            // Given
            int width = 1 + random.nextInt(20);
            Plane low = TestPlanes.filled(random, width, 5, random.nextInt(5), depth(random));
            Plane high = highFor(low, 2, random);
            byte[] expected = TestPlanes.bytes(high);
            PlaneInterpolator interpolator = PlaneInterpolator.centred(2);

            // When
            interpolator.scale(low, high, interpolator.newScratch());

            // Then
            byte[] actual = TestPlanes.bytes(high);
            for (int y = 0; y < high.height(); y++) {
                int row = y * high.strideBytes();
                int bytes = high.width() * high.bytesPerSample();
                System.arraycopy(actual, row, expected, row, bytes);
            }
            assertArrayEquals(expected, actual);
        }
    }

    private static Exception refusal(PlaneInterpolator interpolator, Plane low, Plane high) {
        return assertThrows(
                IllegalArgumentException.class,
                () -> interpolator.scale(low, high, interpolator.newScratch()));
    }

    /** Noise that is black or white now and then, so that the result leaves the range. */
    private static Plane noise(Random random, int width, int height, int bitDepth) {
        Plane plane = TestPlanes.filled(random, width, height, random.nextInt(4), bitDepth);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int extreme = random.nextInt(4);
                if (extreme < 2) {
                    TestPlanes.put(plane, x, y, extreme * plane.peak());
                }
            }
        }
        return plane;
    }

    private static Plane noise(Random random, int width, int height) {
        return noise(random, width, height, 8);
    }

    private static int depth(Random random) {
        return TestPlanes.DEPTHS[random.nextInt(TestPlanes.DEPTHS.length)];
    }

    /** A plane for the result that may lack its last columns and rows. */
    private static Plane highFor(Plane low, int scale, Random random) {
        int width = low.width() * scale - random.nextInt(scale);
        int height = low.height() * scale - random.nextInt(scale);
        return TestPlanes.filled(random, width, height, random.nextInt(6), low.bitDepth());
    }

    /** Where output chroma sample {@code j} lies among those of the input. */
    private static double chromaPosition(int j, int scale, int log2, boolean cosited) {
        int lumaSamples = 1 << log2;
        double inBlock = cosited ? 0 : (lumaSamples - 1) / 2.0;
        double lumaSample = (lumaSamples * j + inBlock + 0.5) / scale - 0.5;
        return (lumaSample - inBlock) / lumaSamples;
    }

    private static double interpolated(Plane plane, double x, double y) {
        int left = (int) Math.floor(x);
        int top = (int) Math.floor(y);
        double sum = 0;
        for (int row = top - 1; row <= top + 2; row++) {
            for (int column = left - 1; column <= left + 2; column++) {
                double weight = keys(y - row) * keys(x - column);
                sum +=
                        weight
                                * plane.sample(
                                        within(column, plane.width()), within(row, plane.height()));
            }
        }
        return sum;
    }

    private static double keys(double distance) {
        double d = Math.abs(distance);
        if (d <= 1) {
            return 1.5 * d * d * d - 2.5 * d * d + 1;
        }
        return d <= 2 ? -0.5 * d * d * d + 2.5 * d * d - 4 * d + 2 : 0;
    }

    private static int within(int index, int extent) {
        return Math.max(0, Math.min(index, extent - 1));
    }

    private static Plane constant(int width, int height, int bitDepth, int value) {
        Plane plane = Plane.allocate(width, height, bitDepth);
        for (int i = 0; i < width * height; i++) {
            TestPlanes.put(plane, i % width, i / width, value);
        }
        return plane;
    }

    private static Plane turned(Plane plane) {
        Plane turned = Plane.allocate(plane.width(), plane.height());
        int samples = plane.width() * plane.height();
        for (int i = 0; i < samples; i++) {
            int x = plane.width() - 1 - i % plane.width();
            int y = plane.height() - 1 - i / plane.width();
            turned.data().put(i, (byte) plane.sample(x, y));
        }
        return turned;
    }
}
