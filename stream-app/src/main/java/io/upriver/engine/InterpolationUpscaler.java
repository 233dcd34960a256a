package io.upriver.engine;

import java.util.List;

/**
 * An upscaler that interpolates bicubically: what viewers get when no network can be used, and the
 * mark that every network has to beat. It has nothing to close.
 */
public final class InterpolationUpscaler implements Upscaler {

    private final PlaneInterpolator interpolator;

    /**
     * @param scale 1 to 16
     */
    public InterpolationUpscaler(int scale) {
        this.interpolator = PlaneInterpolator.centred(scale);
    }

    @Override
    public int scale() {
        return interpolator.scale();
    }

    @Override
    public int maxBatch() {
        return 1;
    }

    @Override
    public Scratch newScratch() {
        return interpolator.newScratch();
    }

    @Override
    public void upscale(List<Patch> patches, Scratch scratch) {
        Patch.requireFit(patches, this);
        for (Patch patch : patches) {
            interpolator.scale(patch.low(), patch.region(), patch.high(), scratch);
        }
    }

    @Override
    public void close() {}
}
