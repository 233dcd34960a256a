package io.upriver.evaluate;

import io.upriver.data.Bicubic;
import io.upriver.data.ImagePair;
import io.upriver.data.Picture;
import io.upriver.data.Psnr;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A picture for people: for each example a row with a part of it as it was read (its pixels made
 * large), as every enlarger gave it and as it should be, under captions with the PSNR of that part.
 * The part is where bicubic enlargement is farthest from the truth. Needs no screen.
 */
public final class PictureSheet {
    /** Side of the part that is shown, in pixels of the truth; smaller in smaller pictures. */
    static final int PART = 80;

    /** Each pixel of the part becomes a square of this side. */
    static final int ZOOM = 3;

    /** Between and around cells. */
    static final int GAP = 8;

    /** Height of a row's title and of a cell's caption. */
    static final int TEXT = 20;

    private static final int CELL = PART * ZOOM;
    private static final int ROW = TEXT + CELL + 2 * TEXT + GAP;
    private static final int STEP = 4;

    /**
     * One row.
     *
     * @param pair what was read and what it should become
     * @param enlarged what was made of it by name, as large as the truth, from left to right
     */
    public record Example(ImagePair pair, Map<String, Picture> enlarged) {
        public Example {
            enlarged = Collections.unmodifiableMap(new LinkedHashMap<>(enlarged));
        }
    }

    private final Graphics2D canvas;

    private PictureSheet(Graphics2D canvas) {
        this.canvas = canvas;
    }

    /** Draws the sheet: white, as wide as the longest row. */
    public static BufferedImage draw(List<Example> examples) {
        int cells = examples.stream().mapToInt(row -> row.enlarged().size() + 2).max().orElse(1);
        BufferedImage sheet =
                new BufferedImage(
                        GAP + cells * (CELL + GAP),
                        GAP + Math.max(1, examples.size()) * ROW,
                        BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = sheet.createGraphics();
        try {
            canvas.setColor(Color.WHITE);
            canvas.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
            canvas.setRenderingHint(
                    RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            canvas.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
            for (int row = 0; row < examples.size(); row++) {
                new PictureSheet(canvas).drawRow(examples.get(row), GAP + row * ROW);
            }
        } finally {
            canvas.dispose();
        }
        return sheet;
    }

    private void drawRow(Example example, int top) {
        ImagePair pair = example.pair();
        Part part = Part.worstOfBicubic(pair);
        text(
                String.format(
                        Locale.ROOT,
                        "%s  x%d  %dx%d pixels at %d,%d",
                        lastTwo(Path.of(pair.name())),
                        pair.scale(),
                        part.width(),
                        part.height(),
                        part.x(),
                        part.y()),
                GAP,
                top);
        Picture truth = part.of(pair.high());
        int left = GAP;
        drawCell(part.of(nearest(pair)), "read", "", left, top);
        for (Map.Entry<String, Picture> enlarged : example.enlarged().entrySet()) {
            left += CELL + GAP;
            Picture shown = part.of(enlarged.getValue());
            String psnr =
                    String.format(Locale.ROOT, "%.2f dB here", Psnr.decibels(truth, shown, 0));
            drawCell(shown, enlarged.getKey(), psnr, left, top);
        }
        drawCell(truth, "truth", "", left + CELL + GAP, top);
    }

    private void drawCell(Picture shown, String name, String figure, int left, int top) {
        canvas.drawImage(
                shown.toImage(),
                left,
                top + TEXT,
                shown.width() * ZOOM,
                shown.height() * ZOOM,
                null);
        text(name, left, top + TEXT + CELL);
        text(figure, left, top + TEXT + CELL + TEXT - 4);
    }

    private void text(String text, int left, int top) {
        canvas.setColor(Color.BLACK);
        canvas.drawString(text, left, top + TEXT - 5);
    }

    private static Path lastTwo(Path file) {
        int names = file.getNameCount();
        return file.subpath(Math.max(0, names - 2), names);
    }

    private static Picture nearest(ImagePair pair) {
        Picture low = pair.low();
        Picture high = pair.high();
        byte[] samples = new byte[high.samples().length];
        for (int i = 0; i < samples.length; i++) {
            int row = i / high.width();
            samples[i] =
                    (byte)
                            low.at(
                                    row / high.height(),
                                    i % high.width() / pair.scale(),
                                    row % high.height() / pair.scale());
        }
        return new Picture(high.width(), high.height(), high.channels(), samples);
    }

    /** A rectangle of the truth. */
    record Part(int x, int y, int width, int height) {

        /** Where the squared error of bicubic enlargement is largest; in steps of 4 pixels. */
        static Part worstOfBicubic(ImagePair pair) {
            Picture truth = pair.high();
            double[] sums = sums(truth, Bicubic.enlarge(pair.low(), pair.scale()));
            int width = Math.min(PART, truth.width());
            int height = Math.min(PART, truth.height());
            int stride = truth.width() + 1;
            Part worst = new Part(0, 0, width, height);
            double most = -1;
            for (int y = 0; y <= truth.height() - height; y += STEP) {
                for (int x = 0; x <= truth.width() - width; x += STEP) {
                    double error =
                            sums[(y + height) * stride + x + width]
                                    - sums[(y + height) * stride + x]
                                    - sums[y * stride + x + width]
                                    + sums[y * stride + x];
                    if (error > most) {
                        most = error;
                        worst = new Part(x, y, width, height);
                    }
                }
            }
            return worst;
        }

        /**
         * Squared errors of luma above and left of every corner, so that any part is four reads.
         */
        private static double[] sums(Picture truth, Picture bicubic) {
            int stride = truth.width() + 1;
            double[] sums = new double[stride * (truth.height() + 1)];
            for (int y = 0; y < truth.height(); y++) {
                double row = 0;
                for (int x = 0; x < truth.width(); x++) {
                    double difference = truth.lumaAt(x, y) - bicubic.lumaAt(x, y);
                    row += difference * difference;
                    sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1] + row;
                }
            }
            return sums;
        }

        Picture of(Picture picture) {
            return picture.crop(x, y, width, height);
        }
    }
}
