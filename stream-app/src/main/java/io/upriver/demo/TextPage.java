package io.upriver.demo;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.image.BufferedImage;

/** The upper right part: a printed page that rolls upwards, its letters from large to very fine. */
final class TextPage {

    static final int WIDTH = 560;
    static final int HEIGHT = 400;

    /** Rows after which the page comes again. */
    private static final int PERIOD = 480;

    private static final int MARGIN = 28;

    private record Line(double capital, String text) {}

    private static final Line[] LINES = {
        new Line(38, "Upriver"),
        new Line(21, "Every stream has a source"),
        new Line(15, "Water finds its way down; pictures rarely find"),
        new Line(15, "their way up again. What was fine is gone, and"),
        new Line(15, "a larger screen only shows how little is left."),
        new Line(12, "A small network has seen what fine lines look like before"),
        new Line(12, "and after they were made small. So it can tell an edge"),
        new Line(12, "from a blur, and draws leaves, letters and stones anew."),
        new Line(10, "THE QUICK BROWN FOX JUMPS OVER THE LAZY DOG"),
        new Line(10, "Sphinx of black quartz, judge my vow: 0123456789 (3.14159)"),
        new Line(8.5, "It takes segments off a topic, decodes them, enlarges every picture and"),
        new Line(8.5, "puts them back in order, exactly once, with sound and time intact."),
        new Line(
                7,
                "This line is so fine that half its size is about what a screen can show, and"
                        + " less:"),
        new Line(
                7,
                "whoever can read it in the small picture has better eyes than the network has."),
    };

    private final BufferedImage page;

    TextPage(StrokeFont font) {
        page = Drawing.image(WIDTH, PERIOD);
        Graphics2D graphics = Drawing.on(page);
        graphics.setColor(new Color(0xf6f3ea));
        graphics.fillRect(0, 0, WIDTH, PERIOD);
        double y = 22;
        for (Line line : LINES) {
            y += line.capital() * (line.capital() > 30 ? 1.15 : 1);
            graphics.setColor(new Color(line.capital() > 30 ? 0x14506e : 0x1c1c20));
            float pen = (float) Math.max(1.15, line.capital() / 8.2);
            graphics.setStroke(new BasicStroke(pen, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
            graphics.draw(font.line(line.text(), MARGIN, y, line.capital()));
            y += 9.5 + line.capital() * 0.55;
        }
        graphics.setColor(new Color(0xb4362c));
        graphics.fillRect(MARGIN, PERIOD - 14, WIDTH - 2 * MARGIN, 2);
        graphics.dispose();
    }

    /**
     * @param turn how much of the loop has passed, 0 to 1
     */
    void draw(Graphics2D graphics, int x, int y, double turn) {
        int shift = (int) Math.round(turn * PERIOD) % PERIOD;
        Shape before = graphics.getClip();
        graphics.clipRect(x, y, WIDTH, HEIGHT);
        graphics.drawImage(page, x, y - shift, null);
        graphics.drawImage(page, x, y + PERIOD - shift, null);
        graphics.setClip(before);
    }
}
