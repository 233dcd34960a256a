package io.upriver.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PictureTest {

    @ParameterizedTest
    @CsvSource({
        "000000, 16",
        "FFFFFF, 235",
        "FF0000, 81",
        "00FF00, 145",
        "0000FF, 41",
        "808080, 126"
    })
    void givesStudioCodeValuesOfBt601(String rgb, int expected) {
        BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, Integer.parseInt(rgb, 16));
        assertEquals(expected, Picture.rgb(image).luma().at(0, 0, 0));
    }

    @Test
    void readsAGreyPictureLikeTheSamePictureInColour() {
        // Given the same 256 shades twice
        BufferedImage grey = new BufferedImage(256, 1, BufferedImage.TYPE_BYTE_GRAY);
        BufferedImage colour = new BufferedImage(256, 1, BufferedImage.TYPE_INT_RGB);
        for (int x = 0; x < 256; x++) {
            grey.getRaster().setSample(x, 0, 0, x);
            colour.setRGB(x, 0, x * 0x010101);
        }

        // Then
        assertArrayEquals(Picture.rgb(colour).samples(), Picture.rgb(grey).samples());
    }

    @Test
    void growsToAMultipleByRepeatingItsLastColumnAndRow() {
        Picture grown = Picture.luma(3, 1, new byte[] {1, 2, 3}).padToMultiple(2);
        assertEquals(4, grown.width());
        assertArrayEquals(new byte[] {1, 2, 3, 3, 1, 2, 3, 3}, grown.samples());
    }

    @Test
    void cutsToAMultiple() {
        Picture cut = Picture.luma(3, 2, new byte[] {1, 2, 3, 4, 5, 6}).cropToMultiple(2);
        assertArrayEquals(new byte[] {1, 2, 4, 5}, cut.samples());
    }

    @Test
    void refusesAWrongNumberOfSamples() {
        var refusal =
                assertThrows(IllegalArgumentException.class, () -> Picture.luma(3, 2, new byte[5]));
        assertEquals("picture 3x2 of 1 channels: got 5 samples", refusal.getMessage());
    }
}
