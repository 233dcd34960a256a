package io.upriver.web;

import io.upriver.observe.IngestMeters;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request as a stream that blocks. What has come is read even where the connection
 * has been closed since: ffmpeg closes it as soon as it has sent the last byte, and looks at no
 * answer. The framework's own stream forgets what it has in that case.
 *
 * <p>Made on the connection's thread, read by one other.
 */
final class ArrivingBody extends InputStream {

    private static final int MOST_QUEUED = 1 << 20;
    private static final long PATIENCE_MILLIS = 60_000;

    private final HttpServerRequest request;
    private final IngestMeters meters;
    private final Context loop = Vertx.currentContext();
    private final Queue<Buffer> queue = new ArrayDeque<>();
    private int queued;
    private int taken;
    private boolean closing;
    private boolean begun;
    private boolean ended;
    private @Nullable Throwable failure;

    ArrivingBody(HttpServerRequest request, IngestMeters meters) {
        this.request = request;
        this.meters = meters;
        request.handler(this::arrived);
        request.endHandler(nothing -> ended());
        request.exceptionHandler(this::failed);
    }

    private synchronized void arrived(Buffer part) {
        queue.add(part);
        queued += part.length();
        if (queued > MOST_QUEUED && !closing) {
            request.pause();
        }
        notifyAll();
    }

    private void resume() {
        if (!request.isEnded()) {
            request.resume();
        }
    }

    private synchronized void ended() {
        ended = true;
        notifyAll();
    }

    private void failed(Throwable reason) {
        synchronized (this) {
            closing = true; // little can be left, and none of it is to wait for the reader
        }
        // What has come before is handed over first, the end perhaps among it.
        resume();
        loop.runOnContext(
                nothing -> {
                    synchronized (this) {
                        failure = reason;
                        notifyAll();
                    }
                });
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public synchronized int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        begin();
        long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
        while (queue.isEmpty()) {
            if (ended) {
                return -1;
            }
            if (failure != null) {
                throw new IOException(failure.getMessage(), failure);
            }
            loop.runOnContext(nothing -> resume());
            await(end);
        }
        Buffer first = queue.element();
        int count = Math.min(length, first.length() - taken);
        first.getBytes(taken, taken + count, target, offset);
        taken += count;
        queued -= count;
        meters.read(count);
        if (taken == first.length()) {
            queue.remove();
            taken = 0;
        }
        return count;
    }

    private void begin() {
        boolean isAsked = "100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT));
        if (!begun && isAsked) {
            loop.runOnContext(nothing -> request.response().writeContinue());
        }
        begun = true;
    }

    @SuppressWarnings("WaitNotInLoop") // the loop is the caller's
    private void await(long end) throws IOException {
        long millis = (end - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
            throw new IOException("nothing came for %d ms".formatted(PATIENCE_MILLIS));
        }
        try {
            wait(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the body", e);
        }
    }
}
