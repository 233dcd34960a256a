package io.upriver.media;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The largest picture that is taken or made, of any shape: what counts is the number of its
 * samples. Headers of a few bytes, damaged or hostile, may claim pictures of gigabytes.
 *
 * @param width in samples, 1 to 65535
 * @param height in samples, 1 to 65535
 */
public record LargestPicture(int width, int height) {

    /** Whatever FFmpeg takes, which is not much more than 16000x16000. */
    static final LargestPicture ANY = new LargestPicture(65535, 65535);

    private static final Pattern SIZE = Pattern.compile("([1-9][0-9]{0,4})x([1-9][0-9]{0,4})");
    private static final int MOST = 65535;

    /** Decoders count whole blocks, of up to 128x128. */
    private static final int BLOCKS = 1 << 18;

    public LargestPicture {
        if (width < 1 || width > MOST || height < 1 || height > MOST) {
            throw new IllegalArgumentException(
                    "expected a width and a height of 1 to 65535, got %dx%d"
                            .formatted(width, height));
        }
    }

    /**
     * A size such as {@code 8192x4320}.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static LargestPicture parse(CharSequence text) {
        Matcher size = SIZE.matcher(text);
        if (!size.matches()) {
            throw new IllegalArgumentException(
                    "expected a size such as 8192x4320, got '" + text + "'");
        }
        return new LargestPicture(Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2)));
    }

    /** Samples of the picture's first plane. */
    public long samples() {
        return (long) width * height;
    }

    /**
     * Refuses larger pictures.
     *
     * @param what the pictures' name in the sentence, such as "pictures"
     * @throws MediaException with both sizes
     */
    public void check(String what, long otherWidth, long otherHeight) {
        if (otherWidth * otherHeight > samples()) {
            throw refusal(what, otherWidth, otherHeight);
        }
    }

    /** As {@link #check}, for a size in a decoder's whole blocks. */
    void checkCoded(String what, long codedWidth, long codedHeight) {
        if (codedWidth * codedHeight > codedSamples()) {
            throw refusal(what, codedWidth, codedHeight);
        }
    }

    /** How many samples a decoder may have memory for; FFmpeg's setting takes no larger number. */
    long codedSamples() {
        return Math.min(Integer.MAX_VALUE, samples() + samples() / 8 + BLOCKS);
    }

    private MediaException refusal(String what, long otherWidth, long otherHeight) {
        return new MediaException(
                MediaException.Kind.UNSUPPORTED,
                "expected %s of at most %s (%d samples in any shape), got %dx%d"
                        .formatted(what, this, samples(), otherWidth, otherHeight));
    }

    @Override
    public String toString() {
        return width + "x" + height;
    }
}
