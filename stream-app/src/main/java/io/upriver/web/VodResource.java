package io.upriver.web;

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

/** Results of finished jobs for players: an MP4 in fragments, and a playlist of these. */
@Path("/vod/{job}")
public final class VodResource {

    private static final String PLAYLIST = "application/vnd.apple.mpegurl";
    private static final String FILE = "video.mp4";

    private final Jobs jobs;

    VodResource(Jobs jobs) {
        this.jobs = jobs;
    }

    @GET
    @Operation(hidden = true)
    @Path("/index.m3u8")
    @Produces(PLAYLIST)
    public String playlist(@PathParam("job") String id) throws IOException {
        return VodPlaylist.of(FragmentIndex.of(require(id).path()), FILE);
    }

    @GET
    @Operation(hidden = true)
    @Path("/" + FILE)
    @Produces(MediaType.WILDCARD)
    public Response file(@PathParam("job") String id, @Context HttpHeaders headers) {
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
