package io.upriver.frame;

/**
 * How the samples of a picture lie in memory.
 *
 * @param name FFmpeg's name of the pixel format, such as {@code yuv420p}
 * @param bitDepth significant bits of a sample
 * @param planes number of planes, 1 to 4
 * @param log2ChromaWidth how often chroma is halved across, 0 or more
 * @param log2ChromaHeight how often chroma is halved down, 0 or more
 * @param planarYuv true for luma and chroma in planes of their own, or luma alone, with samples as
 *     a {@link Plane} has them
 */
public record PixelLayout(
        String name,
        int bitDepth,
        int planes,
        int log2ChromaWidth,
        int log2ChromaHeight,
        boolean planarYuv) {

    /** Bytes that one sample of a planar layout takes: 1 or 2. */
    public int bytesPerSample() {
        return Plane.bytesPerSample(bitDepth);
    }

    /** Samples in a row of the plane, for a picture of the given luma width; odd sizes round up. */
    public int planeWidth(int plane, int width) {
        return isChroma(plane) ? ceilShift(width, log2ChromaWidth) : width;
    }

    /** Rows of the plane, for a picture of the given luma height; odd sizes round up. */
    public int planeHeight(int plane, int height) {
        return isChroma(plane) ? ceilShift(height, log2ChromaHeight) : height;
    }

    /** True where it has less of a planar layout's chroma, or not its alpha. */
    public boolean lacksPlanesOf(PixelLayout planar) {
        boolean lacksChroma =
                log2ChromaWidth > planar.log2ChromaWidth()
                        || log2ChromaHeight > planar.log2ChromaHeight();
        boolean lacksAlpha = planes < 4;
        return switch (planar.planes()) {
            case 1 -> false; // luma alone
            case 4 -> lacksChroma || lacksAlpha;
            default -> lacksChroma;
        };
    }

    /** True for the two chroma planes; plane 3, where there is one, is alpha. */
    public boolean isChroma(int plane) {
        return plane == 1 || plane == 2;
    }

    private static int ceilShift(int value, int shift) {
        return (value + (1 << shift) - 1) >> shift;
    }
}
