package io.upriver.demo;

import io.upriver.media.FfmpegProgram;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * A picture of the same frame enlarged in two ways: on the left by bicubic interpolation, as a
 * player does, on the right the result. A part of the frame as it is, and below it parts of that,
 * each sample three times as wide and high and nothing else done to it.
 */
public final class BeforeAfter {

    /** Which frame: one where text, lines and boat are in good places. */
    private static final int FRAME = 20;

    private static final int WIDTH = 640;
    private static final int ZOOM = 3;
    private static final int GAP = 2;

    /** Of JPEG, where it is asked for: from 1, the best, to 31. */
    private static final String QUALITY = "4";

    private record Area(int x, int y, int width, int height) {}

    private static final Area WHOLE = new Area(440, 140, WIDTH, 330);
    private static final List<Area> PARTS =
            List.of(
                    new Area(745, 192, 106, 76),
                    new Area(398, 22, 53, 76),
                    new Area(1160, 436, 53, 76));

    private BeforeAfter() {}

    /**
     * Draws it.
     *
     * @param result what became of the clip
     * @param work a directory for files between, whose owner deletes them
     * @param picture a name with an ending that FFmpeg has an encoder for, such as {@code .png}
     */
    public static void draw(DemoClip clip, Path result, Path work, Path picture)
            throws IOException {
        BufferedImage before = frame(clip.small(), work.resolve("before.png"));
        BufferedImage after = frame(result, work.resolve("after.png"));
        int zoomed = PARTS.get(0).height() * ZOOM;
        BufferedImage canvas = Drawing.image(2 * WIDTH + GAP, WHOLE.height() + GAP + zoomed);
        Graphics2D graphics = Drawing.on(canvas);
        graphics.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION,
                RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, canvas.getWidth(), canvas.getHeight());
        side(graphics, before, 0, "bicubic");
        side(graphics, after, WIDTH + GAP, "Upriver");
        graphics.dispose();
        Path drawn = work.resolve("picture.png");
        ImageIO.write(canvas, "png", drawn.toFile());
        if (picture.toString().endsWith(".png")) {
            Files.copy(drawn, picture, StandardCopyOption.REPLACE_EXISTING);
        } else {
            FfmpegProgram.run(List.of("-i", drawn.toString(), "-q:v", QUALITY, picture.toString()));
        }
    }

    private static BufferedImage frame(Path video, Path image) throws IOException {
        FfmpegProgram.run(
                List.of(
                        "-i",
                        video.toString(),
                        "-vf",
                        "select=eq(n\\,%d),scale=1280:720:flags=bicubic+accurate_rnd+full_chroma_int"
                                        .formatted(FRAME)
                                + ",format=rgb24",
                        "-frames:v",
                        "1",
                        image.toString()));
        return ImageIO.read(image.toFile());
    }

    private static void side(Graphics2D graphics, BufferedImage frame, int x, String label) {
        copy(graphics, frame, WHOLE, x, 0, 1);
        int at = x;
        for (Area part : PARTS) {
            copy(graphics, frame, part, at, WHOLE.height() + GAP, ZOOM);
            at += part.width() * ZOOM + GAP;
        }
        label(graphics, x + 14, 14, label);
    }

    private static void copy(
            Graphics2D graphics, BufferedImage from, Area area, int x, int y, int zoom) {
        graphics.drawImage(
                from,
                x,
                y,
                x + area.width() * zoom,
                y + area.height() * zoom,
                area.x(),
                area.y(),
                area.x() + area.width(),
                area.y() + area.height(),
                null);
    }

    private static void label(Graphics2D graphics, int x, int y, String text) {
        StrokeFont font = new StrokeFont();
        double width = font.width(text, 15);
        graphics.setColor(new Color(16, 32, 46, 225));
        graphics.fillRoundRect(x, y, (int) width + 28, 37, 10, 10);
        Shape strokes = font.line(text, x + 14, y + 26, 15);
        graphics.setColor(Color.WHITE);
        graphics.setStroke(new BasicStroke(2.2f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        graphics.draw(strokes);
    }
}
