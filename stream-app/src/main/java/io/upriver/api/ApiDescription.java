package io.upriver.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.smallrye.openapi.api.SmallRyeOpenAPI;
import io.upriver.schemas.Topics;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/**
 * Completes the OpenAPI document when the program is built: the JSON Schemas of the records that
 * also travel on topics, which are written down once, and an answer for each kind of problem.
 */
public final class ApiDescription implements OASFilter {

    /** The answer that is a video file, whole or in part. */
    public static final String FILE = "video-file";

    /** Of an operation: ids of problems besides one for each status, with spaces between. */
    public static final String BESIDES = "x-problems";

    private static final List<String> VIDEOS =
            List.of(
                    "video/mp4",
                    "video/quicktime",
                    "video/x-matroska",
                    "video/webm",
                    "video/mp2t",
                    "video/3gpp",
                    "video/3gpp2",
                    "video/x-ms-asf",
                    "application/octet-stream");

    private static final String PROBLEM = "#/components/schemas/Problem";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Names in the document, and their files. */
    private static final Map<String, String> SCHEMAS =
            Map.of(
                    "StreamSettings", "stream-settings.schema.json",
                    "SegmentReport", "segment-report.schema.json",
                    "Rejection", "rejection.schema.json",
                    "ModelStatus", "model-status.schema.json",
                    "CanarySettings", "canary-settings.schema.json");

    @Override
    public void filterOpenAPI(OpenAPI document) {
        recordSchemas().forEach(document.getComponents()::addSchema);
        for (ProblemType type : ProblemType.values()) {
            document.getComponents().addResponse(type.id(), response(type));
        }
        document.getComponents().addResponse(FILE, videoFile());
        document.getPaths()
                .getPathItems()
                .forEach(
                        (path, item) -> {
                            if (path.startsWith("/ingest/")) {
                                leaveOutContent(item);
                            }
                        });
        document.getPaths()
                .getPathItems()
                .values()
                .forEach(path -> path.getOperations().forEach(this::addProblems));
    }

    /** Encoders are told with a status alone; the framework takes any answer for JSON. */
    private static void leaveOutContent(PathItem path) {
        path.getOperations().values().stream()
                .flatMap(operation -> operation.getResponses().getAPIResponses().values().stream())
                .filter(answer -> answer.getRef() == null)
                .forEach(answer -> answer.setContent(null));
    }

    /** A response of an operation has one reference; here they are all the problems of a status. */
    private void addProblems(PathItem.HttpMethod method, Operation operation) {
        Set<ProblemType> types = new LinkedHashSet<>();
        for (APIResponse answer : operation.getResponses().getAPIResponses().values()) {
            String reference = answer.getRef() == null ? "" : answer.getRef();
            ProblemType.of(reference.substring(reference.lastIndexOf('/') + 1))
                    .ifPresent(types::add);
        }
        if (operation.getExtensions() != null && operation.getExtensions().containsKey(BESIDES)) {
            for (String id : operation.getExtensions().get(BESIDES).toString().split(" ", -1)) {
                types.add(ProblemType.of(id).orElseThrow());
            }
            operation.removeExtension(BESIDES);
            operation.getResponses().removeExtension(BESIDES); // the framework takes it for both
        }
        types.addAll(commonProblems(method, operation));
        types.stream()
                .collect(
                        Collectors.groupingBy(
                                ProblemType::status, TreeMap::new, Collectors.toList()))
                .forEach(
                        (status, all) ->
                                operation
                                        .getResponses()
                                        .addAPIResponse(Integer.toString(status), answer(all)));
    }

    private static List<ProblemType> commonProblems(
            PathItem.HttpMethod method, Operation operation) {
        List<ProblemType> common =
                new ArrayList<>(
                        List.of(
                                ProblemType.UNKNOWN_HOST,
                                ProblemType.INTERNAL,
                                ProblemType.KAFKA_UNAVAILABLE));
        if (method != PathItem.HttpMethod.GET) {
            common.add(ProblemType.FOREIGN_SITE);
        }
        if (operation.getRequestBody() != null) {
            common.add(ProblemType.TOO_LARGE);
            common.add(ProblemType.UNSUPPORTED_MEDIA_TYPE);
        }
        return common;
    }

    private static APIResponse answer(List<ProblemType> types) {
        if (types.size() == 1) {
            return OASFactory.createAPIResponse().ref(types.get(0).id());
        }
        MediaType document =
                OASFactory.createMediaType().schema(OASFactory.createSchema().ref(PROBLEM));
        for (ProblemType type : types) {
            document.addExample(
                    type.id(),
                    OASFactory.createExample().summary(type.title()).value(example(type)));
        }
        return OASFactory.createAPIResponse()
                .description(
                        types.stream()
                                .map(ApiDescription::described)
                                .collect(Collectors.joining("; ")))
                .content(OASFactory.createContent().addMediaType(Problem.MEDIA_TYPE, document));
    }

    private static APIResponse videoFile() {
        Content content = OASFactory.createContent();
        for (String type : VIDEOS) {
            content.addMediaType(
                    type,
                    OASFactory.createMediaType()
                            .schema(
                                    OASFactory.createSchema()
                                            .addType(Schema.SchemaType.STRING)
                                            .format("binary")));
        }
        return OASFactory.createAPIResponse()
                .description("The file, or the part of it that was asked for.")
                .content(content);
    }

    private static APIResponse response(ProblemType type) {
        MediaType document =
                OASFactory.createMediaType()
                        .schema(OASFactory.createSchema().ref(PROBLEM))
                        .example(example(type));
        return OASFactory.createAPIResponse()
                .description(described(type))
                .content(OASFactory.createContent().addMediaType(Problem.MEDIA_TYPE, document));
    }

    private static String described(ProblemType type) {
        return type.title() + ": " + type.uri();
    }

    private static Map<String, Object> example(ProblemType type) {
        return Map.of(
                "type", type.uri(),
                "title", type.title(),
                "status", type.status(),
                "detail", "expected one thing, got another",
                "instance", "/api/v1");
    }

    private static Map<String, Schema> recordSchemas() {
        ObjectNode document = JSON.createObjectNode().put("openapi", "3.1.0");
        document.putObject("info").put("title", "schemas").put("version", "1");
        document.putObject("paths");
        ObjectNode schemas = document.putObject("components").putObject("schemas");
        SCHEMAS.forEach((name, file) -> schemas.set(name, schema(name, file)));
        // what one file defines for itself
        JsonNode parts = ((ObjectNode) schemas.get("SegmentReport")).remove("$defs");
        schemas.set("Outcome", parts.get("outcome"));
        schemas.set("Quality", parts.get("quality"));
        return SmallRyeOpenAPI.builder()
                .enableModelReader(false)
                .enableStandardStaticFiles(false)
                .enableAnnotationScan(false)
                .enableStandardFilter(false)
                .withCustomStaticFile(() -> new ByteArrayInputStream(bytes(document)))
                .build()
                .model()
                .getComponents()
                .getSchemas();
    }

    private static JsonNode schema(String name, String file) {
        try (InputStream in = Topics.class.getResourceAsStream(file)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (Map.Entry<String, String> other : SCHEMAS.entrySet()) {
                text = text.replace(other.getValue(), "#/components/schemas/" + other.getKey());
            }
            ObjectNode schema =
                    (ObjectNode)
                            JSON.readTree(
                                    text.replace("#/$defs/outcome", "#/components/schemas/Outcome")
                                            .replace(
                                                    "#/$defs/quality",
                                                    "#/components/schemas/Quality"));
            schema.remove("$schema");
            return schema;
        } catch (IOException e) {
            throw new UncheckedIOException("the schema of " + name + " cannot be read", e);
        }
    }

    private static byte[] bytes(JsonNode document) {
        try {
            return JSON.writeValueAsBytes(document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
