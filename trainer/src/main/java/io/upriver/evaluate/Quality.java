package io.upriver.evaluate;

import java.util.List;

/**
 * How near a picture comes to the truth, on luma inside a border of {@code scale} pixels.
 *
 * @param psnr dB, higher is nearer; infinite for equal pictures
 * @param ssim structural similarity, at most 1
 */
public record Quality(double psnr, double ssim) {

    /** The mean of each figure, as papers report a set of pictures. */
    public static Quality mean(List<Quality> pictures) {
        return new Quality(
                pictures.stream().mapToDouble(Quality::psnr).average().orElseThrow(),
                pictures.stream().mapToDouble(Quality::ssim).average().orElseThrow());
    }
}
