package io.upriver.segment;

import io.upriver.media.Picture;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** A picture on its way through the network: the large one is complete when the future is. */
final class Enlarged implements AutoCloseable {

    private final Picture low;
    private final Picture high;
    private final CompletableFuture<?> done;
    private final @Nullable Measurement measurement;

    /**
     * @param measurement of this frame, or null; it is closed with this
     */
    Enlarged(
            Picture low,
            Picture high,
            CompletableFuture<?> done,
            @Nullable Measurement measurement) {
        this.low = low;
        this.high = high;
        this.done = done;
        this.measurement = measurement;
    }

    /** Waits for the large picture; it stays ours. */
    Picture await() {
        try {
            done.join();
            if (measurement != null) {
                measurement.lanesDone().join();
                measurement.measure();
            }
            return high;
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** Gives both pictures back, once no lane works on them any more. */
    @Override
    public void close() {
        done.handle((result, error) -> error).join();
        if (measurement != null) {
            measurement.lanesDone().join();
            measurement.close();
        }
        low.close();
        high.close();
    }
}
