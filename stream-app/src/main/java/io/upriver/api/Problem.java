package io.upriver.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** What every error is answered with: a problem document as in RFC 9457. */
@Schema(
        description = "Why a request was not answered as asked, as in RFC 9457.",
        requiredProperties = {"type", "title", "status", "detail", "instance"})
record Problem(
        @Schema(
                        description = "The kind of trouble, a stable reference.",
                        format = "uri-reference",
                        examples = "/problems/unknown-channel")
                String type,
        @Schema(description = "The same in words.", examples = "There is no such channel")
                String title,
        @Schema(
                        description = "The HTTP status.",
                        minimum = "400",
                        maximum = "599",
                        examples = "404")
                int status,
        @Schema(
                        description = "What was expected and what came.",
                        examples = "expected one of the channels [default], got anime")
                String detail,
        @Schema(
                        description = "The path that was asked for.",
                        format = "uri-reference",
                        examples = "/api/v1/models/anime")
                String instance) {

    static final String MEDIA_TYPE = "application/problem+json";

    private static final ObjectMapper JSON = new ObjectMapper();

    static Problem of(ProblemType type, String detail, String path) {
        return new Problem(type.uri(), type.title(), type.status(), detail, path);
    }

    byte[] toJson() {
        try {
            return JSON.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("every problem has JSON", e);
        }
    }
}
