package io.upriver.data;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * Pictures that the tests draw for themselves: slopes of colour, edges and fine lines, the same for
 * the same seed.
 */
public final class SyntheticPictures {
    private SyntheticPictures() {}

    /** One picture. */
    public static BufferedImage draw(int width, int height, long seed) {
        Random random = new Random(seed);
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = image.createGraphics();
        canvas.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        canvas.setPaint(new GradientPaint(0, 0, colour(random), width, height, colour(random)));
        canvas.fillRect(0, 0, width, height);
        for (int i = 0; i < 40; i++) {
            canvas.setPaint(colour(random));
            int x = random.nextInt(width);
            int y = random.nextInt(height);
            if (i % 2 == 0) {
                canvas.fillOval(
                        x, y, 4 + random.nextInt(width / 3), 4 + random.nextInt(height / 3));
            } else {
                canvas.setStroke(new BasicStroke(1 + random.nextInt(4)));
                canvas.drawLine(x, y, random.nextInt(width), random.nextInt(height));
            }
        }
        canvas.dispose();
        return image;
    }

    /** Writes {@code count} different pictures as PNG files into a new folder. */
    public static Path folder(Path folder, int count, int width, int height) throws IOException {
        Files.createDirectories(folder);
        for (int i = 0; i < count; i++) {
            ImageIO.write(
                    draw(width, height, i), "png", folder.resolve("picture" + i + ".png").toFile());
        }
        return folder;
    }

    /** A plane of noise. */
    public static Picture noise(int width, int height, long seed) {
        return noise(width, height, 1, seed);
    }

    /** Noise in every plane. */
    public static Picture noise(int width, int height, int channels, long seed) {
        byte[] samples = new byte[width * height * channels];
        new Random(seed).nextBytes(samples);
        return new Picture(width, height, channels, samples);
    }

    private static Color colour(Random random) {
        return new Color(random.nextInt(256), random.nextInt(256), random.nextInt(256));
    }
}
