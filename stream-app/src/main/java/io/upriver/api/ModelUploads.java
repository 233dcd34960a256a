package io.upriver.api;

import io.upriver.admin.TopicViews;
import io.upriver.model.ModelException;
import io.upriver.schemas.ModelSignature;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.InputStream;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes model files, one at a time: each is in memory as a whole while it is tried. */
@Singleton
final class ModelUploads {

    private static final int PATIENCE_SECONDS = 3;

    private final TopicViews views;
    private final ApiSettings settings;
    private final Semaphore trials = new Semaphore(1, true);

    ModelUploads(TopicViews views, ApiSettings settings) {
        this.views = views;
        this.settings = settings;
    }

    /**
     * Reads a file and hands it on.
     *
     * @throws ProblemException if it is too large, refused, or if another one takes too long
     */
    void accept(HttpHeaders headers, InputStream body, Consumer<byte[]> taker) {
        Body.requireAtMost(settings.largestModelBytes(), headers, body);
        views.models(); // says that there is no broker before the file is sent and tried
        if (!mayTry()) {
            Body.discard(body);
            throw new ProblemException(
                    ProblemType.BUSY,
                    "expected a place for the trial within %d s, got none"
                            .formatted(PATIENCE_SECONDS));
        }
        try {
            taker.accept(Body.read(body, settings.largestModelBytes()));
        } catch (ModelException e) {
            throw new ProblemException(ProblemType.REFUSED_MODEL, e);
        } finally {
            trials.release();
        }
    }

    private boolean mayTry() {
        try {
            return trials.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What two headers say of who published a file. */
    static @Nullable ModelSignature signature(@Nullable String keyId, @Nullable String signature) {
        return signature == null ? null : new ModelSignature(keyId, signature);
    }
}
