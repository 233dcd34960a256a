package io.upriver.api;

import static jakarta.ws.rs.core.MediaType.APPLICATION_JSON;

import io.upriver.admin.ModelsView;
import io.upriver.admin.StreamAdmin;
import io.upriver.admin.StreamsView;
import io.upriver.admin.TopicViews;
import io.upriver.kafka.TopicSetup;
import io.upriver.schemas.JobId;
import io.upriver.schemas.StreamSettings;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import java.io.InputStream;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Streams and their settings. */
@Path("/api/v1/streams")
@Produces(APPLICATION_JSON)
@Tag(name = "streams", description = "How streams are upscaled, and how far they are.")
public final class StreamsResource {

    private static final String MERGE_PATCH = "application/merge-patch+json";
    private static final String FORCE = "Whether to name a model that is not there yet.";
    private static final String SETTINGS = "#/components/schemas/StreamSettings";

    private final TopicViews views;
    private final StreamAdmin admin;
    private final TopicSetup cluster;
    private final ApiSettings settings;

    StreamsResource(TopicViews views, StreamAdmin admin, TopicSetup cluster, ApiSettings settings) {
        this.views = views;
        this.admin = admin;
        this.cluster = cluster;
        this.settings = settings;
    }

    @GET
    @Operation(
            operationId = "listStreams",
            summary = "Streams with settings, and those seen lately",
            description = "Streams of file jobs are left out; one by one they can be asked for.")
    @APIResponse(responseCode = "200", description = "The streams.")
    public StreamList list() {
        StreamsView streams = views.streams();
        Map<Integer, Long> backlog = cluster.backlogOf(settings.group());
        return new StreamList(
                streams.streams().stream()
                        .filter(stream -> !JobId.isOne(stream.id()))
                        .map(stream -> StreamDescription.of(stream, backlog))
                        .toList());
    }

    @GET
    @Path("/{id}")
    @Operation(operationId = "getStream", summary = "One stream: its settings and its last segment")
    @APIResponse(responseCode = "200", description = "The stream.")
    @APIResponse(responseCode = "404", ref = "unknown-stream")
    public StreamDescription get(@PathParam("id") String id) {
        StreamsView.Stream stream =
                views.streams().stream(id)
                        .orElseThrow(
                                () ->
                                        new ProblemException(
                                                ProblemType.UNKNOWN_STREAM,
                                                "expected a stream with settings or one that was"
                                                        + " worked on lately, got "
                                                        + id));
        return StreamDescription.of(stream, cluster.backlogOf(settings.group()));
    }

    @PUT
    @Path("/{id}")
    @Consumes(APPLICATION_JSON)
    @Operation(
            operationId = "setStream",
            summary = "Sets all settings of a stream",
            description =
                    "What the body does not mention has its default. Holds from the stream's next"
                            + " segment on.")
    @APIResponse(
            responseCode = "200",
            description = "The settings that hold now.",
            content = @Content(schema = @Schema(ref = SETTINGS)))
    @APIResponse(responseCode = "400", ref = "invalid-request")
    @APIResponse(responseCode = "422", ref = "no-such-model")
    public StreamSettings set(
            @PathParam("id") String id,
            @Parameter(
                            description = FORCE,
                            schema = @Schema(type = SchemaType.BOOLEAN, defaultValue = "false"))
                    @QueryParam("force")
                    @Nullable String force,
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = APPLICATION_JSON,
                                            schema = @Schema(ref = SETTINGS),
                                            examples =
                                                    @ExampleObject(
                                                            name = "hevc",
                                                            value =
                                                                    "{\"codec\": \"hevc\","
                                                                            + " \"container\":"
                                                                            + " \"fmp4\"}")))
                    InputStream body) {
        byte[] json = Body.read(body, Body.LARGEST_JSON);
        return write(
                id, ProblemException.ifValid(() -> StreamSettings.fromStrictJson(json)), force);
    }

    @PATCH
    @Path("/{id}")
    @Consumes(MERGE_PATCH)
    @Operation(
            operationId = "changeStream",
            summary = "Changes some settings of a stream",
            description =
                    "A JSON merge patch (RFC 7396): null gives a property its default. Of two"
                            + " changes at the same moment, the later one may not see the earlier one.")
    @APIResponse(
            responseCode = "200",
            description = "The settings that hold now.",
            content = @Content(schema = @Schema(ref = SETTINGS)))
    @APIResponse(responseCode = "400", ref = "invalid-request")
    @APIResponse(responseCode = "422", ref = "no-such-model")
    public StreamSettings change(
            @PathParam("id") String id,
            @Parameter(
                            description = FORCE,
                            schema = @Schema(type = SchemaType.BOOLEAN, defaultValue = "false"))
                    @QueryParam("force")
                    @Nullable String force,
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            mediaType = MERGE_PATCH,
                                            schema = @Schema(type = SchemaType.OBJECT),
                                            examples =
                                                    @ExampleObject(
                                                            name = "bit rate",
                                                            value =
                                                                    "{\"crf\": null, \"bitrate\":"
                                                                            + " 4000000}")))
                    InputStream body) {
        byte[] json = Body.read(body, Body.LARGEST_JSON);
        StreamSettings before =
                views.streams().stream(id)
                        .map(StreamsView.Stream::effective)
                        .orElse(StreamSettings.DEFAULT);
        return write(id, ProblemException.ifValid(() -> before.patched(json)), force);
    }

    private StreamSettings write(String id, StreamSettings wanted, @Nullable String force) {
        boolean isForced = QueryValues.flag("force", force);
        ModelsView models = views.models();
        if (!isForced && !models.knows(wanted.model())) {
            throw new ProblemException(
                    ProblemType.NO_SUCH_MODEL,
                    "expected one of the models %s, got %s; force=true sets it all the same"
                            .formatted(models.names(), wanted.model()));
        }
        admin.set(streamId(id), wanted);
        return wanted;
    }

    @DELETE
    @Path("/{id}")
    @Operation(
            operationId = "resetStream",
            summary = "Gives a stream the default settings back",
            description = "Nothing happens where it has them.")
    @APIResponse(responseCode = "204", description = "It has the default settings.")
    @APIResponse(responseCode = "400", ref = "invalid-request")
    public void reset(@PathParam("id") String id) {
        views.streams(); // says that there is no broker sooner than writing does
        admin.reset(streamId(id));
    }

    private static String streamId(String id) {
        return ProblemException.ifValid(() -> StreamSettings.requireStreamId(id));
    }
}
