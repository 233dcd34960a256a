package io.upriver.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BicubicTest {

    /**
     * Halving spreads a pixel over eight neighbours with the weights k(|d| / 2) / 2, where k is
     * Keys' kernel with a = -0.5: k(0.25) = 0.8671875, k(0.75) = 0.2265625, k(1.25) = -0.0703125,
     * k(1.75) = -0.0234375. These are the weights that MATLAB's imresize(x, 0.5) returns for a unit
     * impulse.
     */
    @Test
    void halvesAnImpulseAsMatlabDoes() {
        // Given columns of 100 with one column of 200, which is the one-dimensional case
        Picture impulse =
                columns(
                        100, 100, 100, 100, 100, 100, 200, 100, 100, 100, 100, 100, 100, 100, 100,
                        100);

        // When
        Picture half = Bicubic.shrink(impulse, 2);

        // Then 100 + 100 * (-0.01171875, 0.11328125, 0.43359375, -0.03515625), rounded
        assertArrayEquals(new byte[] {100, 99, 111, (byte) 143, 96, 100, 100, 100}, firstRow(half));
    }

    @Test
    void doublesAnImpulseAsMatlabDoes() {
        Picture impulse = columns(100, 100, 100, 200, 100, 100, 100);

        Picture doubled = Bicubic.enlarge(impulse, 2);

        // 100 + 100 * (-0.0234375, -0.0703125, 0.2265625, 0.8671875, the same backwards), rounded
        assertArrayEquals(
                new byte[] {
                    100, 100, 100, 98, 93, 123, (byte) 187, (byte) 187, 123, 93, 98, 100, 100, 100
                },
                firstRow(doubled));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void keepsAFlatPictureFlat(int scale) {
        Picture flat = columns(77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77, 77);
        for (byte sample : Bicubic.shrink(flat.crop(0, 0, 12, 12), scale).samples()) {
            assertEquals(77, sample);
        }
        for (byte sample : Bicubic.enlarge(flat, scale).samples()) {
            assertEquals(77, sample);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void treatsRowsAndColumnsAlike(int scale) {
        // Given noise and the same noise with rows for columns
        Picture noise = SyntheticPictures.noise(12 * 3, 12 * 2, scale);
        Picture turned = transpose(noise);

        // Then rounding happens once, at the end, so that the order of the two passes is not seen
        assertArrayEquals(
                Bicubic.shrink(noise, scale).samples(),
                transpose(Bicubic.shrink(turned, scale)).samples());
        assertArrayEquals(
                Bicubic.enlarge(noise, scale).samples(),
                transpose(Bicubic.enlarge(turned, scale)).samples());
    }

    @Test
    void clipsWhatOvershoots() {
        Picture edge = columns(0, 0, 0, 0, 255, 255, 255, 255);
        Picture doubled = Bicubic.enlarge(edge, 2);
        for (int x = 0; x < 6; x++) {
            assertEquals(0, doubled.at(0, x, 0));
            assertEquals(255, doubled.at(0, 15 - x, 0));
        }
    }

    @Test
    void refusesSidesThatTheScaleDoesNotDivide() {
        var refusal =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> Bicubic.shrink(SyntheticPictures.noise(9, 8, 1), 2));
        assertEquals("cannot shrink 9x8 by 2: sides must be multiples of it", refusal.getMessage());
    }

    /** A picture of 16 equal rows. */
    private static Picture columns(int... values) {
        byte[] samples = new byte[values.length * 16];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) values[i % values.length];
        }
        return Picture.luma(values.length, 16, samples);
    }

    private static byte[] firstRow(Picture luma) {
        return luma.crop(0, 0, luma.width(), 1).samples();
    }

    private static Picture transpose(Picture luma) {
        byte[] samples = new byte[luma.samples().length];
        for (int y = 0; y < luma.height(); y++) {
            for (int x = 0; x < luma.width(); x++) {
                samples[x * luma.height() + y] = (byte) luma.at(0, x, y);
            }
        }
        return Picture.luma(luma.height(), luma.width(), samples);
    }
}
