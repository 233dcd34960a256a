package io.upriver.web;

import io.upriver.api.ApiDescription;
import io.upriver.api.FileAnswer;
import io.upriver.api.ProblemException;
import io.upriver.api.ProblemType;
import io.upriver.job.JobDescription;
import io.upriver.job.JobFile;
import io.upriver.job.Jobs;
import io.upriver.media.FragmentIndex;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Results of finished jobs for players: an MP4 in fragments, and a playlist of these. */
@Path("/vod/{job}")
@Tag(name = "vod", description = "Results of finished jobs, as players fetch them.")
public final class VodResource {

    private static final String PLAYLIST = "application/vnd.apple.mpegurl";
    private static final String FILE = "video.mp4";
    private static final String ID = "The job's id.";

    private final Jobs jobs;

    VodResource(Jobs jobs) {
        this.jobs = jobs;
    }

    @GET
    @Path("/index.m3u8")
    @Produces(PLAYLIST)
    @Operation(
            operationId = "watchJob",
            summary = "The playlist of a job's result",
            description = "One of byte ranges, for results that are MP4 in fragments.")
    @APIResponse(
            responseCode = "200",
            description = "The playlist.",
            content = @Content(mediaType = PLAYLIST, schema = @Schema(type = SchemaType.STRING)))
    @APIResponse(responseCode = "404", ref = "unknown-job")
    @APIResponse(responseCode = "409", ref = "not-done")
    @Extension(name = ApiDescription.BESIDES, value = "not-in-fragments")
    public String playlist(@Parameter(description = ID) @PathParam("job") String id)
            throws IOException {
        return VodPlaylist.of(FragmentIndex.of(require(id).path()), FILE);
    }

    @GET
    @Path("/" + FILE)
    @Produces(MediaType.WILDCARD)
    @Operation(
            operationId = "getJobVideo",
            summary = "What the playlist names ranges of",
            description = "All of it, or the part that the header Range asks for.")
    @APIResponse(responseCode = "200", ref = ApiDescription.FILE)
    @APIResponse(responseCode = "206", ref = ApiDescription.FILE)
    @APIResponse(responseCode = "404", ref = "unknown-job")
    @APIResponse(responseCode = "409", ref = "not-done")
    @Extension(name = ApiDescription.BESIDES, value = "not-in-fragments")
    @APIResponse(responseCode = "416", ref = "no-such-range")
    public Response file(
            @Parameter(description = ID) @PathParam("job") String id,
            @Context HttpHeaders headers) {
        return FileAnswer.toPlay(require(id), headers);
    }

    private JobFile require(String id) {
        JobDescription job =
                jobs.find(id)
                        .orElseThrow(
                                () ->
                                        new ProblemException(
                                                ProblemType.UNKNOWN_JOB,
                                                "expected a job that this instance took and still"
                                                        + " has, got "
                                                        + id));
        if (!job.fragmented() || !job.mediaType().equals("video/mp4")) {
            throw new ProblemException(
                    ProblemType.NOT_IN_FRAGMENTS,
                    "expected a job with format=mp4 and fragmented=true, %s makes %s %s fragments"
                            .formatted(id, job.mediaType(), job.fragmented() ? "in" : "without"));
        }
        return jobs.result(id)
                .orElseThrow(
                        () ->
                                new ProblemException(
                                        ProblemType.NOT_DONE,
                                        "expected a job that is done, %s is %s"
                                                .formatted(id, job.state().wireName())));
    }
}
