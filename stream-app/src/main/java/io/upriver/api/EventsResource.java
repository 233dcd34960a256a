package io.upriver.api;

import io.upriver.admin.TopicViews;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.Sse;
import jakarta.ws.rs.sse.SseEventSink;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What changes, as it changes. */
@Path("/api/v1/events")
@Tag(name = "events", description = "Everything that the dashboard shows, as it changes.")
public final class EventsResource {

    private final ChangeFeed feed;
    private final TopicViews views;

    EventsResource(ChangeFeed feed, TopicViews views) {
        this.feed = feed;
        this.views = views;
    }

    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(
            operationId = "followEvents",
            summary = "Server-sent events: how everything is, and then what changes",
            description =
                    "Events are called cluster (a ClusterState), models (a ModelsState), streams"
                            + " (StreamChanges), reports (a ReportBatch), rejected (a"
                            + " RejectedList, the newest 50) and jobs (a JobList); data are one of these as JSON. Each kind"
                            + " comes once at the beginning and then when it changes, at most twice a"
                            + " second. A client that does not keep up misses states in between,"
                            + " never the newest one. A comment comes after ten seconds without an"
                            + " event.")
    @APIResponse(
            responseCode = "200",
            description = "Events until the client goes.",
            content =
                    @Content(
                            mediaType = MediaType.SERVER_SENT_EVENTS,
                            schema =
                                    @Schema(
                                            oneOf = {
                                                ClusterState.class,
                                                ModelsState.class,
                                                StreamChanges.class,
                                                ReportBatch.class,
                                                RejectedList.class,
                                                JobList.class
                                            })))
    @APIResponse(responseCode = "429", ref = "too-many-listeners")
    public void follow(@Context SseEventSink sink, @Context Sse sse) {
        // says that there is no broker, and begins with what the topics have now
        views.models();
        views.streams();
        views.rejected();
        feed.add(new Listener(sink, sse));
    }
}
