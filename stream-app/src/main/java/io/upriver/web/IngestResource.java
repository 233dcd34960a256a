package io.upriver.web;

import io.upriver.api.ApiDescription;
import io.upriver.api.ProblemException;
import io.upriver.api.ProblemType;
import io.upriver.ingest.PushRefusedException;
import io.upriver.schemas.StreamSettings;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Live streams in, as encoders push them. */
@Path("/ingest/{stream}/{path:.+}")
@Tag(name = "ingest", description = "Live streams, pushed as encoders do it: HLS, CMAF, MPEG-TS.")
public final class IngestResource {

    private static final String STREAM = "The stream's id, the key of its segments.";
    private static final String PATH =
            "What the encoder calls it, such as index.m3u8, index0.ts, init.mp4, index0.m4s,"
                    + " Streams(video.cmfv) or live.ts.";
    private static final String WHAT =
            "Files of HLS: each segment is one, playlists say how long they are, init sections are"
                    + " kept for the segments behind them. A body without a length whose name has no"
                    + " number at its end is cut at key frames while it comes. Sound of fragmented"
                    + " MP4 may come in files or bodies of its own: video waits for it, and is"
                    + " answered before.";

    private static final String PUSHING = "upriver.pushing";

    private final Pushes pushes;

    IngestResource(Pushes pushes) {
        this.pushes = pushes;
    }

    @PUT
    @Consumes(MediaType.WILDCARD)
    @Operation(
            operationId = "putMedia",
            summary = "Takes a segment, a playlist, an init section, or media without an end",
            description = WHAT)
    @RequestBody(
            content =
                    @Content(
                            mediaType = MediaType.WILDCARD,
                            schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(
            responseCode = "200",
            description = "It is known; there is no new segment, or not yet.")
    @APIResponse(responseCode = "201", description = "Its segments are on the topic.")
    @APIResponse(responseCode = "400", ref = "invalid-request")
    @APIResponse(responseCode = "409", ref = "stream-taken-over")
    @APIResponse(responseCode = "412", ref = "no-init-section")
    @APIResponse(responseCode = "422", ref = "unsupported-media")
    @APIResponse(responseCode = "429", ref = "too-fast")
    @Extension(
            name = ApiDescription.BESIDES,
            value = "other-rendition too-many-streams stream-behind no-room")
    public CompletionStage<Response> put(
            @Parameter(description = STREAM) @PathParam("stream") String stream,
            @Parameter(description = PATH) @PathParam("path") String path,
            @Context RoutingContext routing) {
        return answer(stream, routing);
    }

    @POST
    @Consumes(MediaType.WILDCARD)
    @Operation(
            operationId = "postMedia",
            summary = "The same, for encoders that post",
            description = WHAT)
    @RequestBody(
            content =
                    @Content(
                            mediaType = MediaType.WILDCARD,
                            schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(
            responseCode = "200",
            description = "It is known; there is no new segment, or not yet.")
    @APIResponse(responseCode = "201", description = "Its segments are on the topic.")
    @APIResponse(responseCode = "400", ref = "invalid-request")
    @APIResponse(responseCode = "409", ref = "stream-taken-over")
    @APIResponse(responseCode = "412", ref = "no-init-section")
    @APIResponse(responseCode = "422", ref = "unsupported-media")
    @APIResponse(responseCode = "429", ref = "too-fast")
    @Extension(
            name = ApiDescription.BESIDES,
            value = "other-rendition too-many-streams stream-behind no-room")
    public CompletionStage<Response> post(
            @Parameter(description = STREAM) @PathParam("stream") String stream,
            @Parameter(description = PATH) @PathParam("path") String path,
            @Context RoutingContext routing) {
        return answer(stream, routing);
    }

    @DELETE
    @Operation(
            operationId = "deleteMedia",
            summary = "Nothing: what is on the topic stays",
            description =
                    "Encoders take back what they have pushed when their window has passed it.")
    @APIResponse(responseCode = "204", description = "The encoder may forget it.")
    @APIResponse(responseCode = "400", ref = "invalid-request")
    public void delete(
            @Parameter(description = STREAM) @PathParam("stream") String stream,
            @Parameter(description = PATH) @PathParam("path") String path) {
        requireStreamId(stream);
    }

    /** Bodies are taken from when they come, whatever becomes of the connection. */
    void routes(@Observes Router router) {
        router.routeWithRegex("/ingest/(?<stream>[^/]+)/(?<file>.+)")
                .method(HttpMethod.PUT)
                .method(HttpMethod.POST)
                .order(Integer.MIN_VALUE + 1)
                .handler(
                        routing -> {
                            String stream = routing.pathParam("stream");
                            String path = routing.pathParam("file");
                            if (isStreamId(stream)) { // or the resource refuses it
                                routing.put(PUSHING, pushes.begin(routing, stream, path));
                            }
                            routing.next();
                        });
    }

    private static CompletionStage<Response> answer(String stream, RoutingContext routing) {
        requireStreamId(stream);
        CompletableFuture<Boolean> pushing = routing.get(PUSHING);
        return pushing.handle(
                (isNew, error) -> {
                    if (error != null) {
                        throw told(error instanceof CompletionException ? error.getCause() : error);
                    }
                    return Response.status(isNew ? Response.Status.CREATED : Response.Status.OK)
                            .build();
                });
    }

    private static RuntimeException told(Throwable error) {
        if (error instanceof PushRefusedException refused) {
            return new ProblemException(typeOf(refused.reason()), refused.getMessage());
        }
        return error instanceof RuntimeException known ? known : new IllegalStateException(error);
    }

    private static boolean isStreamId(String stream) {
        try {
            requireStreamId(stream);
            return true;
        } catch (ProblemException e) {
            return false;
        }
    }

    private static void requireStreamId(String stream) {
        try {
            StreamSettings.requireStreamId(stream);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(ProblemType.INVALID_REQUEST, e.getMessage());
        }
    }

    /** Every status with which a push is refused. */
    public static Set<Integer> refusals() {
        return Stream.of(PushRefusedException.Reason.values())
                .map(reason -> typeOf(reason).status())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What a client is told that is refused for this. */
    static ProblemType typeOf(PushRefusedException.Reason reason) {
        return switch (reason) {
            case INVALID -> ProblemType.INVALID_REQUEST;
            case UNKNOWN_CONTAINER -> ProblemType.UNSUPPORTED_MEDIA_TYPE;
            case UNSUPPORTED -> ProblemType.UNSUPPORTED_MEDIA;
            case NO_INIT_SECTION -> ProblemType.NO_INIT_SECTION;
            case TOO_LARGE -> ProblemType.TOO_LARGE;
            case TAKEN_OVER -> ProblemType.STREAM_TAKEN_OVER;
            case OTHER_RENDITION -> ProblemType.OTHER_RENDITION;
            case TOO_FAST -> ProblemType.TOO_FAST;
            case TOO_MANY_STREAMS -> ProblemType.TOO_MANY_STREAMS;
            case BEHIND -> ProblemType.STREAM_BEHIND;
            case NO_ROOM -> ProblemType.NO_ROOM;
            case UNREACHABLE -> ProblemType.KAFKA_UNAVAILABLE;
        };
    }
}
