package io.upriver.api;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The kinds of trouble that the API has words for. Names, URIs and statuses stay as they are once
 * they are released; {@code designs/rest.md} lists them.
 */
public enum ProblemType {
    /** A body, a parameter or a name is not as it must be. */
    INVALID_REQUEST(400, "The request is not as it must be"),
    /** A page of another site wants to change something here. */
    FOREIGN_SITE(403, "Another site may not do this"),
    /** There is no resource under the path. */
    UNKNOWN_PATH(404, "There is nothing under this path"),
    /** The channel has and had no model. */
    UNKNOWN_CHANNEL(404, "There is no such channel"),
    /** The channel has no model on trial. */
    NO_TRIAL(404, "The channel has no model on trial"),
    /** The channel does not have the model with this digest, or not any more. */
    UNKNOWN_MODEL(404, "The channel has no such model"),
    /** The stream has no settings, and no segment of it was worked on lately. */
    UNKNOWN_STREAM(404, "Nothing is known of such a stream"),
    /** There is no rejected record at the place, or not any more. */
    UNKNOWN_RECORD(404, "There is no such rejected record"),
    /** This instance has no such job, or not any more. */
    UNKNOWN_JOB(404, "This instance has no such job"),
    /** No playlist names such a segment, or it cannot be played. */
    UNKNOWN_SEGMENT(404, "There is no such segment to play"),
    /** The segments of the stream are of a kind that players cannot be given. */
    NOT_PLAYABLE(404, "The stream cannot be played"),
    /** The resource cannot do that. */
    METHOD_NOT_ALLOWED(405, "The resource has no such method"),
    /** None of the media types that are asked for is there. */
    NOT_ACCEPTABLE(406, "The resource has none of these media types"),
    /** The channel has no model that could be taken away. */
    NO_CURRENT_MODEL(409, "The channel has no model"),
    /** The channel has no model before the current one. */
    NO_MODEL_BEFORE(409, "The channel has no model to go back to"),
    /** A newer pusher has the stream. */
    STREAM_TAKEN_OVER(409, "A newer pusher has the stream"),
    /** The stream is being pushed under another name. */
    OTHER_RENDITION(409, "The stream is being pushed in another rendition"),
    /** The job has no result yet, or never will. */
    NOT_DONE(409, "The job is not done"),
    /** The job's result is not one that is played fragment by fragment. */
    NOT_IN_FRAGMENTS(409, "The job's result is no MP4 in fragments"),
    /** The rejected record is there, its bytes are not. */
    BYTES_LEFT_OUT(410, "The bytes of the record were left out"),
    /** The segment was there, and is not any more. */
    SEGMENT_EXPIRED(410, "The segment is not kept any more"),
    /** Fragments of MP4 came without the section that describes them. */
    NO_INIT_SECTION(412, "There is no init section for these fragments"),
    /** The body is larger than it may be. */
    TOO_LARGE(413, "The body is too large"),
    /** The body is of another media type. */
    UNSUPPORTED_MEDIA_TYPE(415, "The body is of another media type"),
    /** The file has no such part. */
    NO_SUCH_RANGE(416, "The file has no such range"),
    /** The request is for a host by whose name the service is not known. */
    UNKNOWN_HOST(421, "The service is not known by this name"),
    /** A worker would refuse the model. */
    REFUSED_MODEL(422, "No worker would take this model"),
    /** The settings name a model that is not there. */
    NO_SUCH_MODEL(422, "The settings name a model that is not there"),
    /** Media that are fine, and are not taken. */
    UNSUPPORTED_MEDIA(422, "Such media are not taken"),
    /** The file cannot be upscaled, or not into this format. */
    REFUSED_MEDIA(422, "The file cannot be upscaled as asked"),
    /** The file is not fetched from there. */
    REFUSED_ADDRESS(422, "No file is fetched from this address"),
    /** Another model is being tried. */
    BUSY(429, "Another model is being tried"),
    /** More comes in a second than may. */
    TOO_FAST(429, "The stream is pushed too fast"),
    /** As many jobs wait as may. */
    TOO_MANY_JOBS(429, "Too many jobs are waiting"),
    /** There are as many listeners to events as there may be. */
    TOO_MANY_LISTENERS(429, "There are too many listeners"),
    /** A fault of ours. */
    INTERNAL(500, "The service failed"),
    /** There are as many live streams as may be. */
    TOO_MANY_STREAMS(503, "There are too many live streams"),
    /** As many segments of the stream wait as may. */
    STREAM_BEHIND(503, "Too many segments of the stream wait to be upscaled"),
    /** As many bytes of bodies are held as may be. */
    NO_ROOM(503, "There is no room for the body"),
    /** No segment has come so far. */
    NOTHING_YET(503, "There is nothing to play yet"),
    /** The broker does not answer. */
    KAFKA_UNAVAILABLE(503, "The Kafka cluster does not answer"),
    /** There is no room for a file. */
    NO_SPACE(507, "There is no room for the file");

    private final int status;
    private final String title;

    ProblemType(int status, String title) {
        this.status = status;
        this.title = title;
    }

    /** The name in URIs and in the API's description, such as {@code unknown-channel}. */
    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The one of this id, if there is one. */
    static Optional<ProblemType> of(String id) {
        return Arrays.stream(values()).filter(type -> type.id().equals(id)).findFirst();
    }

    /** A reference relative to the service. */
    String uri() {
        return "/problems/" + id();
    }

    public int status() {
        return status;
    }

    String title() {
        return title;
    }
}
