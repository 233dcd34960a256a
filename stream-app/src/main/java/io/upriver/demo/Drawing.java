package io.upriver.demo;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;

/** What we draw on and how: no screen, smooth edges, places not rounded to samples. */
final class Drawing {

    static {
        // Where DISPLAY names a screen that does not answer, Java would look for it and fail.
        System.setProperty("java.awt.headless", "true");
    }

    private Drawing() {}

    /** An image of samples 0xRRGGBB. */
    static BufferedImage image(int width, int height) {
        return new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    }

    /** An image that one sees through where nothing is drawn. */
    static BufferedImage transparent(int width, int height) {
        return new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB_PRE);
    }

    /** For drawing on the image; whoever takes it disposes of it. */
    static Graphics2D on(BufferedImage image) {
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(
                RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(
                RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        return graphics;
    }
}
