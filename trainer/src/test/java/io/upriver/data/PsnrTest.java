package io.upriver.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class PsnrTest {

    @Test
    void isTwentyLogarithmsOfThePeakOverTheDifference() {
        // Given planes that differ by 5 everywhere
        byte[] samples = new byte[64];
        java.util.Arrays.fill(samples, (byte) 5);
        double psnr =
                Psnr.decibels(Picture.luma(8, 8, new byte[64]), Picture.luma(8, 8, samples), 2);

        // Then
        assertEquals(20 * Math.log10(255 / 5.0), psnr, 1e-9);
    }

    @Test
    void doesNotLookAtTheBorder() {
        // Given a difference of 200 in one corner, and one of 1 in a single inner pixel of 16
        byte[] samples = new byte[64];
        samples[0] = (byte) 200;
        samples[8 * 3 + 3] = 1;

        // Then
        assertEquals(
                10 * Math.log10(255 * 255 * 16.0),
                Psnr.decibels(Picture.luma(8, 8, new byte[64]), Picture.luma(8, 8, samples), 2),
                1e-9);
    }

    @Test
    void isInfiniteForEqualPlanes() {
        Picture plane = SyntheticPictures.noise(8, 8, 1);
        assertEquals(Double.POSITIVE_INFINITY, Psnr.decibels(plane, plane, 2));
    }

    @Test
    void refusesPlanesOfDifferentSizes() {
        var refusal =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                Psnr.decibels(
                                        SyntheticPictures.noise(8, 8, 1),
                                        SyntheticPictures.noise(8, 6, 1),
                                        2));
        assertEquals("PSNR: expected 8x8, got 8x6", refusal.getMessage());
    }
}
