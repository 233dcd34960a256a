package io.upriver.api;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/**
 * The rest of a body whose request is answered without it. Many clients look for an answer only
 * when they have sent all, and the next request of the connection stands behind the body. So it is
 * read and dropped; after a while, a short one where the body may have no end, the connection is
 * closed instead.
 */
final class UnreadBody {

    private static final long SECONDS_WITH_LENGTH = 60;
    private static final long SECONDS_WITHOUT = 3;

    private UnreadBody() {}

    /** Drops what comes from now on, if anything may come; nobody else reads it. */
    static void drop(HttpServerRequest request, Vertx vertx) {
        if (request.isEnded()) {
            return;
        }
        // The framework's stand-in for the request knows it no longer when the time has come.
        HttpServerRequest own = request.handler(part -> {}).resume();
        boolean hasLength = request.getHeader(HttpHeaders.CONTENT_LENGTH) != null;
        long seconds = hasLength ? SECONDS_WITH_LENGTH : SECONDS_WITHOUT;
        vertx.setTimer(
                seconds * 1_000,
                timer -> {
                    if (!own.isEnded()) {
                        own.connection().close();
                    }
                });
    }
}
