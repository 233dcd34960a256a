package io.upriver.app;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * How the service speaks where it speaks without TLS: HTTP/1.1 alone. Changing to HTTP/2 in a
 * connection that has begun is deprecated (RFC 9113, 3.1), browsers and encoders do not do it, and
 * a client that did, Java's, got an answer of HTTP/1.1 in it from a service that had just started.
 */
@ApplicationScoped
class PlainHttp implements HttpServerOptionsCustomizer {

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        options.setHttp2ClearTextEnabled(false);
    }
}
