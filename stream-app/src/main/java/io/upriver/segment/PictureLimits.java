package io.upriver.segment;

import io.upriver.media.LargestPicture;

/**
 * How large pictures may be.
 *
 * @param taken the largest that is decoded
 * @param made the largest that is made of one
 */
public record PictureLimits(LargestPicture taken, LargestPicture made) {

    /** 8K, and twice as large. */
    public static final PictureLimits DEFAULT =
            new PictureLimits(new LargestPicture(8192, 4320), new LargestPicture(16384, 8640));
}
