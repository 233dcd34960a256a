package io.upriver.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/** Asks the running service, and holds each answer to the service's own description. */
public final class ApiClient {

    /** An answer that is as the description says. */
    public record Answer(int status, HttpResponse<byte[]> response) {

        public byte[] bytes() {
            return response.body();
        }

        public JsonNode json() {
            return read(response.body());
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Problems that there may be where no operation is. */
    private static final Set<Integer> ANYWHERE = Set.of(404, 405, 406, 500, 503);

    private final HttpClient http = HttpClient.newHttpClient();
    private final String root;
    private final JsonNode description;

    /**
     * @param root such as {@code http://127.0.0.1:8081/}
     */
    public ApiClient(String root) {
        this.root = root.replaceAll("/+$", "");
        description = read(send(request("GET", "/api/v1/openapi?format=json")).body());
    }

    public JsonNode description() {
        return description;
    }

    public Answer get(String path) {
        return ask(request("GET", path));
    }

    public Answer ask(String method, String path, String contentType, String body) {
        return ask(
                request(method, path)
                        .header("Content-Type", contentType)
                        .method(method, HttpRequest.BodyPublishers.ofString(body)));
    }

    public Answer ask(String method, String path) {
        return ask(request(method, path));
    }

    public HttpRequest.Builder request(String method, String path) {
        return HttpRequest.newBuilder(URI.create(root + path))
                .timeout(Duration.ofSeconds(60))
                .method(method, HttpRequest.BodyPublishers.noBody());
    }

    public Answer ask(HttpRequest.Builder request) {
        HttpRequest asked = request.build();
        HttpResponse<byte[]> response = send(request);
        requireDescribed(asked, response);
        return new Answer(response.statusCode(), response);
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void requireDescribed(HttpRequest asked, HttpResponse<byte[]> response) {
        String what = asked.method() + " " + asked.uri() + " gave " + response.statusCode();
        String type =
                response.headers().firstValue("Content-Type").orElse("").replaceAll(";.*", "");
        if (ANYWHERE.contains(response.statusCode())) {
            assertEquals("application/problem+json", type, what);
            requireSchema("#/components/schemas/Problem", response.body(), what);
            return;
        }
        JsonNode operation = operation(asked);
        assertNotNull(operation, what + ", which no operation describes");
        JsonNode answer = operation.at("/responses/" + response.statusCode());
        assertTrue(answer.isObject(), what + ", which the operation does not describe");
        JsonNode content = resolved(answer).path("content");
        if (content.isMissingNode()) {
            assertEquals(0, response.body().length, what);
            return;
        }
        JsonNode schema = content.path(type).path("schema");
        assertTrue(schema.isObject(), what + " as " + type + ", expected " + content);
        if (type.endsWith("json")) {
            requireSchema(schema.path("$ref").asText(), response.body(), what);
        }
    }

    private JsonNode operation(HttpRequest asked) {
        String path = asked.uri().getRawPath();
        for (var described : description.path("paths").properties()) {
            String pattern = described.getKey().replaceAll("\\{[a-z]+}", "[^/]+");
            JsonNode operation = described.getValue().get(asked.method().toLowerCase(Locale.ROOT));
            if (operation != null && path.matches(pattern)) {
                return operation;
            }
        }
        return null;
    }

    JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? description.at(node.get("$ref").asText().substring(1)) : node;
    }

    private void requireSchema(String reference, byte[] body, String what) {
        ObjectNode wrapper = JSON.createObjectNode().put("$ref", reference);
        wrapper.set("components", description.get("components"));
        var findings =
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                        .getSchema(wrapper)
                        .validate(read(body));
        assertEquals(Set.of(), findings, what);
    }

    private static JsonNode read(byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
