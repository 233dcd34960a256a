package io.upriver.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import org.junit.jupiter.api.Test;

/** Letters of strokes. */
class StrokeFontTest {

    private static final String ALL =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,:;-'()/+";

    private final StrokeFont font = new StrokeFont();

    @Test
    void keepsEveryCharacterBetweenTheLinesAndInItsWidth() {
        for (int i = 0; i < ALL.length(); i++) {
            String character = ALL.substring(i, i + 1);
            Rectangle2D seen = seen(character, 0, 60, 60);

            assertTrue(seen.getMinY() >= -7 && seen.getMaxY() <= 82, character + " " + seen);
            assertTrue(seen.getMinX() >= -3, character + " " + seen);
            assertTrue(seen.getMaxX() <= font.width(character, 60) + 4, character + " " + seen);
        }
    }

    @Test
    void writesFromLeftToRightAsLongAsItSays() {
        Rectangle2D seen = seen("How wide is it", 100, 50, 12);

        assertEquals(100, seen.getMinX(), 0.01);
        assertEquals(100 + font.width("How wide is it", 12), seen.getMaxX(), 1);
    }

    @Test
    void standsOnTheBaseLineAndHangsBelowItOnlyWithItsTails() {
        assertEquals(40, seen("Hexameter", 0, 40, 18).getMaxY(), 0.05);
        assertTrue(seen("gypsy", 0, 40, 18).getMaxY() > 45);
    }

    /** Where there are strokes; the points that steer their curves lie further out. */
    private Rectangle2D seen(String text, double x, double baseline, double capital) {
        Path2D flat = new Path2D.Double();
        flat.append(font.line(text, x, baseline, capital).getPathIterator(null, 0.001), false);
        return flat.getBounds2D();
    }

    @Test
    void saysWhichCharacterItDoesNotHave() {
        var refused =
                assertThrows(IllegalArgumentException.class, () -> font.line("50 %", 0, 10, 10));

        assertEquals("the font of strokes has no '%'", refused.getMessage());
    }
}
