package io.upriver.web;

import io.smallrye.common.annotation.Blocking;
import io.upriver.api.ApiDescription;
import io.upriver.api.ProblemException;
import io.upriver.api.ProblemType;
import io.upriver.egress.LivePlaylist;
import io.upriver.egress.LiveSegment;
import io.upriver.egress.LiveStream;
import io.upriver.egress.LiveStreams;
import io.upriver.egress.Rendition;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.extensions.Extension;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Live streams for players, as HLS: RFC 8216. */
@Path("/live/{stream}")
@Tag(name = "live", description = "Live streams for players, as HLS.")
public final class LiveResource {

    /** Below the 10 s after which players give up. */
    private static final long PATIENCE_MILLIS = 8_000;

    private final LiveStreams streams;

    LiveResource(LiveStreams streams) {
        this.streams = streams;
    }

    @GET
    @Blocking
    @Path("/index.m3u8")
    @Operation(
            operationId = "watchStream",
            summary = "The multivariant playlist: the upscaled and the original rendition",
            description =
                    "Waits up to 8 s for the first upscaled segment. Where none has come, it has the"
                            + " original alone.")
    @APIResponse(
            responseCode = "200",
            description = "The playlist.",
            content =
                    @Content(
                            mediaType = LiveAnswers.PLAYLIST,
                            schema = @Schema(type = SchemaType.STRING)))
    @APIResponse(responseCode = "304", description = "It has not changed.")
    @APIResponse(responseCode = "404", ref = "not-playable")
    @Extension(name = ApiDescription.BESIDES, value = "nothing-yet")
    public CompletionStage<Response> multivariant(
            @PathParam("stream") String id,
            @Parameter(hidden = true) @HeaderParam("If-None-Match") @Nullable String known,
            @Parameter(hidden = true) @HeaderParam("Accept-Encoding") @Nullable String encodings) {
        LiveStream stream = require(id);
        return stream.await(now -> isDecided(now.playlist(Rendition.UPSCALED)), PATIENCE_MILLIS)
                .thenApply(
                        done ->
                                LiveAnswers.playlist(
                                        stream.multivariant()
                                                .orElseThrow(() -> notPlayable(stream)),
                                        known,
                                        encodings));
    }

    @GET
    @Blocking
    @Path("/{rendition}/index.m3u8")
    @Operation(
            operationId = "watchRendition",
            summary = "The media playlist of a rendition: a window over its newest segments",
            description =
                    "Waits up to 8 s for its first segment. With _HLS_msn it waits as long for that"
                            + " segment.")
    @APIResponse(
            responseCode = "200",
            description = "The playlist.",
            content =
                    @Content(
                            mediaType = LiveAnswers.PLAYLIST,
                            schema = @Schema(type = SchemaType.STRING)))
    @APIResponse(responseCode = "304", description = "It has not changed.")
    @APIResponse(responseCode = "400", ref = "invalid-request")
    @APIResponse(responseCode = "404", ref = "not-playable")
    @Extension(name = ApiDescription.BESIDES, value = "nothing-yet")
    public CompletionStage<Response> media(
            @PathParam("stream") String id,
            @PathParam("rendition") String name,
            @Parameter(
                            description = "The media sequence number to wait for.",
                            schema = @Schema(type = SchemaType.INTEGER, minimum = "0"))
                    @QueryParam("_HLS_msn")
                    @Nullable String number,
            @Parameter(hidden = true) @HeaderParam("If-None-Match") @Nullable String known,
            @Parameter(hidden = true) @HeaderParam("Accept-Encoding") @Nullable String encodings) {
        Rendition rendition = rendition(name);
        long least = number == null ? -1 : number(number);
        LiveStream stream = require(id);
        return stream.await(now -> isReady(now.playlist(rendition), least), PATIENCE_MILLIS)
                .thenApply(
                        done -> {
                            LivePlaylist playlist = stream.playlist(rendition);
                            if (!playlist.isPlayable()) {
                                throw notPlayable(stream, rendition);
                            }
                            return LiveAnswers.playlist(playlist.text(), known, encodings);
                        });
    }

    @GET
    @Path("/{rendition}/{file}")
    @Operation(
            operationId = "getMedia",
            summary = "A segment, or the init section of segments that are fragments of MP4",
            description = "Under the names that the media playlist has. Takes ranges.")
    @APIResponse(
            responseCode = "200",
            description = "The media.",
            content = {
                @Content(
                        mediaType = LiveAnswers.TRANSPORT_STREAM,
                        schema = @Schema(type = SchemaType.STRING, format = "binary")),
                @Content(
                        mediaType = LiveAnswers.MP4,
                        schema = @Schema(type = SchemaType.STRING, format = "binary"))
            })
    @APIResponse(
            responseCode = "206",
            description = "The part of the media that was asked for.",
            content = {
                @Content(
                        mediaType = LiveAnswers.TRANSPORT_STREAM,
                        schema = @Schema(type = SchemaType.STRING, format = "binary")),
                @Content(
                        mediaType = LiveAnswers.MP4,
                        schema = @Schema(type = SchemaType.STRING, format = "binary"))
            })
    @APIResponse(responseCode = "404", ref = "unknown-segment")
    @APIResponse(responseCode = "410", ref = "segment-expired")
    @APIResponse(responseCode = "416", ref = "no-such-range")
    public Response file(
            @PathParam("stream") String id,
            @PathParam("rendition") String name,
            @PathParam("file") String file,
            @Parameter(
                            description =
                                    "The time of the segment's record, by which a stream that begins"
                                            + " again is told from the one before.",
                            schema = @Schema(type = SchemaType.INTEGER))
                    @QueryParam("at")
                    @Nullable String at,
            @Parameter(hidden = true) @HeaderParam("Range") @Nullable String range) {
        Rendition rendition = rendition(name);
        LiveStream stream = require(id);
        LiveFile wanted = LiveFile.parse(file);
        if (wanted.init() != null) {
            byte[] init = stream.init(rendition, wanted.init());
            if (init == null) {
                throw LiveFile.expired(stream, file);
            }
            return LiveAnswers.media(init, LiveAnswers.MP4, range);
        }
        LiveSegment.Media media = wanted.segmentOf(stream, rendition, at).media();
        byte[] bytes = streams.media(id, media).orElseThrow(() -> LiveFile.expired(stream, file));
        return LiveAnswers.media(bytes, media.container().contentType(), range);
    }

    /** Whether there is no use in waiting for more. */
    private static boolean isDecided(LivePlaylist playlist) {
        LiveSegment.Absence absence = playlist.absence();
        return playlist.isPlayable() || (absence != null && absence.isForGood());
    }

    private static boolean isReady(LivePlaylist playlist, long least) {
        return isDecided(playlist) && (playlist.isEnded() || playlist.lastNumber() >= least);
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new ProblemException(
                    ProblemType.INVALID_REQUEST, "_HLS_msn: expected a number, got " + text);
        }
    }

    private LiveStream require(String id) {
        return streams.find(id)
                .orElseThrow(
                        () ->
                                new ProblemException(
                                        ProblemType.UNKNOWN_STREAM,
                                        "expected a stream of which there were segments lately, got "
                                                + id));
    }

    private static Rendition rendition(String name) {
        return Rendition.ofPathName(name)
                .orElseThrow(
                        () ->
                                new ProblemException(
                                        ProblemType.UNKNOWN_PATH,
                                        "expected upscaled or original, got " + name));
    }

    private static ProblemException notPlayable(LiveStream stream) {
        LiveSegment.Absence absence = stream.playlist(Rendition.UPSCALED).absence();
        boolean isForGood = absence != null && absence.isForGood();
        return notPlayable(stream, isForGood ? Rendition.UPSCALED : Rendition.ORIGINAL);
    }

    private static ProblemException notPlayable(LiveStream stream, Rendition rendition) {
        LiveSegment.Absence absence = stream.playlist(rendition).absence();
        if (absence != null && absence.isForGood()) {
            return new ProblemException(
                    ProblemType.NOT_PLAYABLE,
                    "stream %s (%s): %s"
                            .formatted(stream.id(), rendition.pathName(), absence.reason()));
        }
        return new ProblemException(
                ProblemType.NOTHING_YET,
                "stream %s (%s): expected a segment within %d s, %s"
                        .formatted(
                                stream.id(),
                                rendition.pathName(),
                                PATIENCE_MILLIS / 1_000,
                                absence == null ? "there was none" : absence.reason()));
    }
}
