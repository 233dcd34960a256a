package io.upriver.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The service's OpenAPI document as a page of tables. */
final class RestPage {

    private static final String HEAD =
            """
            # REST

            What a running service says of itself at `/api/v1/openapi`, which is for programs; `RestApiTest` writes this page. Errors are problem
            documents (RFC 9457), named by the last part of their `type`; why so is in [designs/rest.md](../designs/rest.md).

            """;

    private final JsonNode document;
    private final StringBuilder page = new StringBuilder(HEAD);

    RestPage(JsonNode document) {
        this.document = document;
    }

    String text() {
        Map<String, List<Operation>> byTag = new TreeMap<>();
        for (var path : document.path("paths").properties()) {
            for (var method : path.getValue().properties()) {
                byTag.computeIfAbsent(tag(method.getValue()), any -> new ArrayList<>())
                        .add(new Operation(method.getKey(), path.getKey(), method.getValue()));
            }
        }
        byTag.forEach(this::section);
        page.append("\n## Problems\n\n");
        row("type", "status", "when");
        row("---", "---", "---");
        for (var answer : document.at("/components/responses").properties()) {
            JsonNode example = answer.getValue().at("/content/application~1problem+json/example");
            if (example.isObject()) {
                row(
                        "`" + answer.getKey() + "`",
                        example.path("status").asText(),
                        answer.getValue().path("description").asText());
            }
        }
        return page.toString();
    }

    private record Operation(String method, String path, JsonNode said) {}

    private static String tag(JsonNode operation) {
        return operation.path("tags").path(0).asText();
    }

    private void section(String tag, List<Operation> operations) {
        page.append("\n## ").append(tag).append("\n\n");
        for (JsonNode described : document.path("tags")) {
            if (described.path("name").asText().equals(tag)) {
                page.append(described.path("description").asText().strip()).append("\n\n");
            }
        }
        row("request", "what", "parameters", "answers");
        row("---", "---", "---", "---");
        for (Operation operation : operations) {
            row(
                    "`%s %s`"
                            .formatted(
                                    operation.method().toUpperCase(Locale.ROOT), operation.path()),
                    operation.said().path("summary").asText(),
                    parameters(operation.said()),
                    answers(operation.said()));
        }
    }

    private static String parameters(JsonNode operation) {
        List<String> parameters = new ArrayList<>();
        for (JsonNode parameter : operation.path("parameters")) {
            if (parameter.path("in").asText().equals("query")) {
                parameters.add("`" + parameter.path("name").asText() + "`");
            }
        }
        return String.join(", ", parameters);
    }

    private static String answers(JsonNode operation) {
        List<String> answers = new ArrayList<>();
        for (var answer : operation.path("responses").properties()) {
            String reference = answer.getValue().path("$ref").asText();
            List<String> names = new ArrayList<>();
            answer.getValue()
                    .at("/content/application~1problem+json/examples")
                    .fieldNames()
                    .forEachRemaining(names::add);
            String name =
                    names.isEmpty()
                            ? reference.substring(reference.lastIndexOf('/') + 1)
                            : String.join(" or ", names);
            answers.add(answer.getKey() + (name.isEmpty() ? "" : " " + name));
        }
        return String.join(", ", answers);
    }

    private void row(String... cells) {
        page.append('|');
        for (String cell : cells) {
            page.append(' ')
                    .append(cell.strip().replaceAll("\\s+", " ").replace("|", "\\|"))
                    .append(" |");
        }
        page.append('\n');
    }
}
