package io.upriver.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The AsyncAPI document and the JSON Schemas as a page of tables. */
final class RecordsPage {

    private static final String HEAD =
            """
            # Topics, headers and records

            Made from [asyncapi.yaml](../schemas/src/main/resources/io/upriver/schemas/asyncapi.yaml) and the JSON Schemas beside it, which
            are for programs; `RecordsPageTest` writes this page.

            """;

    private final JsonNode document;
    private final StringBuilder page = new StringBuilder(HEAD);

    RecordsPage(JsonNode document) {
        this.document = document;
    }

    String text() throws IOException {
        page.append(document.at("/info/description").asText().strip()).append("\n\n## Topics\n\n");
        row("topic", "key", "value", "what");
        row("---", "---", "---", "---");
        for (JsonNode channel : document.path("channels")) {
            JsonNode message = resolve(channel.path("messages").iterator().next());
            row(
                    code(channel.path("address").asText()),
                    resolve(message.at("/bindings/kafka/key")).path("description").asText(),
                    message.path("title").asText()
                            + ", "
                            + code(message.path("contentType").asText()),
                    channel.path("description").asText());
        }
        headers("Headers of segments", "segmentHeaders");
        headers("Headers of upscaled segments, besides", "outcomeHeaders");
        headers("Headers of rejected segments, besides", "rejectedHeaders");
        headers("Headers of models", "modelHeaders");
        for (String schema :
                List.of(
                        "stream-settings",
                        "segment-report",
                        "rejection",
                        "model-status",
                        "canary-settings")) {
            record(schema + ".schema.json");
        }
        return page.toString();
    }

    private void headers(String title, String name) {
        JsonNode schema = document.at("/components/schemas/" + name);
        section(title, schema.path("description").asText(""), "header");
        properties("", schema, schema);
    }

    private void record(String file) throws IOException {
        try (var in = Topics.class.getResourceAsStream(file)) {
            JsonNode schema = new ObjectMapper().readTree(in);
            section(
                    "`" + schema.path("title").asText() + "` as JSON",
                    schema.path("description").asText(""),
                    "property");
            properties("", schema, schema);
        }
    }

    private void section(String title, String description, String name) {
        page.append("\n## ").append(title).append("\n\n");
        if (!description.isBlank()) {
            page.append(oneLine(description)).append("\n\n");
        }
        row(name, "value", "default", "what");
        row("---", "---", "---", "---");
    }

    /** A row each, and behind an object's own those of its properties. */
    private void properties(String before, JsonNode schema, JsonNode root) {
        List<String> required = new ArrayList<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            JsonNode named = property.getValue();
            JsonNode its = named.has("$ref") ? referred(named, root) : named;
            String description =
                    named.has("description")
                            ? named.path("description").asText()
                            : its.path("description").asText();
            String name = before + property.getKey();
            row(
                    code(name) + (required.contains(property.getKey()) ? ", always" : ""),
                    values(its),
                    its.has("default") ? code(its.path("default").asText()) : "",
                    description);
            properties(name + ".", its, root);
        }
    }

    private JsonNode referred(JsonNode node, JsonNode root) {
        String at = node.path("$ref").asText();
        JsonNode here = at.startsWith("#") ? root.at(at.substring(1)) : node;
        return here.isMissingNode() ? resolve(node) : here;
    }

    private JsonNode resolve(JsonNode node) {
        String at = node.path("$ref").asText();
        return at.startsWith("#") ? document.at(at.substring(1)) : node;
    }

    /** What a value may be, in words. */
    private static String values(JsonNode schema) {
        if (schema.has("const")) {
            return code(schema.path("const").asText());
        }
        if (schema.has("enum")) {
            return StreamSupport.stream(schema.path("enum").spliterator(), false)
                    .map(value -> code(value.asText()))
                    .collect(Collectors.joining(", "));
        }
        String type =
                schema.path("type").isArray()
                        ? schema.path("type").get(0).asText()
                        : schema.path("type").asText();
        if (schema.has("minimum") && schema.has("maximum")) {
            return "%s, %s to %s"
                    .formatted(
                            type, schema.path("minimum").asText(), schema.path("maximum").asText());
        }
        String minimum =
                schema.has("minimum") ? ", at least " + schema.path("minimum").asText() : "";
        return type
                + minimum
                + (schema.has("pattern") ? ", " + code(schema.path("pattern").asText()) : "");
    }

    private void row(String... cells) {
        page.append('|');
        for (String cell : cells) {
            page.append(' ').append(oneLine(cell)).append(" |");
        }
        page.append('\n');
    }

    private static String code(String text) {
        return text.isEmpty() ? "" : "`" + text + "`";
    }

    /** As a cell takes it. */
    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s+", " ").replace("|", "\\|");
    }
}
