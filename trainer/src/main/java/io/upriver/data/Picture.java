package io.upriver.data;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;

/**
 * A picture of 8 bits a sample: one plane of luma, or three of red, green and blue. The samples are
 * not copied; nobody changes them.
 *
 * <p>Luma is as video carries it: code values 16 (black) to 235 (white) by ITU-R BT.601. Red, green
 * and blue use the full range 0 to 255.
 *
 * @param width pixels in a row
 * @param height rows
 * @param channels 1 or 3
 * @param samples plane after plane, rows from top to bottom without gaps, unsigned
 */
@SuppressWarnings("ArrayRecordComponent") // pictures are compared by nobody
public record Picture(int width, int height, int channels, byte[] samples) {

    public Picture {
        boolean possible = width >= 1 && height >= 1 && (channels == 1 || channels == 3);
        if (!possible || samples.length != width * height * channels) {
            throw new IllegalArgumentException(
                    "picture "
                            + width
                            + "x"
                            + height
                            + " of "
                            + channels
                            + " channels: got "
                            + samples.length
                            + " samples");
        }
    }

    /** A plane of luma. */
    public static Picture luma(int width, int height, byte[] samples) {
        return new Picture(width, height, 1, samples);
    }

    /**
     * Red, green and blue. Transparency is ignored; a grey picture's samples stand for all three.
     */
    public static Picture rgb(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        int plane = width * height;
        byte[] samples = new byte[3 * plane];
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            readRgb(image, y, row);
            for (int x = 0; x < width; x++) {
                int at = y * width + x;
                samples[at] = (byte) (row[x] >> 16);
                samples[plane + at] = (byte) (row[x] >> 8);
                samples[2 * plane + at] = (byte) row[x];
            }
        }
        return new Picture(width, height, 3, samples);
    }

    /**
     * One row as 0xRRGGBB. Java would brighten grey pictures, which it takes for linear light: they
     * are read raw.
     */
    private static void readRgb(BufferedImage image, int y, int[] row) {
        boolean grey = image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY;
        if (!grey) {
            image.getRGB(0, y, row.length, 1, row, 0, row.length);
            return;
        }
        image.getRaster().getSamples(0, y, row.length, 1, 0, row);
        int shift = Math.max(0, image.getColorModel().getComponentSize(0) - 8);
        for (int x = 0; x < row.length; x++) {
            row[x] = (row[x] >> shift) * 0x010101;
        }
    }

    /** A colour picture as the screen shows it, a plane of luma as grey of the same code values. */
    public BufferedImage toImage() {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        int last = channels - 1;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int rgb = at(0, x, y) << 16 | at(last / 2, x, y) << 8 | at(last, x, y);
                image.setRGB(x, y, rgb);
            }
        }
        return image;
    }

    /** The code value of a channel at column x, row y: 0 to 255. */
    public int at(int channel, int x, int y) {
        return samples[(channel * height + y) * width + x] & 255;
    }

    /**
     * Luma before rounding: Y = 16 + (65.481 R + 128.553 G + 24.966 B) / 255. A plane of luma gives
     * its samples.
     */
    public double lumaAt(int x, int y) {
        return channels == 1
                ? at(0, x, y)
                : 16 + (65.481 * at(0, x, y) + 128.553 * at(1, x, y) + 24.966 * at(2, x, y)) / 255;
    }

    /** The plane of luma, rounded; itself if it is one. */
    public Picture luma() {
        if (channels == 1) {
            return this;
        }
        byte[] rounded = new byte[width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                rounded[y * width + x] = (byte) Math.round(lumaAt(x, y));
            }
        }
        return luma(width, height, rounded);
    }

    /** As luma (1) or unchanged (3). */
    public Picture toChannels(int wanted) {
        return wanted == 1 ? luma() : this;
    }

    /** The part with its upper left corner at (x, y). */
    public Picture crop(int x, int y, int cropWidth, int cropHeight) {
        byte[] part = new byte[cropWidth * cropHeight * channels];
        for (int row = 0; row < cropHeight * channels; row++) {
            int from = (row / cropHeight * height + y + row % cropHeight) * width + x;
            System.arraycopy(samples, from, part, row * cropWidth, cropWidth);
        }
        return new Picture(cropWidth, cropHeight, channels, part);
    }

    /** The upper left part whose sides are multiples of {@code multiple}. */
    public Picture cropToMultiple(int multiple) {
        return crop(0, 0, width - width % multiple, height - height % multiple);
    }

    /**
     * Grown at the right and bottom to multiples of {@code multiple} by repeating the last column
     * and row.
     */
    public Picture padToMultiple(int multiple) {
        int paddedWidth = (width + multiple - 1) / multiple * multiple;
        int paddedHeight = (height + multiple - 1) / multiple * multiple;
        if (paddedWidth == width && paddedHeight == height) {
            return this;
        }
        byte[] padded = new byte[paddedWidth * paddedHeight * channels];
        for (int row = 0; row < paddedHeight * channels; row++) {
            int y = Math.min(row % paddedHeight, height - 1);
            for (int x = 0; x < paddedWidth; x++) {
                padded[row * paddedWidth + x] =
                        (byte) at(row / paddedHeight, Math.min(x, width - 1), y);
            }
        }
        return new Picture(paddedWidth, paddedHeight, channels, padded);
    }

    /** The samples divided by 255. */
    public float[] fractions() {
        float[] values = new float[samples.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (samples[i] & 255) / 255f;
        }
        return values;
    }

    /** The picture of {@code fractions}, 0 to 1, rounded to the nearest code values and clipped. */
    public static Picture ofFractions(int width, int height, int channels, float[] fractions) {
        byte[] samples = new byte[fractions.length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) Math.max(0, Math.min(255, Math.rint(fractions[i] * 255)));
        }
        return new Picture(width, height, channels, samples);
    }
}
