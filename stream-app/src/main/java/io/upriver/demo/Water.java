package io.upriver.demo;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;

/** Moving water: two fields of waves pass through each other, and each sum has a colour. */
final class Water {

    private static final int TONES = 512;

    private final int period;
    private final int height;
    private final float[] swell;
    private final float[] ripples;
    private final int[] colours = new int[TONES];

    /**
     * @param period columns after which the waves come again
     */
    Water(long seed, int period, int height) {
        this.period = period;
        this.height = height;
        this.swell = Noise.field(seed, period, height, 10, 12, 3);
        this.ripples = Noise.field(seed + 1, period, height, 24, 22, 3);
        for (int i = 0; i < TONES; i++) {
            double wave = 2.0 * i / (TONES - 1) - 1;
            double crest = Math.max(0, wave - 0.12) * 2.4;
            double glint = Math.max(0, wave - 0.42) * 6;
            colours[i] =
                    Colours.of(
                            30 + 26 * wave + 60 * crest + 140 * glint,
                            84 + 40 * wave + 75 * crest + 120 * glint,
                            104 + 46 * wave + 70 * crest + 90 * glint);
        }
    }

    /**
     * Fills the rows from {@code top} down and the columns up to {@code width} of an image of the
     * type {@code TYPE_INT_RGB}.
     *
     * @param shift columns that the swell has moved to the right; the ripples move to the left
     */
    void draw(BufferedImage image, int top, int width, int shift) {
        int[] pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
        int stride = image.getWidth();
        for (int y = 0; y < height && top + y < image.getHeight(); y++) {
            int row = y * period;
            float far = 0.45f + 0.55f * y / height;
            int right = Math.floorMod(-shift, period);
            int left = Math.floorMod(shift, period);
            for (int x = 0; x < width; x++) {
                float wave = 0.62f * swell[row + right] + 0.5f * ripples[row + left];
                right = right + 1 == period ? 0 : right + 1;
                left = left + 1 == period ? 0 : left + 1;
                int tone = (int) ((0.5f + 0.5f * far * wave) * (TONES - 1));
                pixels[(top + y) * stride + x] = colours[Math.max(0, Math.min(TONES - 1, tone))];
            }
        }
    }
}
