package io.upriver.data;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;

/**
 * The luma plane of a picture as video carries it: one unsigned byte a pixel, rows from top to
 * bottom without gaps, code values 16 (black) to 235 (white) by ITU-R BT.601. The samples are not
 * copied; nobody changes them.
 *
 * @param width pixels in a row
 * @param height rows
 * @param samples width * height code values
 */
@SuppressWarnings("ArrayRecordComponent") // planes are compared by nobody
public record Luma(int width, int height, byte[] samples) {

    public Luma {
        if (width < 1 || height < 1 || samples.length != width * height) {
            throw new IllegalArgumentException(
                    "luma plane " + width + "x" + height + ": got " + samples.length + " samples");
        }
    }

    /**
     * Y = 16 + (65.481 R + 128.553 G + 24.966 B) / 255, rounded. A grey picture's samples stand for
     * R, G and B alike. Transparency is ignored.
     */
    public static Luma of(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        byte[] samples = new byte[width * height];
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            readRgb(image, y, row);
            for (int x = 0; x < width; x++) {
                int rgb = row[x];
                double luma =
                        16
                                + (65.481 * ((rgb >> 16) & 255)
                                                + 128.553 * ((rgb >> 8) & 255)
                                                + 24.966 * (rgb & 255))
                                        / 255;
                samples[y * width + x] = (byte) Math.round(luma);
            }
        }
        return new Luma(width, height, samples);
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

    /** The code value at column x, row y: 0 to 255. */
    public int at(int x, int y) {
        return samples[y * width + x] & 255;
    }

    /** The part with its upper left corner at (x, y). */
    public Luma crop(int x, int y, int cropWidth, int cropHeight) {
        byte[] part = new byte[cropWidth * cropHeight];
        for (int row = 0; row < cropHeight; row++) {
            System.arraycopy(samples, (y + row) * width + x, part, row * cropWidth, cropWidth);
        }
        return new Luma(cropWidth, cropHeight, part);
    }

    /** The upper left part whose sides are multiples of {@code multiple}. */
    public Luma cropToMultiple(int multiple) {
        return crop(0, 0, width - width % multiple, height - height % multiple);
    }

    /**
     * Grown at the right and bottom to multiples of {@code multiple} by repeating the last column
     * and row.
     */
    public Luma padToMultiple(int multiple) {
        int paddedWidth = (width + multiple - 1) / multiple * multiple;
        int paddedHeight = (height + multiple - 1) / multiple * multiple;
        if (paddedWidth == width && paddedHeight == height) {
            return this;
        }
        byte[] padded = new byte[paddedWidth * paddedHeight];
        for (int y = 0; y < paddedHeight; y++) {
            for (int x = 0; x < paddedWidth; x++) {
                padded[y * paddedWidth + x] =
                        samples[Math.min(y, height - 1) * width + Math.min(x, width - 1)];
            }
        }
        return new Luma(paddedWidth, paddedHeight, padded);
    }
}
