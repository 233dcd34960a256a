package io.upriver.model;

import io.upriver.engine.InterpolationUpscaler;
import io.upriver.engine.Upscaler;
import org.jspecify.annotations.Nullable;

/**
 * The model that was current when a segment began, kept open until the segment is done.
 *
 * <p>Closed once, by whoever took it.
 */
public final class ModelLease implements AutoCloseable {

    private final Upscaler upscaler;
    private final @Nullable String digest;
    private final long multiplyAdds;
    private final @Nullable String interpolatedBecause;
    private final @Nullable ModelLease current;
    private final Runnable giveBack;

    private ModelLease(
            Upscaler upscaler,
            @Nullable String digest,
            long multiplyAdds,
            @Nullable String interpolatedBecause,
            @Nullable ModelLease current,
            Runnable giveBack) {
        this.upscaler = upscaler;
        this.digest = digest;
        this.multiplyAdds = multiplyAdds;
        this.interpolatedBecause = interpolatedBecause;
        this.current = current;
        this.giveBack = giveBack;
    }

    static ModelLease ofModel(
            Upscaler upscaler, String digest, long multiplyAdds, Runnable giveBack) {
        return new ModelLease(upscaler, digest, multiplyAdds, null, null, giveBack);
    }

    static ModelLease ofInterpolation(int scale, String because) {
        InterpolationUpscaler upscaler = new InterpolationUpscaler(scale);
        return new ModelLease(upscaler, null, 0, because, null, upscaler::close);
    }

    /** The same on trial, beside the current model, which is given back with it. */
    ModelLease onTrialBeside(ModelLease current) {
        return new ModelLease(
                upscaler,
                digest,
                multiplyAdds,
                null,
                current,
                () -> {
                    giveBack.run();
                    current.close();
                });
    }

    public Upscaler upscaler() {
        return upscaler;
    }

    /** SHA-256 of the model file in hexadecimal digits, or null where no network is used. */
    public @Nullable String digest() {
        return digest;
    }

    /** Of the network for a sample that comes in, to compare networks; 0 where none is used. */
    long multiplyAdds() {
        return multiplyAdds;
    }

    /** Why no network is used, or null where one is. */
    public @Nullable String interpolatedBecause() {
        return interpolatedBecause;
    }

    /**
     * The model that the channel's other streams have, where this one is on trial, or null. It is
     * given back with this lease.
     */
    public @Nullable ModelLease current() {
        return current;
    }

    @Override
    public void close() {
        giveBack.run();
    }
}
