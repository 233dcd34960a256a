package io.upriver.demo;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.Locale;

/**
 * The lower right part: circles that come closer, a star that turns, thin grids at angles, a
 * toothed wheel, and a clock.
 */
final class LineArt {

    static final int WIDTH = 560;
    static final int HEIGHT = 320;
    private static final int SPOKES = 36;
    private static final int TEETH = 18;
    private static final Color GROUND = new Color(0x10202e);
    private static final Color LIGHT = new Color(0xe8f1f2);
    private static final Color AMBER = new Color(0xf2b035);

    private final StrokeFont font;

    LineArt(StrokeFont font) {
        this.font = font;
    }

    /**
     * @param frame its number, which is written
     * @param turn how much of the loop has passed, 0 to 1
     */
    void draw(Graphics2D graphics, int x, int y, int frame, double turn) {
        AffineTransform before = graphics.getTransform();
        graphics.translate(x, y);
        graphics.setColor(GROUND);
        graphics.fillRect(0, 0, WIDTH, HEIGHT);
        circles(graphics, 112, 112);
        star(graphics, 316, 112, 2 * Math.PI * turn / 6);
        clock(graphics, 486, 90, turn);
        grid(graphics, 24, 236, 7 + 5 * Math.sin(2 * Math.PI * turn), 6);
        grid(graphics, 140, 236, 31, 5);
        wheel(graphics, 322, 266, 2 * Math.PI * turn);
        graphics.setColor(AMBER);
        text(graphics, String.format(Locale.ROOT, "%03d", frame), 428, 240, 34, 3.6f);
        graphics.setColor(LIGHT);
        text(graphics, "frame of the loop", 398, 268, 10, 1.3f);
        text(graphics, "30 frames a second", 398, 290, 8, 1.15f);
        graphics.setTransform(before);
    }

    private void text(
            Graphics2D graphics, String text, double x, double y, double capital, float pen) {
        graphics.setStroke(new BasicStroke(pen, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        graphics.draw(font.line(text, x, y, capital));
    }

    private static void circles(Graphics2D graphics, double x, double y) {
        graphics.setColor(LIGHT);
        graphics.setStroke(new BasicStroke(1.6f));
        double radius = 4;
        for (double step = 9; radius < 92; step = Math.max(4, step * 0.94)) {
            graphics.draw(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius));
            radius += step;
        }
    }

    private static void star(Graphics2D graphics, double x, double y, double angle) {
        graphics.setColor(LIGHT);
        Path2D spokes = new Path2D.Double();
        for (int i = 0; i < SPOKES; i++) {
            double from = angle + 2 * Math.PI * i / SPOKES;
            double to = from + Math.PI / SPOKES;
            spokes.moveTo(x, y);
            spokes.lineTo(x + 90 * Math.cos(from), y + 90 * Math.sin(from));
            spokes.lineTo(x + 90 * Math.cos(to), y + 90 * Math.sin(to));
            spokes.closePath();
        }
        graphics.fill(spokes);
    }

    private static void grid(Graphics2D graphics, double x, double y, double degrees, double gap) {
        AffineTransform before = graphics.getTransform();
        Shape clip = graphics.getClip();
        graphics.clip(new Rectangle2D.Double(x, y, 100, 66));
        graphics.rotate(Math.toRadians(degrees), x + 50, y + 33);
        graphics.setColor(new Color(0x8fd3c8));
        graphics.setStroke(new BasicStroke(1.2f));
        for (double at = -66; at < 166; at += gap) {
            graphics.draw(new Line2D.Double(x + at, y - 70, x + at, y + 140));
            graphics.draw(new Line2D.Double(x - 70, y + at, x + 170, y + at));
        }
        graphics.setTransform(before);
        graphics.setClip(clip);
    }

    private static void wheel(Graphics2D graphics, double x, double y, double angle) {
        Path2D wheel = new Path2D.Double(Path2D.WIND_EVEN_ODD);
        for (int i = 0; i < 4 * TEETH; i++) {
            double at = angle + 2 * Math.PI * (i + 0.5) / (4 * TEETH);
            double radius = i % 4 < 2 ? 44 : 36;
            double px = x + radius * Math.cos(at);
            double py = y + radius * Math.sin(at);
            if (i == 0) {
                wheel.moveTo(px, py);
            } else {
                wheel.lineTo(px, py);
            }
        }
        wheel.closePath();
        wheel.append(new Ellipse2D.Double(x - 13, y - 13, 26, 26), false);
        graphics.setColor(AMBER);
        graphics.fill(wheel);
        graphics.setColor(GROUND);
        graphics.setStroke(new BasicStroke(1.3f));
        graphics.draw(new Ellipse2D.Double(x - 28, y - 28, 56, 56));
        graphics.draw(new Ellipse2D.Double(x - 21, y - 21, 42, 42));
    }

    private static void clock(Graphics2D graphics, double x, double y, double turn) {
        graphics.setColor(LIGHT);
        graphics.setStroke(new BasicStroke(2f));
        graphics.draw(new Ellipse2D.Double(x - 62, y - 62, 124, 124));
        for (int minute = 0; minute < 60; minute++) {
            double inner = minute % 5 == 0 ? 49 : 55;
            graphics.setStroke(new BasicStroke(minute % 5 == 0 ? 2.2f : 1f));
            hand(graphics, x, y, 2 * Math.PI * minute / 60, inner, 59);
        }
        graphics.setStroke(new BasicStroke(3.4f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        hand(graphics, x, y, 2 * Math.PI * turn, 0, 32);
        graphics.setStroke(new BasicStroke(2.2f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        hand(graphics, x, y, 8 * Math.PI * turn, 0, 45);
        graphics.setColor(AMBER);
        graphics.setStroke(new BasicStroke(1.3f));
        hand(graphics, x, y, 16 * Math.PI * turn, -12, 52);
    }

    /** From the top, clockwise. */
    private static void hand(
            Graphics2D graphics, double x, double y, double angle, double from, double to) {
        double across = Math.sin(angle);
        double up = -Math.cos(angle);
        graphics.draw(
                new Line2D.Double(x + from * across, y + from * up, x + to * across, y + to * up));
    }
}
