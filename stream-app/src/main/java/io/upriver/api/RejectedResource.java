package io.upriver.api;

import static jakarta.ws.rs.core.MediaType.APPLICATION_JSON;
import static jakarta.ws.rs.core.MediaType.APPLICATION_OCTET_STREAM;

import io.upriver.admin.RejectedRecords;
import io.upriver.admin.RejectedView;
import io.upriver.admin.TopicViews;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Segments that could not be processed. */
@Path("/api/v1/rejected")
@Produces(APPLICATION_JSON)
@Tag(name = "rejected", description = "Segments that could not be processed, and why.")
public final class RejectedResource {

    private static final int USUAL_LIMIT = 50;

    private final TopicViews views;
    private final RejectedRecords records;

    RejectedResource(TopicViews views, RejectedRecords records) {
        this.views = views;
        this.records = records;
    }

    @GET
    @Operation(
            operationId = "listRejected",
            summary = "Segments that were rejected lately, the newest first",
            description =
                    "Knows the newest 1000, and those only that were near the end of the topic when this"
                            + " service was first asked.")
    @APIResponse(responseCode = "200", description = "The segments.")
    @APIResponse(responseCode = "400", ref = "invalid-request")
    public RejectedList list(
            @Parameter(description = "Only those of this stream.") @QueryParam("stream")
                    @Nullable String stream,
            @Parameter(
                            description = "How many at most.",
                            schema =
                                    @Schema(
                                            type = SchemaType.INTEGER,
                                            minimum = "1",
                                            maximum = "1000",
                                            defaultValue = "50"))
                    @QueryParam("limit")
                    @Nullable String limit) {
        int most = QueryValues.count("limit", limit, USUAL_LIMIT, RejectedView.MOST);
        return new RejectedList(
                views.rejected().newest(stream, most).stream().map(RejectedSegment::of).toList());
    }

    @GET
    @Path("/{partition}/{offset}")
    @Produces(APPLICATION_OCTET_STREAM)
    @Operation(operationId = "getRejectedBytes", summary = "The bytes of a rejected segment")
    @APIResponse(
            responseCode = "200",
            description = "The bytes as they came.",
            content =
                    @Content(
                            mediaType = APPLICATION_OCTET_STREAM,
                            schema = @Schema(type = SchemaType.STRING, format = "binary")))
    @APIResponse(responseCode = "404", ref = "unknown-record")
    @APIResponse(responseCode = "410", ref = "bytes-left-out")
    public byte[] bytes(
            @Parameter(schema = @Schema(type = SchemaType.INTEGER, minimum = "0"))
                    @PathParam("partition")
                    int partition,
            @Parameter(schema = @Schema(type = SchemaType.INTEGER, minimum = "0"))
                    @PathParam("offset")
                    long offset) {
        return require(partition, offset).value();
    }

    @POST
    @Path("/{partition}/{offset}/replay")
    @Operation(
            operationId = "replayRejected",
            summary = "Puts a rejected segment back on the segments topic",
            description =
                    "With its key, its headers, its sequence and in its partition, but at the end: its"
                            + " result comes behind those of later segments of the stream. Nothing keeps"
                            + " anybody from replaying a segment twice, which gives two results.")
    @APIResponse(responseCode = "200", description = "Where the segment is now.")
    @APIResponse(responseCode = "404", ref = "unknown-record")
    @APIResponse(responseCode = "410", ref = "bytes-left-out")
    public Replay replay(
            @Parameter(schema = @Schema(type = SchemaType.INTEGER, minimum = "0"))
                    @PathParam("partition")
                    int partition,
            @Parameter(schema = @Schema(type = SchemaType.INTEGER, minimum = "0"))
                    @PathParam("offset")
                    long offset) {
        return Replay.of(records.replay(require(partition, offset)));
    }

    private ConsumerRecord<byte[], byte[]> require(int partition, long offset) {
        ConsumerRecord<byte[], byte[]> found =
                records.at(partition, offset)
                        .orElseThrow(
                                () ->
                                        new ProblemException(
                                                ProblemType.UNKNOWN_RECORD,
                                                "expected a rejected record in partition %d at offset %d, there is none or not any more"
                                                        .formatted(partition, offset)));
        if (found.value() == null) {
            throw new ProblemException(
                    ProblemType.BYTES_LEFT_OUT,
                    "expected the bytes of the record in partition %d at offset %d, they were left out or there were none"
                            .formatted(partition, offset));
        }
        return found;
    }
}
