package io.upriver.api;

import io.upriver.job.JobException;
import io.upriver.kafka.KafkaUnreachableException;
import io.upriver.media.MediaException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.NotAcceptableException;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * The one place where trouble becomes a problem document: whatever a resource throws, and paths
 * that no resource has.
 */
@Provider
public final class Problems implements ExceptionMapper<Throwable> {

    private static final Logger LOG = Logger.getLogger(Problems.class);

    private static final int RETRY_SECONDS = 5;

    private final Vertx vertx;

    @Context HttpServerRequest request;

    Problems(Vertx vertx) {
        this.vertx = vertx;
    }

    @Override
    public Response toResponse(Throwable error) {
        Problem problem = problemOf(error);
        Response.ResponseBuilder response =
                Response.status(problem.status()).type(Problem.MEDIA_TYPE).entity(problem.toJson());
        if (problem.status() == 503 || problem.status() == 429) {
            response.header(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
        }
        if (problem.status() == 413 || !request.isEnded()) {
            response.header("Connection", "close"); // so clients may stop sending
        }
        UnreadBody.drop(request, vertx);
        if (error instanceof NotAllowedException) {
            response.header(HttpHeaders.ALLOW, AllowedMethods.of(request.path()));
        }
        return response.build();
    }

    private Problem problemOf(Throwable error) {
        String path = request.path();
        String said = String.valueOf(error.getMessage());
        if (error instanceof ProblemException own) {
            return Problem.of(own.type(), said, path);
        }
        if (error instanceof JobException refusal) {
            return Problem.of(typeOf(refusal.kind()), said, path);
        }
        if (error instanceof MediaException) {
            return Problem.of(ProblemType.REFUSED_MEDIA, said, path);
        }
        if (error instanceof KafkaUnreachableException || error instanceof KafkaException) {
            return Problem.of(ProblemType.KAFKA_UNAVAILABLE, said, path);
        }
        if (error instanceof NotFoundException) {
            return unknown(path);
        }
        if (error instanceof NotAllowedException) {
            return Problem.of(
                    ProblemType.METHOD_NOT_ALLOWED,
                    "expected another method for %s, got %s".formatted(path, request.method()),
                    path);
        }
        if (error instanceof NotAcceptableException) {
            return Problem.of(
                    ProblemType.NOT_ACCEPTABLE,
                    "expected to be asked for another media type, got Accept: "
                            + request.getHeader(HttpHeaders.ACCEPT),
                    path);
        }
        if (error instanceof NotSupportedException) {
            return Problem.of(
                    ProblemType.UNSUPPORTED_MEDIA_TYPE,
                    "expected a body of another media type, got Content-Type: "
                            + request.getHeader(HttpHeaders.CONTENT_TYPE),
                    path);
        }
        if (error instanceof WebApplicationException other
                && other.getResponse().getStatus() >= 400
                && other.getResponse().getStatus() < 500) {
            return Problem.of(ProblemType.INVALID_REQUEST, said, path);
        }
        LOG.errorf(error, "%s %s failed", request.method(), path);
        return Problem.of(
                ProblemType.INTERNAL,
                "a fault of the service, which its log describes at this time",
                path);
    }

    private static ProblemType typeOf(JobException.Kind refusal) {
        return switch (refusal) {
            case TOO_MANY -> ProblemType.TOO_MANY_JOBS;
            case TOO_LARGE -> ProblemType.TOO_LARGE;
            case NO_SPACE -> ProblemType.NO_SPACE;
            case MEDIA -> ProblemType.REFUSED_MEDIA;
            case ADDRESS -> ProblemType.REFUSED_ADDRESS;
            case BROKEN_OFF -> ProblemType.INVALID_REQUEST;
        };
    }

    private static Problem unknown(String path) {
        return Problem.of(
                ProblemType.UNKNOWN_PATH,
                "expected a path that /api/v1/openapi describes, got " + path,
                path);
    }

    /** What no resource has answered under these paths. */
    void routes(@Observes Router router) {
        router.route("/ingest/*").last().handler(Problems::answerUnknown);
        router.route("/api/*").last().handler(Problems::answerUnknown);
        router.route("/live/*").last().handler(Problems::answerUnknown);
    }

    private static void answerUnknown(RoutingContext context) {
        UnreadBody.drop(context.request(), context.vertx());
        Problem problem = unknown(context.request().path());
        context.response()
                .setStatusCode(problem.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .end(Buffer.buffer(problem.toJson()));
    }
}
