package io.upriver.api;

import static jakarta.ws.rs.core.MediaType.APPLICATION_JSON;
import static jakarta.ws.rs.core.MediaType.APPLICATION_OCTET_STREAM;
import static jakarta.ws.rs.core.MediaType.WILDCARD;

import io.upriver.admin.ModelsView;
import io.upriver.admin.TopicViews;
import io.upriver.job.JobDescription;
import io.upriver.job.JobException;
import io.upriver.job.JobFile;
import io.upriver.job.JobOrder;
import io.upriver.job.JobProperties;
import io.upriver.job.Jobs;
import io.upriver.media.MediaException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.InputStream;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** File jobs: a video in, the upscaled video out. */
@Path("/api/v1/jobs")
@Produces(APPLICATION_JSON)
@Tag(
        name = "jobs",
        description =
                "Whole files. The cluster does the work; the files are at the instance that took"
                        + " the job, which is the only one that knows of it.")
public final class JobsResource {

    private static final String VIDEO = "video/*";
    private static final String ID = "The job's id.";

    private final Jobs jobs;
    private final TopicViews views;

    JobsResource(Jobs jobs, TopicViews views) {
        this.jobs = jobs;
        this.views = views;
    }

    @GET
    @Operation(operationId = "listJobs", summary = "All jobs of this instance, the newest first")
    @APIResponse(responseCode = "200", description = "The jobs.")
    public JobList list() {
        return new JobList(jobs.list().stream().map(Job::of).toList());
    }

    @POST
    @Consumes({APPLICATION_JSON, VIDEO, APPLICATION_OCTET_STREAM})
    @Operation(
            operationId = "startJob",
            summary = "Upscales a file that is sent, or fetched from an address",
            description =
                    "The body is the file, and the query says what is to be done with it. Or the"
                            + " body is a JSON object with the file's url and the same properties. A"
                            + " file that is sent is looked at before the answer; one that is fetched"
                            + " when its turn comes.")
    @Parameter(
            name = "name",
            in = ParameterIn.QUERY,
            description = "Of the file, with its ending. Default: the address's end, or video.",
            schema = @Schema(type = SchemaType.STRING, maxLength = 200))
    @Parameter(
            name = "format",
            in = ParameterIn.QUERY,
            description = "Of the result. Default: the name's ending, or else mkv.",
            schema =
                    @Schema(
                            type = SchemaType.STRING,
                            enumeration = {"mp4", "mov", "mkv", "webm", "ts"}))
    @Parameter(
            name = "fragmented",
            in = ParameterIn.QUERY,
            description =
                    "Whether an mp4 or mov is in fragments; such an mp4 has a playlist at"
                            + " /vod/JOB/index.m3u8.",
            schema = @Schema(type = SchemaType.BOOLEAN, defaultValue = "false"))
    @Parameter(
            name = "scale",
            in = ParameterIn.QUERY,
            description = "How many times wider and higher.",
            schema =
                    @Schema(
                            type = SchemaType.INTEGER,
                            minimum = "1",
                            maximum = "8",
                            defaultValue = "2"))
    @Parameter(
            name = "model",
            in = ParameterIn.QUERY,
            description = "A channel, sha256: and a digest, or none for interpolation.",
            schema = @Schema(type = SchemaType.STRING, defaultValue = "default"))
    @Parameter(
            name = "codec",
            in = ParameterIn.QUERY,
            description = "Default: h264, or av1 where the format cannot hold that.",
            schema =
                    @Schema(
                            type = SchemaType.STRING,
                            enumeration = {"h264", "hevc", "av1"}))
    @Parameter(
            name = "encoder",
            in = ParameterIn.QUERY,
            description = "An FFmpeg encoder by name instead.",
            schema = @Schema(type = SchemaType.STRING))
    @Parameter(
            name = "crf",
            in = ParameterIn.QUERY,
            description = "Constant quality: lower is better and larger. Default: the codec's.",
            schema = @Schema(type = SchemaType.INTEGER, minimum = "0", maximum = "63"))
    @Parameter(
            name = "bitrate",
            in = ParameterIn.QUERY,
            description = "Bits a second, in place of constant quality.",
            schema = @Schema(type = SchemaType.INTEGER, minimum = "1000"))
    @Parameter(
            name = "preset",
            in = ParameterIn.QUERY,
            description = "The encoder's speed.",
            schema = @Schema(type = SchemaType.STRING))
    @Parameter(
            name = "gop",
            in = ParameterIn.QUERY,
            description = "Frames from one key frame to the next at most.",
            schema = @Schema(type = SchemaType.INTEGER, minimum = "1"))
    @Parameter(
            name = "pixelFormat",
            in = ParameterIn.QUERY,
            description = "FFmpeg's name of the samples' layout. Default: the input's.",
            schema = @Schema(type = SchemaType.STRING))
    @Parameter(
            name = "decoder",
            in = ParameterIn.QUERY,
            description = "An FFmpeg decoder, or a device such as cuda. Default: the CPU.",
            schema = @Schema(type = SchemaType.STRING))
    @Parameter(
            name = "deinterlace",
            in = ParameterIn.QUERY,
            description = "Whether interlaced frames become progressive ones.",
            schema =
                    @Schema(
                            type = SchemaType.STRING,
                            enumeration = {"auto", "off"},
                            defaultValue = "auto"))
    @APIResponse(
            responseCode = "202",
            description = "The job, which waits for its turn.",
            headers =
                    @Header(
                            name = "Location",
                            description = "Where it can be watched.",
                            schema = @Schema(type = SchemaType.STRING, format = "uri")),
            content =
                    @Content(
                            mediaType = APPLICATION_JSON,
                            schema = @Schema(implementation = Job.class)))
    @APIResponse(responseCode = "400", ref = "invalid-request")
    @APIResponse(responseCode = "422", ref = "refused-media")
    @Extension(name = ApiDescription.BESIDES, value = "refused-address")
    @APIResponse(responseCode = "429", ref = "too-many-jobs")
    @APIResponse(responseCode = "507", ref = "no-space")
    public Response start(
            @Context HttpHeaders headers,
            @Context UriInfo uri,
            @RequestBody(
                            required = true,
                            content = {
                                @Content(
                                        mediaType = APPLICATION_OCTET_STREAM,
                                        schema =
                                                @Schema(
                                                        type = SchemaType.STRING,
                                                        format = "binary")),
                                @Content(
                                        mediaType = VIDEO,
                                        schema =
                                                @Schema(
                                                        type = SchemaType.STRING,
                                                        format = "binary")),
                                @Content(
                                        mediaType = APPLICATION_JSON,
                                        schema =
                                                @Schema(
                                                        type = SchemaType.OBJECT,
                                                        requiredProperties = "url"),
                                        examples =
                                                @ExampleObject(
                                                        name = "an address",
                                                        value =
                                                                "{\"url\":"
                                                                        + " \"https://example.org/clip.mp4\","
                                                                        + " \"scale\": 2}"))
                            })
                    InputStream body) {
        boolean isByUrl = isJson(headers.getMediaType());
        JobDescription job;
        try {
            job = isByUrl ? takeUrl(uri, body) : takeFile(uri, headers, body);
        } catch (JobException | MediaException | ProblemException e) {
            Body.discard(body);
            throw e;
        }
        return Response.accepted(Job.of(job))
                .location(URI.create("/api/v1/jobs/" + job.job()))
                .build();
    }

    private JobDescription takeUrl(UriInfo uri, InputStream body) {
        byte[] json = Body.read(body, Body.LARGEST_JSON);
        JobOrder order =
                ProblemException.ifValid(
                        () -> {
                            JobProperties asked = JobProperties.ofJson(json);
                            if (asked.url() == null || !uri.getQueryParameters().isEmpty()) {
                                throw new IllegalArgumentException(
                                        "expected a url beside all other properties in the JSON"
                                                + " object, and no query");
                            }
                            return JobOrder.of(asked);
                        });
        requireModel(order);
        return jobs.take(order);
    }

    private JobDescription takeFile(UriInfo uri, HttpHeaders headers, InputStream body) {
        JobOrder order =
                ProblemException.ifValid(
                        () -> {
                            JobProperties asked =
                                    JobProperties.ofQuery(single(uri.getQueryParameters()));
                            if (asked.url() != null) {
                                throw new IllegalArgumentException(
                                        "url: expected in a JSON object as the body, got one in the"
                                                + " query");
                            }
                            return JobOrder.of(asked);
                        });
        requireModel(order);
        return jobs.take(order, declared(headers), body);
    }

    private void requireModel(JobOrder order) {
        ModelsView models = views.models();
        String model = order.settings().model();
        if (!models.knows(model)) {
            throw new ProblemException(
                    ProblemType.NO_SUCH_MODEL,
                    "expected one of the models %s, got %s".formatted(models.names(), model));
        }
    }

    private static boolean isJson(@Nullable MediaType type) {
        return type != null && type.isCompatible(MediaType.APPLICATION_JSON_TYPE);
    }

    private static Map<String, String> single(MultivaluedMap<String, String> query) {
        Map<String, String> values = new LinkedHashMap<>();
        query.forEach((name, all) -> values.put(name, all.get(0)));
        return values;
    }

    private static long declared(HttpHeaders headers) {
        String length = headers.getHeaderString(HttpHeaders.CONTENT_LENGTH);
        return length == null || length.length() > 18 ? -1 : Long.parseLong(length);
    }

    @GET
    @Path("/{id}")
    @Operation(operationId = "getJob", summary = "One job: what it does, how far it is")
    @APIResponse(responseCode = "200", description = "The job.")
    @APIResponse(responseCode = "404", ref = "unknown-job")
    public Job get(@Parameter(description = ID) @PathParam("id") String id) {
        return Job.of(require(id));
    }

    @DELETE
    @Path("/{id}")
    @Operation(
            operationId = "removeJob",
            summary = "Cancels a job, or forgets one that has ended",
            description =
                    "Its files are deleted. One that had not ended says so until it is deleted once"
                            + " more, or its time is over. Nothing happens where there is none.")
    @APIResponse(responseCode = "204", description = "It does not run any more.")
    public void remove(@Parameter(description = ID) @PathParam("id") String id) {
        jobs.remove(id);
    }

    @GET
    @Path("/{id}/result")
    @Produces(WILDCARD)
    @Operation(
            operationId = "getJobResult",
            summary = "The upscaled file",
            description = "All of it, or the part that the header Range asks for.")
    @APIResponse(responseCode = "200", ref = ApiDescription.FILE)
    @APIResponse(responseCode = "206", ref = ApiDescription.FILE)
    @APIResponse(responseCode = "404", ref = "unknown-job")
    @APIResponse(responseCode = "409", ref = "not-done")
    @APIResponse(responseCode = "416", ref = "no-such-range")
    public Response result(
            @Parameter(description = ID) @PathParam("id") String id, @Context HttpHeaders headers) {
        return FileAnswer.toKeep(requireFile(id, jobs.result(id)), headers);
    }

    @GET
    @Path("/{id}/original")
    @Produces(WILDCARD)
    @Operation(
            operationId = "getJobOriginal",
            summary = "The file that came in, of a job that is done",
            description = "All of it, or the part that the header Range asks for.")
    @APIResponse(responseCode = "200", ref = ApiDescription.FILE)
    @APIResponse(responseCode = "206", ref = ApiDescription.FILE)
    @APIResponse(responseCode = "404", ref = "unknown-job")
    @APIResponse(responseCode = "409", ref = "not-done")
    @APIResponse(responseCode = "416", ref = "no-such-range")
    public Response original(
            @Parameter(description = ID) @PathParam("id") String id, @Context HttpHeaders headers) {
        return FileAnswer.toKeep(requireFile(id, jobs.original(id)), headers);
    }

    private JobFile requireFile(String id, Optional<JobFile> file) {
        return file.orElseThrow(
                () ->
                        new ProblemException(
                                ProblemType.NOT_DONE,
                                "expected a job that is done, %s is %s"
                                        .formatted(id, require(id).state().wireName())));
    }

    private JobDescription require(String id) {
        return jobs.find(id)
                .orElseThrow(
                        () ->
                                new ProblemException(
                                        ProblemType.UNKNOWN_JOB,
                                        "expected a job that this instance took and still has, got "
                                                + id));
    }
}
