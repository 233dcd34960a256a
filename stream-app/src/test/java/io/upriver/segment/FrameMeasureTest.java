package io.upriver.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.engine.InterpolationUpscaler;
import io.upriver.engine.Patch;
import io.upriver.frame.Plane;
import io.upriver.schemas.Quality;
import java.util.List;
import java.util.Random;
import java.util.function.IntBinaryOperator;
import org.junit.jupiter.api.Test;

class FrameMeasureTest {

    private final Plane low = smooth(60, 40, 8);
    private final Plane interpolated = interpolated(low);
    private final FrameMeasure measure = new FrameMeasure(low, interpolated);

    @Test
    void findsNothingBetweenInterpolationAndItself() {
        Quality same = measure.of(interpolated, 7);
        assertEquals(1, same.sharpness(), 1e-9);
        assertEquals(0, same.seam(), 1e-9);
        assertEquals(7, same.laneMillis());
        assertTrue(same.consistency() > 35, same.toString());
    }

    @Test
    void callsRepeatedSamplesTheSamePicture() {
        Plane repeated = drawn(120, 80, 8, (x, y) -> low.sample(x / 2, y / 2));
        assertEquals(60, measure.of(repeated, 1).consistency());
    }

    @Test
    void hearsNoise() {
        // Given noise of 8 code values on each side, of which the mean of four is half as loud
        Random random = new Random(5);
        Plane noisy =
                drawn(
                        120,
                        80,
                        8,
                        (x, y) -> low.sample(x / 2, y / 2) + (random.nextBoolean() ? 8 : -8));

        // Then: 20 log10(255 / 4)
        assertEquals(36.1, measure.of(noisy, 1).consistency(), 0.5);
    }

    @Test
    void seesMoreAndLessDetail() {
        // Given a picture that is all detail
        Random random = new Random(7);
        Plane noise = drawn(60, 40, 8, (x, y) -> 98 + random.nextInt(60));
        Plane plain = interpolated(noise);
        FrameMeasure ofNoise = new FrameMeasure(noise, plain);
        Plane sharper = drawn(120, 80, 8, (x, y) -> 2 * plain.sample(x, y) - around(plain, x, y));
        Plane softer = drawn(120, 80, 8, (x, y) -> around(plain, x, y));

        // Then
        assertEquals(1.6, ofNoise.of(sharper, 1).sharpness(), 0.15);
        assertTrue(ofNoise.of(softer, 1).sharpness() < 0.7);
    }

    @Test
    void findsTheEdgeOfATileWhereverItLies() {
        Plane across = changed((x, y) -> interpolated.sample(x, y) + (y >= 37 ? 4 : 0));
        Plane down = changed((x, y) -> interpolated.sample(x, y) + (x >= 64 ? 4 : 0));
        assertEquals(4, measure.of(across, 1).seam(), 0.3);
        assertEquals(4, measure.of(down, 1).seam(), 0.3);
    }

    /** What a sharper network adds is larger everywhere, at lines of the picture too. */
    @Test
    void doesNotTakeSharpnessForSeams() {
        Plane lined = drawn(60, 40, 8, (x, y) -> 80 + 60 * ((x / 7 + y / 5) % 2));
        Plane plain = interpolated(lined);
        Plane sharp = drawn(120, 80, 8, (x, y) -> 2 * plain.sample(x, y) - around(plain, x, y));
        Plane sharper =
                drawn(120, 80, 8, (x, y) -> 3 * plain.sample(x, y) - 2 * around(plain, x, y));
        FrameMeasure ofLines = new FrameMeasure(lined, plain);
        assertTrue(
                ofLines.of(sharper, 1).seam() < ofLines.of(sharp, 1).seam() + 1,
                ofLines.of(sharper, 1) + " " + ofLines.of(sharp, 1));
    }

    @Test
    void doesNotTakeALineOfThePictureForOne() {
        // Given a picture with a border across all of it
        Plane bordered = drawn(60, 40, 8, (x, y) -> y < 20 ? 40 : 200);
        Plane large = interpolated(bordered);

        // Then
        assertEquals(0, new FrameMeasure(bordered, large).of(large, 1).seam(), 1e-9);
    }

    @Test
    void countsMoreBitsInCodeValuesOfEight() {
        // Given the same pictures in 10 bits
        Plane deep = drawn(60, 40, 10, (x, y) -> 4 * low.sample(x, y));
        Plane deepLarge = drawn(120, 80, 10, (x, y) -> 4 * interpolated.sample(x, y));
        Plane tiled = drawn(120, 80, 10, (x, y) -> deepLarge.sample(x, y) + (y >= 37 ? 16 : 0));

        // When
        Quality quality = new FrameMeasure(deep, deepLarge).of(tiled, 1);

        // Then
        Quality ofEight =
                measure.of(changed((x, y) -> interpolated.sample(x, y) + (y >= 37 ? 4 : 0)), 1);
        assertEquals(ofEight.seam(), quality.seam(), 0.05);
        assertEquals(ofEight.consistency(), quality.consistency(), 0.1);
        assertEquals(ofEight.sharpness(), quality.sharpness(), 0.01);
    }

    @Test
    void takesTheSmallestAndTheFlattestPicture() {
        Plane flat = drawn(1, 1, 8, (x, y) -> 90);
        Plane large = drawn(2, 2, 8, (x, y) -> 90);
        assertEquals(new Quality(60, 1, 0, 1), new FrameMeasure(flat, large).of(large, 1));
    }

    private static int around(Plane plane, int x, int y) {
        int left = Math.max(0, x - 1);
        int right = Math.min(plane.width() - 1, x + 1);
        int above = Math.max(0, y - 1);
        int below = Math.min(plane.height() - 1, y + 1);
        return (plane.sample(left, y)
                        + plane.sample(right, y)
                        + plane.sample(x, above)
                        + plane.sample(x, below))
                / 4;
    }

    private Plane changed(IntBinaryOperator sample) {
        return drawn(interpolated.width(), interpolated.height(), 8, sample);
    }

    private static Plane smooth(int width, int height, int depth) {
        return drawn(
                width,
                height,
                depth,
                (x, y) -> (int) (128 + 60 * Math.sin(x * x / 150.0) * Math.cos(y / 4.0)));
    }

    private static Plane interpolated(Plane low) {
        Plane high = Plane.allocate(low.width() * 2, low.height() * 2);
        try (InterpolationUpscaler upscaler = new InterpolationUpscaler(2)) {
            upscaler.upscale(List.of(Patch.whole(low, high)), upscaler.newScratch());
        }
        return high;
    }

    private static Plane drawn(int width, int height, int depth, IntBinaryOperator sample) {
        Plane plane = Plane.allocate(width, height, depth);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int value = Math.max(0, Math.min(plane.peak(), sample.applyAsInt(x, y)));
                int at = y * plane.strideBytes() + x * plane.bytesPerSample();
                plane.data().put(at, (byte) value);
                if (plane.bytesPerSample() == 2) {
                    plane.data().put(at + 1, (byte) (value >> 8));
                }
            }
        }
        return plane;
    }
}
