package io.upriver.segment;

import io.upriver.media.Picture;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A picture on its way through the network: the large one is complete when the future is. */
final class Enlarged implements AutoCloseable {

    private final Picture low;
    private final Picture high;
    private final CompletableFuture<?> done;
    private final UnaryOperator<Picture> fitting;
    private @Nullable Picture fitted;

    /**
     * @param fitting gives a complete large picture, or a new one, in the layout that the encoder
     *     takes; called once, by the thread that waits
     */
    Enlarged(Picture low, Picture high, CompletableFuture<?> done, UnaryOperator<Picture> fitting) {
        this.low = low;
        this.high = high;
        this.done = done;
        this.fitting = fitting;
    }

    /** Waits for the large picture, as the encoder takes it; it stays ours. */
    Picture await() {
        try {
            done.join();
            fitted = fitting.apply(high);
            return fitted;
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** Gives all pictures back, once no lane works on them any more. */
    @Override
    public void close() {
        done.handle((result, error) -> error).join();
        low.close();
        high.close();
        if (fitted != null && fitted != high) {
            fitted.close();
        }
    }
}
