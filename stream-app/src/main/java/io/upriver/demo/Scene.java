package io.upriver.demo;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;

/**
 * The moving picture of the demo, frame by frame: all that is hard to enlarge. Text from large to
 * very fine, thin lines at all angles, leaves, stones and water.
 *
 * <p>The same seed gives the same samples. What passes by moves by whole samples a frame, so that
 * nothing is blurred by drawing it. After {@value #LOOP_FRAMES} frames all begins again without a
 * jump. Not thread-safe.
 */
final class Scene {

    static final int WIDTH = 1280;
    static final int HEIGHT = 720;
    static final int FRAMES_PER_SECOND = 30;
    static final int LOOP_FRAMES = 240;

    private final RiverBank bank;
    private final TextPage page;
    private final LineArt lines;

    Scene(long seed) {
        StrokeFont font = new StrokeFont();
        bank = new RiverBank(seed);
        page = new TextPage(font);
        lines = new LineArt(font);
    }

    /** An image to draw frames on. */
    static BufferedImage canvas() {
        return Drawing.image(WIDTH, HEIGHT);
    }

    /**
     * Draws a frame over all that was on the canvas.
     *
     * @param frame from 0, as far as you like
     */
    void draw(long frame, BufferedImage canvas) {
        int place = (int) (frame % LOOP_FRAMES);
        double turn = (double) place / LOOP_FRAMES;
        Graphics2D graphics = Drawing.on(canvas);
        graphics.setClip(0, 0, WIDTH, HEIGHT);
        bank.draw(canvas, graphics, turn);
        page.draw(graphics, RiverBank.WIDTH, 0, turn);
        lines.draw(graphics, RiverBank.WIDTH, TextPage.HEIGHT, place, turn);
        graphics.setColor(new Color(0x10202e));
        graphics.fillRect(RiverBank.WIDTH - 2, 0, 4, HEIGHT);
        graphics.dispose();
    }
}
