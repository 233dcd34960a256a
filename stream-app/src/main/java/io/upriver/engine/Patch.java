package io.upriver.engine;

import io.upriver.frame.Plane;
import java.util.List;

/**
 * A piece of work: upscale {@code region} of {@code low} into the same region, times the scale, of
 * {@code high}.
 *
 * <p>The upscaler may read all of {@code low} and writes only the region's own samples in {@code
 * high}, so that several patches of one frame can be worked on at the same time.
 *
 * @param low the low-resolution plane
 * @param region the part of {@code low} to upscale
 * @param high the high-resolution plane, a whole multiple of {@code low} in both directions, with
 *     samples of the same depth
 */
public record Patch(Plane low, Region region, Plane high) {

    public Patch {
        if (!region.isWithin(low)) {
            throw new IllegalArgumentException(
                    "expected a region within %dx%d samples, got %s"
                            .formatted(low.width(), low.height(), region));
        }
        int scale = high.width() / low.width();
        if (scale < 1
                || high.width() != (long) scale * low.width()
                || high.height() != (long) scale * low.height()) {
            throw new IllegalArgumentException(
                    "expected a high-resolution plane of a whole multiple of %dx%d, got %dx%d"
                            .formatted(low.width(), low.height(), high.width(), high.height()));
        }
        if (low.bitDepth() != high.bitDepth()) {
            throw new IllegalArgumentException(
                    "expected a high-resolution plane of %d bits, got %d"
                            .formatted(low.bitDepth(), high.bitDepth()));
        }
    }

    /** The patch that covers a whole frame. */
    public static Patch whole(Plane low, Plane high) {
        return new Patch(low, Region.whole(low), high);
    }

    /** How many times wider and higher the high-resolution plane is. */
    public int scale() {
        return high.width() / low.width();
    }

    /** True when both patches have frames and regions of the same size and depth. */
    boolean isLike(Patch other) {
        return low.width() == other.low.width()
                && low.height() == other.low.height()
                && low.bitDepth() == other.low.bitDepth()
                && region.width() == other.region.width()
                && region.height() == other.region.height();
    }

    /** Bits of a sample, in both planes. */
    int bitDepth() {
        return low.bitDepth();
    }

    boolean isWhole() {
        return region.width() == low.width() && region.height() == low.height();
    }

    void requireScale(int expected) {
        if (scale() != expected) {
            throw new IllegalArgumentException(
                    "expected a high-resolution plane %d times as large as %dx%d, got %dx%d"
                            .formatted(
                                    expected,
                                    low.width(),
                                    low.height(),
                                    high.width(),
                                    high.height()));
        }
    }

    /** Checks the patches of one call, see {@link Upscaler#upscale}. */
    static void requireFit(List<Patch> patches, Upscaler upscaler) {
        if (patches.isEmpty() || patches.size() > upscaler.maxBatch()) {
            throw new IllegalArgumentException(
                    "expected 1 to %d patches, got %d"
                            .formatted(upscaler.maxBatch(), patches.size()));
        }
        for (Patch patch : patches) {
            patch.requireScale(upscaler.scale());
            if (!patch.isLike(patches.get(0))) {
                throw new IllegalArgumentException(
                        "expected patches of equal size and depth, got %s and %s"
                                .formatted(patches.get(0), patch));
            }
        }
    }

    /** For example {@code 640x90 at 0,180 of 640x360 with 8 bits}. */
    @Override
    public String toString() {
        return "%s of %dx%d with %d bits"
                .formatted(region, low.width(), low.height(), low.bitDepth());
    }
}
