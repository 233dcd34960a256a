package io.upriver.api;

import static jakarta.ws.rs.core.MediaType.APPLICATION_JSON;
import static jakarta.ws.rs.core.MediaType.APPLICATION_OCTET_STREAM;

import io.upriver.admin.ModelAdmin;
import io.upriver.admin.ModelsView;
import io.upriver.admin.TopicViews;
import io.upriver.kafka.KafkaAccess;
import io.upriver.kafka.TopicReader;
import io.upriver.model.BuiltInModels;
import io.upriver.model.ModelHistory.Entry;
import io.upriver.schemas.ModelKey;
import io.upriver.schemas.ModelSignature;
import io.upriver.schemas.Topics;
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
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Models by channel. */
@Path("/api/v1/models")
@Produces(APPLICATION_JSON)
@Tag(name = "models", description = "Which channel has which network, and changing that.")
public final class ModelsResource {

    private final TopicViews views;
    private final ModelAdmin admin;
    private final KafkaAccess access;
    private final Topics topics;
    private final ModelUploads uploads;

    ModelsResource(
            TopicViews views,
            ModelAdmin admin,
            KafkaAccess access,
            Topics topics,
            ModelUploads uploads) {
        this.views = views;
        this.admin = admin;
        this.access = access;
        this.topics = topics;
        this.uploads = uploads;
    }

    @GET
    @Operation(operationId = "listModels", summary = "All channels with their models")
    @APIResponse(responseCode = "200", description = "The channels.")
    public ChannelList list() {
        ModelsView models = views.models();
        return new ChannelList(
                models.channels().stream().map(channel -> Channel.of(channel, models)).toList(),
                BuiltInModels.names());
    }

    @GET
    @Path("/{channel}")
    @Operation(operationId = "getChannel", summary = "One channel with its models")
    @APIResponse(responseCode = "200", description = "The channel.")
    @APIResponse(responseCode = "404", ref = "unknown-channel")
    public Channel get(@PathParam("channel") String name) {
        return describe(name);
    }

    private Channel describe(String name) {
        ModelsView models = views.models();
        return Channel.of(require(models, name), models);
    }

    private static ModelsView.Channel require(ModelsView models, String name) {
        return models.channel(name)
                .orElseThrow(
                        () ->
                                new ProblemException(
                                        ProblemType.UNKNOWN_CHANNEL,
                                        "expected one of the channels %s, got %s"
                                                .formatted(
                                                        models.channels().stream()
                                                                .map(ModelsView.Channel::name)
                                                                .toList(),
                                                        name)));
    }

    @PUT
    @Path("/{channel}")
    @Consumes(APPLICATION_OCTET_STREAM)
    @Operation(
            operationId = "publishModel",
            summary = "Makes an ONNX file the channel's model",
            description =
                    "The file is tried on this service's CPU first, within the limits and with the"
                            + " trusted keys of its settings, one file at a time. Workers take the model"
                            + " from their next segment on; the channel's list says which have done so.")
    @APIResponse(responseCode = "200", description = "Published; the channel as it is now.")
    @APIResponse(responseCode = "400", ref = "invalid-request")
    @APIResponse(responseCode = "422", ref = "refused-model")
    @APIResponse(responseCode = "429", ref = "busy")
    public Channel publish(
            @PathParam("channel") String name,
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
        String channel = ProblemException.ifValid(() -> ModelKey.current(name).channel());
        uploads.accept(
                headers,
                body,
                onnx -> admin.publish(channel, onnx, ModelUploads.signature(keyId, signature)));
        return describe(channel);
    }

    @POST
    @Path("/{channel}/rollback")
    @Operation(
            operationId = "rollBack",
            summary = "Goes back to the model before the current one",
            description = "The current one is set aside: the channel does not go back to it again.")
    @APIResponse(responseCode = "200", description = "The channel as it is now.")
    @APIResponse(responseCode = "404", ref = "unknown-channel")
    @APIResponse(responseCode = "409", ref = "no-model-before")
    public Channel rollBack(@PathParam("channel") String name) {
        require(views.models(), name);
        try {
            admin.rollback(name);
        } catch (IllegalStateException e) {
            throw new ProblemException(ProblemType.NO_MODEL_BEFORE, e);
        }
        return describe(name);
    }

    @DELETE
    @Path("/{channel}")
    @Operation(
            operationId = "withdrawModel",
            summary = "Takes the channel's model away",
            description =
                    "Its streams get the built-in model of that name, if there is one. A rollback brings"
                            + " it back.")
    @APIResponse(responseCode = "204", description = "Withdrawn.")
    @APIResponse(responseCode = "404", ref = "unknown-channel")
    @APIResponse(responseCode = "409", ref = "no-current-model")
    public void withdraw(@PathParam("channel") String name) {
        require(views.models(), name);
        try {
            admin.withdraw(name);
        } catch (IllegalStateException e) {
            throw new ProblemException(ProblemType.NO_CURRENT_MODEL, e);
        }
    }

    @GET
    @Path("/{channel}/{digest}")
    @Produces(APPLICATION_OCTET_STREAM)
    @Operation(
            operationId = "getModelFile",
            summary = "The file of a model that a channel has or had")
    @APIResponse(
            responseCode = "200",
            description = "The ONNX file.",
            content =
                    @Content(
                            mediaType = APPLICATION_OCTET_STREAM,
                            schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(responseCode = "404", ref = "unknown-model")
    public byte[] file(
            @PathParam("channel") String name,
            @Parameter(
                            description = "SHA-256 of the file in hexadecimal digits.",
                            schema = @Schema(type = SchemaType.STRING, pattern = "^[0-9a-f]{64}$"))
                    @PathParam("digest")
                    String digest) {
        // a record may have moved, by compaction, after the view has seen it: then it is seen anew
        for (int attempt = 0; attempt < 2; attempt++) {
            Entry entry =
                    views.models()
                            .channel(name)
                            .flatMap(channel -> channel.find(digest))
                            .orElseThrow(() -> noFile(name, digest));
            var found = TopicReader.readAt(access, topics.models(), entry.offset());
            if (found.isPresent()) {
                return found.map(ConsumerRecord::value).get();
            }
        }
        throw noFile(name, digest);
    }

    private ProblemException noFile(String name, String digest) {
        Set<String> digests =
                views.models().channel(name).map(ModelsView.Channel::digests).orElse(Set.of());
        return new ProblemException(
                ProblemType.UNKNOWN_MODEL,
                "expected one of the models %s of channel %s, got %s"
                        .formatted(digests, name, digest));
    }
}
