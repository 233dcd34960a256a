package io.upriver.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.data.Bicubic;
import io.upriver.data.ImagePair;
import io.upriver.data.Picture;
import io.upriver.evaluate.PictureSheet.Example;
import io.upriver.evaluate.PictureSheet.Part;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PictureSheetTest {
    private static final int CELL = PictureSheet.PART * PictureSheet.ZOOM;
    private static final int GAP = PictureSheet.GAP;
    private static final int TEXT = PictureSheet.TEXT;

    @Test
    void looksWhereBicubicIsFarthestFromTheTruth() {
        // Given
        Part part = Part.worstOfBicubic(pair());

        // Then the chequered square at 132..171, 61..100 is inside
        assertEquals(PictureSheet.PART, part.width());
        assertEquals(PictureSheet.PART, part.height());
        assertTrue(part.x() <= 132 && part.x() + part.width() >= 172, part.toString());
        assertTrue(part.y() <= 61 && part.y() + part.height() >= 101, part.toString());
    }

    @Test
    void showsWholePicturesThatAreSmallerThanAPart() {
        Picture small = pair().high().crop(0, 0, 60, 90);
        assertEquals(60, Part.worstOfBicubic(ImagePair.of("small", small, 2)).width());
    }

    @Test
    void placesEveryPictureUnderItsTitleAndOverItsCaption() {
        // Given one example of two enlargers and one of a single one
        ImagePair pair = pair();
        Picture bicubic = Bicubic.enlarge(pair.low(), 2);
        Picture dark = new Picture(240, 160, 3, new byte[240 * 160 * 3]);
        Map<String, Picture> two = new LinkedHashMap<>();
        two.put("bicubic", bicubic);
        two.put("dark", dark);

        // When
        BufferedImage sheet =
                PictureSheet.draw(
                        List.of(
                                new Example(pair, Map.of("bicubic", bicubic)),
                                new Example(pair, two)));

        // Then
        int row = TEXT + CELL + 2 * TEXT + GAP;
        assertEquals(GAP + 4 * (CELL + GAP), sheet.getWidth());
        assertEquals(GAP + 2 * row, sheet.getHeight());
        Part part = Part.worstOfBicubic(pair);
        assertShows(sheet, 2, 0, part, pair.high());
        assertShows(sheet, 1, 0, part, bicubic);
        assertShows(sheet, 1, 1, part, bicubic);
        assertShows(sheet, 2, 1, part, dark);
        assertShows(sheet, 3, 1, part, pair.high());
        assertTrue(ink(sheet, 0, GAP, TEXT) > 0, "no title");
        for (int cell = 0; cell < 4; cell++) {
            int top = GAP + row + TEXT + CELL;
            assertTrue(ink(sheet, cell, top, 2 * TEXT) > 0, "no caption under cell " + cell);
        }
        assertEquals(0, ink(sheet, 3, GAP, row), "the first row has three cells");
    }

    @Test
    void showsWhatWasReadInSquaresOfItsPixels() {
        // Given
        ImagePair pair = pair();
        Part part = Part.worstOfBicubic(pair);
        BufferedImage sheet = PictureSheet.draw(List.of(new Example(pair, Map.of())));

        // Then
        for (int i = 0; i < PictureSheet.PART; i++) {
            int x = (part.x() + i) / 2;
            int y = (part.y() + i) / 2;
            assertEquals(
                    pair.low().toImage().getRGB(x, y),
                    sheet.getRGB(GAP + i * PictureSheet.ZOOM, GAP + TEXT + i * PictureSheet.ZOOM));
        }
    }

    /** Every pixel of the part as a square in the cell. */
    private static void assertShows(
            BufferedImage sheet, int cell, int row, Part part, Picture picture) {
        BufferedImage image = picture.toImage();
        int left = GAP + cell * (CELL + GAP);
        int top = GAP + row * (TEXT + CELL + 2 * TEXT + GAP) + TEXT;
        for (int y = 0; y < CELL; y++) {
            for (int x = 0; x < CELL; x++) {
                assertEquals(
                        image.getRGB(
                                part.x() + x / PictureSheet.ZOOM, part.y() + y / PictureSheet.ZOOM),
                        sheet.getRGB(left + x, top + y),
                        "cell " + cell + " of row " + row + " at " + x + "," + y);
            }
        }
    }

    /** Pixels in a cell's columns that are not white. */
    private static int ink(BufferedImage sheet, int cell, int top, int height) {
        int count = 0;
        for (int y = top; y < top + height; y++) {
            for (int x = 0; x < CELL; x++) {
                int rgb = sheet.getRGB(GAP + cell * (CELL + GAP) + x, y);
                count += rgb == Color.WHITE.getRGB() ? 0 : 1;
            }
        }
        return count;
    }

    /** A slope of colour with a chequered square. */
    private static ImagePair pair() {
        BufferedImage image = new BufferedImage(240, 160, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 160; y++) {
            for (int x = 0; x < 240; x++) {
                boolean chequered = x >= 132 && x < 172 && y >= 61 && y < 101;
                int rgb = chequered ? ((x + y) % 2 * 0xFFFFFF) : x << 16 | y << 8 | 0x40;
                image.setRGB(x, y, rgb);
            }
        }
        return ImagePair.of("Drawn/slope.png", Picture.rgb(image), 2);
    }
}
