package io.upriver.schemas;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What can be said of a segment's luma without knowing the truth, measured on one of its frames.
 *
 * @param consistency how much of what came in is still there: PSNR in dB of the large frame, each
 *     square of samples replaced by its mean, against the small one; at most 60
 * @param sharpness fine detail in comparison with bicubic interpolation of the same frame: the mean
 *     absolute difference of a sample and its four neighbours' mean, divided by that of the
 *     interpolation; 1 is the same, at most 100
 * @param seam by how much the worst straight line through the whole frame, such as a tile's edge,
 *     stands out in what the network adds to the interpolation: the mean step across it beyond that
 *     of the lines beside it, divided by the mean step of all lines and one code value of 8 bits; 0
 *     is not at all
 * @param laneMillis time that a lane worked on a frame, in milliseconds, without waiting
 */
public record Quality(
        @JsonProperty(required = true) double consistency,
        @JsonProperty(required = true) double sharpness,
        @JsonProperty(required = true) double seam,
        @JsonProperty(required = true) double laneMillis) {

    /** More is the same frame. */
    public static final double MOST_CONSISTENCY = 60;

    /** More says nothing: the interpolation has no detail at all. */
    public static final double MOST_SHARPNESS = 100;

    public Quality {
        Expect.between("consistency", consistency, 0, MOST_CONSISTENCY);
        Expect.between("sharpness", sharpness, 0, MOST_SHARPNESS);
        Expect.between("seam", seam, 0, 255);
        Expect.between("laneMillis", laneMillis, 0, Double.MAX_VALUE);
    }
}
