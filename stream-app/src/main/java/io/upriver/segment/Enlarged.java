package io.upriver.segment;

import io.upriver.media.Picture;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A picture on its way through the network: the large one is complete when the future is. */
final class Enlarged implements AutoCloseable {

    private final Picture low;
    private final Picture high;
    private final CompletableFuture<?> done;

    Enlarged(Picture low, Picture high, CompletableFuture<?> done) {
        this.low = low;
        this.high = high;
        this.done = done;
    }

    /** Waits for the large picture; it stays ours. */
    Picture await() {
        try {
            done.join();
            return high;
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** Gives both pictures back, once no lane works on them any more. */
    @Override
    public void close() {
        done.handle((result, error) -> error).join();
        low.close();
        high.close();
    }
}
