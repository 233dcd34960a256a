package io.upriver.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SsimTest {

    @ParameterizedTest
    @CsvSource({"1, 0", "1, 2", "3, 0", "3, 3"})
    void isTheDefinitionWindowByWindow(int channels, int border) {
        // Given a picture and what is left of it after shrinking, of odd sides
        Picture expected = Picture.rgb(SyntheticPictures.draw(34, 30, 1)).toChannels(channels);
        Picture actual = Bicubic.enlarge(Bicubic.shrink(expected, 2), 2);
        expected = expected.crop(0, 0, 33, 29);
        actual = actual.crop(0, 0, 33, 29);

        // Then
        double ssim = Ssim.mean(expected, actual, border);
        assertEquals(byDefinition(expected, actual, border), ssim, 1e-9);
        assertTrue(ssim < 0.99, "the pictures differ: " + ssim);
    }

    @Test
    void isOneForEqualPictures() {
        Picture noise = SyntheticPictures.noise(16, 13, 1);
        assertEquals(1, Ssim.mean(noise, noise, 1), 1e-12);
    }

    @Test
    void comparesTheBrightnessOfFlatPictures() {
        // Given no structure at all: only the first factor of the formula is left
        byte[] bright = new byte[144];
        java.util.Arrays.fill(bright, (byte) 100);
        double c1 = 2.55 * 2.55;

        // Then
        assertEquals(
                c1 / (100 * 100 + c1),
                Ssim.mean(Picture.luma(12, 12, new byte[144]), Picture.luma(12, 12, bright), 0),
                1e-12);
    }

    @Test
    void findsASharperPictureNearerThanASmootherOne() {
        Picture truth = Picture.rgb(SyntheticPictures.draw(72, 60, 3)).luma();
        Picture sharp = Bicubic.enlarge(Bicubic.shrink(truth, 2), 2);
        Picture smooth = Bicubic.enlarge(Bicubic.shrink(truth, 4), 4);
        assertTrue(Ssim.mean(truth, sharp, 4) > Ssim.mean(truth, smooth, 4) + 0.01);
    }

    @Test
    void refusesWhatNoWindowFitsInto() {
        Picture small = SyntheticPictures.noise(14, 20, 1);
        var refusal =
                assertThrows(IllegalArgumentException.class, () -> Ssim.mean(small, small, 2));
        assertEquals(
                "SSIM: expected at least 11x11 pixels inside a border of 2, got 10x16",
                refusal.getMessage());
    }

    /** Every window on its own: weighted means, then deviations from them. */
    private static double byDefinition(Picture expected, Picture actual, int border) {
        double sum = 0;
        int windows = 0;
        for (int top = border; top + 11 <= expected.height() - border; top++) {
            for (int left = border; left + 11 <= expected.width() - border; left++) {
                sum += window(expected, actual, left, top);
                windows++;
            }
        }
        return sum / windows;
    }

    private static double window(Picture expected, Picture actual, int left, int top) {
        double total = 0;
        double meanX = 0;
        double meanY = 0;
        for (int i = 0; i < 121; i++) {
            double weight = weight(i);
            total += weight;
            meanX += weight * expected.lumaAt(left + i % 11, top + i / 11);
            meanY += weight * actual.lumaAt(left + i % 11, top + i / 11);
        }
        meanX /= total;
        meanY /= total;
        double varianceX = 0;
        double varianceY = 0;
        double covariance = 0;
        for (int i = 0; i < 121; i++) {
            double weight = weight(i) / total;
            double x = expected.lumaAt(left + i % 11, top + i / 11) - meanX;
            double y = actual.lumaAt(left + i % 11, top + i / 11) - meanY;
            varianceX += weight * x * x;
            varianceY += weight * y * y;
            covariance += weight * x * y;
        }
        double c1 = Math.pow(0.01 * 255, 2);
        double c2 = Math.pow(0.03 * 255, 2);
        return (2 * meanX * meanY + c1)
                / (meanX * meanX + meanY * meanY + c1)
                * (2 * covariance + c2)
                / (varianceX + varianceY + c2);
    }

    private static double weight(int i) {
        double dx = i % 11 - 5;
        double dy = i / 11 - 5;
        return Math.exp(-(dx * dx + dy * dy) / (2 * 1.5 * 1.5));
    }
}
