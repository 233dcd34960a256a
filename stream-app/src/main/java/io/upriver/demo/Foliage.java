package io.upriver.demo;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.util.Random;

/** A hedge of leaves in front of the sky, as a tile that goes on at its other edge. */
final class Foliage {

    private static final int LEAVES = 3400;
    private static final double MARGIN = 34;

    private Foliage() {}

    /** The leaves, transparent where there are none. */
    static BufferedImage tile(long seed, int width, int height) {
        BufferedImage tile = Drawing.transparent(width, height);
        Graphics2D graphics = Drawing.on(tile);
        float[] hill = Noise.field(seed + 1, width, 1, 5, 1, 3);
        Random random = new Random(seed);
        graphics.setColor(new Color(0x14260f));
        for (int x = 0; x < width; x++) {
            int top = (int) (MARGIN + 62 + 50 * (1 + hill[x]));
            graphics.fillRect(x, top, 1, height - 80 - top);
        }
        for (int i = 0; i < LEAVES; i++) {
            double near = i / (double) LEAVES;
            double x = random.nextDouble() * width;
            double top = MARGIN + 50 * (1 + hill[(int) x]) - 30 * near;
            double y = top + (height - MARGIN - top) * Math.pow(random.nextDouble(), 0.8);
            double shade = (y - top) / (height - top);
            double length = 12 + 16 * random.nextDouble() + 6 * near;
            double angle = 0.6 + 1.1 * random.nextGaussian();
            Color colour = colour(random, near, shade);
            for (int copy = -1; copy <= 1; copy++) {
                double at = x + copy * width;
                if (at > -MARGIN && at < width + MARGIN) {
                    leaf(graphics, at, y, length, angle, colour);
                }
            }
        }
        graphics.dispose();
        return tile;
    }

    private static Color colour(Random random, double near, double shade) {
        double light = (0.3 + 0.7 * near) * (1.05 - 0.5 * shade) + 0.16 * random.nextGaussian();
        double yellow = 0.5 + 0.25 * random.nextGaussian();
        return new Color(
                Colours.of(light * (70 + 75 * yellow), light * 168, light * (38 + 20 * yellow)));
    }

    private static void leaf(
            Graphics2D graphics, double x, double y, double length, double angle, Color colour) {
        AffineTransform before = graphics.getTransform();
        graphics.translate(x, y);
        graphics.rotate(angle);
        double half = 0.27 * length;
        Path2D blade = new Path2D.Double();
        blade.moveTo(0, 0);
        blade.curveTo(0.3 * length, -half, 0.65 * length, -half, length, 0);
        blade.curveTo(0.65 * length, half, 0.3 * length, half, 0, 0);
        graphics.setColor(colour);
        graphics.fill(blade);
        Path2D shadow = new Path2D.Double();
        shadow.moveTo(0, 0);
        shadow.lineTo(length, 0);
        shadow.curveTo(0.65 * length, half, 0.3 * length, half, 0, 0);
        graphics.setColor(new Color(0, 24, 10, 60));
        graphics.fill(shadow);
        graphics.setColor(new Color(236, 246, 190, 110));
        graphics.setStroke(new BasicStroke(0.9f));
        Path2D ribs = new Path2D.Double();
        ribs.moveTo(0, 0);
        ribs.lineTo(0.94 * length, 0);
        for (double along = 0.25; along < 0.8; along += 0.18) {
            ribs.moveTo(along * length, 0);
            ribs.lineTo((along + 0.13) * length, -0.55 * half);
            ribs.moveTo(along * length, 0);
            ribs.lineTo((along + 0.13) * length, 0.55 * half);
        }
        graphics.draw(ribs);
        graphics.setTransform(before);
    }
}
