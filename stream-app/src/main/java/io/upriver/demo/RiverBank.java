package io.upriver.demo;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;

/** The left part: leaves, stones and water pass by, a boat sails the other way. */
final class RiverBank {

    static final int WIDTH = 720;

    /** Columns after which the bank comes again. */
    private static final int PERIOD = 960;

    private static final int FOLIAGE_HEIGHT = 330;
    private static final int WALL_TOP = 250;
    private static final int WALL_HEIGHT = 240;
    private static final int WATER_TOP = 478;
    private static final double BOAT_LENGTH = 120;

    private final BufferedImage foliage;
    private final BufferedImage wall;
    private final Water water;

    RiverBank(long seed) {
        foliage = Foliage.tile(seed, PERIOD, FOLIAGE_HEIGHT);
        wall = StoneWall.tile(seed + 10, PERIOD, WALL_HEIGHT);
        water = new Water(seed + 20, PERIOD, 720 - WATER_TOP);
    }

    /**
     * @param turn how much of the loop has passed, 0 to 1
     */
    void draw(BufferedImage image, Graphics2D graphics, double turn) {
        int shift = (int) Math.round(turn * PERIOD);
        graphics.setPaint(
                new GradientPaint(0, 0, new Color(0x7fb2dd), 0, 190, new Color(0xe9eef0)));
        graphics.fillRect(0, 0, WIDTH, WALL_TOP);
        tile(graphics, wall, WALL_TOP, shift);
        tile(graphics, foliage, 0, shift);
        water.draw(image, WATER_TOP, WIDTH, shift);
        graphics.setPaint(
                new GradientPaint(
                        0,
                        WATER_TOP,
                        new Color(10, 24, 28, 190),
                        0,
                        WATER_TOP + 46,
                        new Color(10, 24, 28, 0)));
        graphics.fillRect(0, WATER_TOP, WIDTH, 46);
        double x = -BOAT_LENGTH + turn * (WIDTH + 2 * BOAT_LENGTH);
        boat(
                graphics,
                x,
                590 + 5 * Math.sin(6 * Math.PI * turn),
                0.05 * Math.sin(8 * Math.PI * turn));
    }

    private static void tile(Graphics2D graphics, BufferedImage tile, int y, int shift) {
        graphics.drawImage(tile, -(shift % PERIOD), y, null);
        graphics.drawImage(tile, PERIOD - shift % PERIOD, y, null);
    }

    private static void boat(Graphics2D graphics, double x, double y, double lean) {
        AffineTransform before = graphics.getTransform();
        graphics.translate(x, y);
        graphics.rotate(lean);
        graphics.setColor(new Color(0xb4362c));
        graphics.fill(shape(-52, 0, 60, 0, 40, 24, -36, 24));
        graphics.setColor(new Color(0xf7f2e4));
        graphics.fill(shape(2, -98, 52, -10, 2, -10));
        graphics.setColor(new Color(0xe4dcc6));
        graphics.fill(shape(-6, -86, -6, -10, -44, -10));
        graphics.setColor(new Color(0x3a2a1c));
        graphics.setStroke(new BasicStroke(3f));
        graphics.draw(shape(-2, -104, -2, 0));
        graphics.setStroke(new BasicStroke(1f));
        for (int i = 1; i < 6; i++) {
            double height = -10 - 14 * i;
            double end = 52 + (height + 10) * 50 / 88;
            graphics.draw(shape(2, height, end, height));
        }
        graphics.setColor(new Color(0xf3d9a0));
        graphics.draw(shape(-50, 5, 58, 5));
        graphics.draw(shape(-46, 11, 53, 11));
        graphics.setTransform(before);
    }

    private static Path2D shape(double... points) {
        Path2D path = new Path2D.Double();
        path.moveTo(points[0], points[1]);
        for (int i = 2; i < points.length; i += 2) {
            path.lineTo(points[i], points[i + 1]);
        }
        path.closePath();
        return path;
    }
}
