package io.upriver.web;

import io.upriver.api.Body;
import io.upriver.ingest.PushIngest;
import io.upriver.ingest.PushRefusedException;
import io.upriver.ingest.Turns;
import io.upriver.observe.IngestMeters;
import io.upriver.observe.LogFields;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * Bodies that are pushed, each on a thread of its own from when its head has come. So it does not
 * depend on the connection: ffmpeg closes that behind the last byte and looks at no answer, and the
 * framework leaves out resources whose client has gone.
 */
@Singleton
class Pushes {

    private static final Logger LOG = Logger.getLogger(Pushes.class);
    private static final int MOST = 256;

    private final PushIngest ingest;
    private final IngestMeters meters;
    private final AtomicInteger number = new AtomicInteger();
    private final ThreadPoolExecutor threads =
            new ThreadPoolExecutor(
                    0, MOST, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), this::thread);

    Pushes(PushIngest ingest, IngestMeters meters) {
        this.ingest = ingest;
        this.meters = meters;
    }

    private Thread thread(Runnable task) {
        Thread thread = new Thread(task, "push-" + number.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Begins to take the body of a request; on the connection's thread.
     *
     * @return whether there are more segments than before, or what {@link PushIngest#push} throws
     */
    CompletableFuture<Boolean> begin(RoutingContext routing, String stream, String path) {
        InputStream body = new ArrivingBody(routing.request(), meters);
        boolean hasLength = routing.request().getHeader(HttpHeaders.CONTENT_LENGTH) != null;
        String traceparent = routing.request().getHeader("traceparent");
        Turns.Turn turn = ingest.turns().begin(stream);
        try {
            return CompletableFuture.supplyAsync(
                    () -> takeNamed(stream, path, hasLength, body, traceparent, turn), threads);
        } catch (RejectedExecutionException e) {
            turn.close();
            meters.refused(IngestResource.typeOf(PushRefusedException.Reason.NO_ROOM).status());
            return CompletableFuture.failedFuture(
                    new PushRefusedException(
                            PushRefusedException.Reason.NO_ROOM,
                            "stream %s: expected fewer than %d bodies at the same time, there are as many"
                                    .formatted(stream, MOST)));
        }
    }

    /** Its log lines name the stream. */
    private boolean takeNamed(
            String stream,
            String path,
            boolean hasLength,
            InputStream body,
            String traceparent,
            Turns.Turn turn) {
        try (LogFields fields = new LogFields()) {
            fields.with(LogFields.STREAM, stream);
            return take(stream, path, hasLength, body, traceparent, turn);
        }
    }

    private boolean take(
            String stream,
            String path,
            boolean hasLength,
            InputStream body,
            String traceparent,
            Turns.Turn turn) {
        try (turn) {
            return ingest.push(stream, path, hasLength, body, traceparent, turn);
        } catch (PushRefusedException e) {
            meters.refused(IngestResource.typeOf(e.reason()).status());
            LOG.warnf("refused: %s", e.getMessage()); // the encoder may not listen
            throw e;
        } catch (RuntimeException e) {
            LOG.errorf(e, "stream %s: a fault at %s", stream, path);
            throw e;
        } finally {
            if (!PushIngest.isEndless(path, hasLength)) {
                Body.discard(body);
            }
        }
    }

    @PreDestroy
    void close() {
        threads.shutdownNow();
    }
}
