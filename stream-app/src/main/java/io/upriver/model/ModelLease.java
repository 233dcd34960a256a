package io.upriver.model;

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
    private final @Nullable String interpolatedBecause;
    private final Runnable giveBack;

    ModelLease(
            Upscaler upscaler,
            @Nullable String digest,
            @Nullable String interpolatedBecause,
            Runnable giveBack) {
        this.upscaler = upscaler;
        this.digest = digest;
        this.interpolatedBecause = interpolatedBecause;
        this.giveBack = giveBack;
    }

    public Upscaler upscaler() {
        return upscaler;
    }

    /** SHA-256 of the model file in hexadecimal digits, or null where no network is used. */
    public @Nullable String digest() {
        return digest;
    }

    /** Why no network is used, or null where one is. */
    public @Nullable String interpolatedBecause() {
        return interpolatedBecause;
    }

    @Override
    public void close() {
        giveBack.run();
    }
}
