package io.upriver.engine;

/**
 * What a network's file says about itself and the engine has to know.
 *
 * @param scale how many times wider and higher the output is, 1 to 16
 * @param multiple width and height given to the network must be multiples of this, 1 to 64; the
 *     engine repeats the frame's last column and row where they are not
 * @param receptiveField the farthest distance, in low-resolution samples, at which an input sample
 *     has an influence on an output sample, 0 to 1024
 */
public record ModelContract(int scale, int multiple, int receptiveField) {

    public ModelContract {
        require("scale", scale, 1, 16);
        require("multiple", multiple, 1, 64);
        require("receptive field", receptiveField, 0, 1024);
    }

    private static void require(String what, int actual, int least, int most) {
        if (actual < least || actual > most) {
            throw new IllegalArgumentException(
                    "expected a %s of %d to %d, got %d".formatted(what, least, most, actual));
        }
    }
}
