package io.upriver.api;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what a page of another site asks a browser to do here. Nobody is asked who they are, so
 * the browser of a person who may reach the service is the way in for every page that it opens.
 *
 * <p>Browsers say where a request comes from, in {@code Sec-Fetch-Site} or {@code Origin}, and
 * pages cannot change that. Other clients say neither, and are let through. Reading is left to the
 * browser's own rules, which hide the answer from other sites.
 */
@Singleton
final class SiteGuard {

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
    private static final Set<String> OWN = Set.of("same-origin", "none");

    private final SiteNames names;

    SiteGuard(SiteNames names) {
        this.names = names;
    }

    /** Before all others. */
    void routes(@Observes Router router) {
        router.route().order(Integer.MIN_VALUE).handler(this::look);
    }

    private void look(RoutingContext context) {
        HttpServerRequest request = context.request();
        Optional<Problem> problem =
                problemOf(
                        request.method().name(),
                        request.path(),
                        request.getHeader(HttpHeaders.HOST),
                        request.getHeader("Sec-Fetch-Site"),
                        request.getHeader("Origin"));
        if (problem.isEmpty()) {
            context.next();
            return;
        }
        UnreadBody.drop(request, context.vertx());
        context.response()
                .setStatusCode(problem.get().status())
                .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .end(Buffer.buffer(problem.get().toJson()));
    }

    /** What is wrong with a request by these headers, each of which may be missing. */
    Optional<Problem> problemOf(
            String method,
            String path,
            @Nullable String host,
            @Nullable String fetchSite,
            @Nullable String origin) {
        if (!names.allow(host)) {
            return Optional.of(
                    Problem.of(
                            ProblemType.UNKNOWN_HOST,
                            "expected localhost, an address in digits or a name from upriver.http.hosts, got Host: "
                                    + host,
                            path));
        }
        if (READING.contains(method)) {
            return Optional.empty();
        }
        if (fetchSite != null) {
            return OWN.contains(fetchSite)
                    ? Optional.empty()
                    : Optional.of(foreign(method, "Sec-Fetch-Site: " + fetchSite, path));
        }
        return origin == null || isOwn(origin, host)
                ? Optional.empty()
                : Optional.of(foreign(method, "Origin: " + origin, path));
    }

    private static Problem foreign(String method, String got, String path) {
        return Problem.of(
                ProblemType.FOREIGN_SITE,
                "expected %s from a page of this service or from no page at all, got %s"
                        .formatted(method, got),
                path);
    }

    /** The scheme is not compared: a proxy in front may speak another one. */
    private static boolean isOwn(String origin, @Nullable String host) {
        try {
            String authority = URI.create(origin).getRawAuthority();
            return authority != null && authority.equalsIgnoreCase(host);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
