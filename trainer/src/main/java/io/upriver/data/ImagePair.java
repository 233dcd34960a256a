package io.upriver.data;

/**
 * A picture and its shrunken copy, both 8 bits, of luma or of colour.
 *
 * @param name for messages
 * @param low what the network reads
 * @param high what it should give: {@code scale} times as wide and high
 */
public record ImagePair(String name, Picture low, Picture high) {

    public ImagePair {
        if (high.width() % low.width() != 0
                || high.width() / low.width() != high.height() / low.height()) {
            throw new IllegalArgumentException(
                    name
                            + ": "
                            + high.width()
                            + "x"
                            + high.height()
                            + " is not a whole multiple of "
                            + low.width()
                            + "x"
                            + low.height());
        }
    }

    /** Crops {@code picture} to a multiple of the scale and shrinks it. */
    public static ImagePair of(String name, Picture picture, int scale) {
        Picture high = picture.cropToMultiple(scale);
        return new ImagePair(name, Bicubic.shrink(high, scale), high);
    }

    public int scale() {
        return high.width() / low.width();
    }
}
