package io.upriver.api;

import static jakarta.ws.rs.core.MediaType.APPLICATION_JSON;
import static jakarta.ws.rs.core.MediaType.APPLICATION_OCTET_STREAM;

import io.upriver.admin.CanaryTrial;
import io.upriver.admin.ModelAdmin;
import io.upriver.admin.TopicViews;
import io.upriver.schemas.CanarySettings;
import io.upriver.schemas.ModelKey;
import io.upriver.schemas.ModelSignature;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The model that some streams of a channel try before it gets it. */
@Path("/api/v1/models/{channel}/canary")
@Produces(APPLICATION_JSON)
@Tag(name = "models")
public final class CanaryResource {

    /** Who decides, in the events of what is decided here. */
    private static final String BY_HAND = "upriver api";

    private final TopicViews views;
    private final ModelAdmin admin;
    private final ModelUploads uploads;

    CanaryResource(TopicViews views, ModelAdmin admin, ModelUploads uploads) {
        this.views = views;
        this.admin = admin;
        this.uploads = uploads;
    }

    @GET
    @Operation(
            operationId = "getTrial",
            summary = "The model that some streams try, and how it stands")
    @APIResponse(responseCode = "200", description = "The trial.")
    @APIResponse(responseCode = "404", ref = "no-trial")
    public Trial get(@PathParam("channel") String name) {
        for (Map.Entry<CanaryTrial, String> trial : admin.trials().entrySet()) {
            if (trial.getKey().channel().equals(name)) {
                return Trial.of(trial.getKey(), trial.getValue(), views.models().onTrial(name));
            }
        }
        throw new ProblemException(
                ProblemType.NO_TRIAL, "channel %s has no model on trial".formatted(name));
    }

    @PUT
    @Consumes(APPLICATION_OCTET_STREAM)
    @Operation(
            operationId = "tryModel",
            summary = "Lets some streams of a channel try an ONNX file",
            description =
                    "It is promoted or rolled back by what its segments are like beside the current"
                            + " model's. Put again, it changes which streams try it.")
    @APIResponse(responseCode = "200", description = "It is on trial.")
    @APIResponse(responseCode = "400", ref = "invalid-request")
    @APIResponse(responseCode = "404", ref = "no-trial")
    @APIResponse(responseCode = "422", ref = "refused-model")
    @APIResponse(responseCode = "429", ref = "busy")
    public Trial tryOut(
            @PathParam("channel") String name,
            @Parameter(
                            description =
                                    "Which streams, and what is decided by, as JSON; a tenth of the"
                                            + " streams without it.")
                    @HeaderParam(CanarySettings.HEADER)
                    @Nullable String canary,
            @Parameter(
                            description =
                                    "An Ed25519 signature of the file for this channel, in base64.")
                    @HeaderParam(ModelSignature.SIGNATURE)
                    @Nullable String signature,
            @Parameter(description = "The name of the key that made the signature.")
                    @HeaderParam(ModelSignature.KEY_ID)
                    @Nullable String keyId,
            @Context HttpHeaders headers,
            @RequestBody(
                            description = "The ONNX file.",
                            required = true,
                            content =
                                    @Content(
                                            mediaType = APPLICATION_OCTET_STREAM,
                                            schema =
                                                    @Schema(
                                                            type = SchemaType.STRING,
                                                            format = "binary")))
                    InputStream body) {
        String channel = ProblemException.ifValid(() -> ModelKey.canary(name).channel());
        CanarySettings settings =
                canary == null
                        ? CanarySettings.DEFAULT
                        : ProblemException.ifValid(
                                () ->
                                        CanarySettings.fromJson(
                                                canary.getBytes(StandardCharsets.UTF_8)));
        uploads.accept(
                headers,
                body,
                onnx ->
                        admin.tryOut(
                                channel, onnx, ModelUploads.signature(keyId, signature), settings));
        return get(channel);
    }

    @POST
    @Path("/promote")
    @Operation(operationId = "promoteModel", summary = "Makes the model on trial the channel's own")
    @APIResponse(responseCode = "204", description = "Promoted.")
    @APIResponse(responseCode = "404", ref = "no-trial")
    public void promote(@PathParam("channel") String name) {
        decide(() -> admin.promote(name, BY_HAND));
    }

    @DELETE
    @Operation(
            operationId = "endTrial",
            summary = "Ends the trial: all streams have the current model again")
    @APIResponse(responseCode = "204", description = "The trial is over.")
    @APIResponse(responseCode = "404", ref = "no-trial")
    public void end(@PathParam("channel") String name) {
        decide(() -> admin.endTrial(name, BY_HAND));
    }

    private static void decide(Runnable decision) {
        try {
            decision.run();
        } catch (IllegalStateException e) {
            throw new ProblemException(ProblemType.NO_TRIAL, e);
        }
    }
}
