package io.upriver.segment;

import io.upriver.engine.InterpolationUpscaler;
import io.upriver.engine.Patch;
import io.upriver.frame.Plane;
import io.upriver.media.Picture;
import io.upriver.schemas.Quality;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The measuring of one frame of a segment: what the network made of it beside interpolation, and,
 * while a model is on trial, beside what the current model makes of it.
 *
 * <p>Made by the decoding thread, {@link #measure measured} by the encoding one, once both networks
 * are done; read after that.
 */
final class Measurement implements AutoCloseable {

    private final Picture low;
    private final Picture high;
    private final Picture interpolated;
    private final @Nullable Picture byCurrent;
    private final CompletableFuture<Long> made;
    private final @Nullable CompletableFuture<Long> madeByCurrent;
    private @Nullable Quality quality;
    private @Nullable Quality ofCurrent;

    /**
     * @param low the frame, which stays the caller's, as {@code high} does
     * @param made done when the network has written {@code high}, with its lane time in nanoseconds
     * @param byCurrent what the current model writes into, or null; then this one's
     * @param madeByCurrent done when it has
     */
    Measurement(
            Picture low,
            Picture high,
            CompletableFuture<Long> made,
            @Nullable Picture byCurrent,
            @Nullable CompletableFuture<Long> madeByCurrent) {
        this.low = low;
        this.high = high;
        this.made = made;
        this.byCurrent = byCurrent;
        this.madeByCurrent = madeByCurrent;
        this.interpolated = low.resized(high.width(), high.height());
    }

    /** When no lane touches the planes any more; never fails. */
    CompletableFuture<?> lanesDone() {
        return madeByCurrent == null
                ? CompletableFuture.completedFuture(null)
                : madeByCurrent.handle((nanos, error) -> null);
    }

    /** Does it; nothing if the network failed. */
    void measure() {
        if (made.isCompletedExceptionally()) {
            return;
        }
        Plane from = luma(low);
        try (InterpolationUpscaler interpolation =
                new InterpolationUpscaler(high.width() / low.width())) {
            interpolation.upscale(
                    List.of(Patch.whole(from, luma(interpolated))), interpolation.newScratch());
        }
        FrameMeasure measure = new FrameMeasure(from, luma(interpolated));
        quality = measure.of(luma(high), millis(made));
        if (byCurrent != null && !madeByCurrent.isCompletedExceptionally()) {
            ofCurrent = measure.of(luma(byCurrent), millis(madeByCurrent));
        }
    }

    private static Plane luma(Picture picture) {
        return picture.planes().get(0);
    }

    private static double millis(CompletableFuture<Long> done) {
        return done.join() / 1e6;
    }

    /** What the network made, or null. */
    @Nullable Quality quality() {
        return quality;
    }

    /** What the current model made, or null. */
    @Nullable Quality ofCurrent() {
        return ofCurrent;
    }

    @Override
    public void close() {
        interpolated.close();
        if (byCurrent != null) {
            byCurrent.close();
        }
    }
}
