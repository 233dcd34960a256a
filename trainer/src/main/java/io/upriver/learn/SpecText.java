package io.upriver.learn;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Network descriptions as JSON text: records read strictly and written. What is wrong with a text
 * is an {@link IllegalArgumentException} that names the key, its value and what is allowed.
 */
public final class SpecText {
    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                    .build();

    private SpecText() {}

    /**
     * The text of a preset or of a file.
     *
     * @param folder where the presets lie among the resources
     * @param presets their names, for the message
     */
    public static String load(String folder, List<String> presets, String presetOrFile)
            throws IOException {
        try (InputStream preset =
                SpecText.class.getResourceAsStream("/" + folder + "/" + presetOrFile + ".json")) {
            if (preset != null) {
                return new String(preset.readAllBytes(), StandardCharsets.UTF_8);
            }
        }
        Path file = Path.of(presetOrFile);
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(
                    "spec: "
                            + presetOrFile
                            + " is neither a preset ("
                            + String.join(", ", presets)
                            + ") nor a readable file");
        }
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("spec: " + file + " is no text in UTF-8", e);
        }
    }

    /** Reads a record whose every component must be there. */
    public static <S extends Record> S parse(Class<S> type, String json) {
        JsonNode tree;
        try {
            tree = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            String reason = e.getOriginalMessage().replaceFirst(" \\(start marker at .*", "");
            throw new IllegalArgumentException("spec: not JSON: " + reason, e);
        }
        if (!tree.isObject()) {
            String got = tree.isMissingNode() ? "nothing" : tree.toString();
            throw new IllegalArgumentException(
                    "spec: expected a JSON object with the keys " + keys(type) + ", got " + got);
        }
        largeNumbersAsText(tree);
        return read("spec", type, tree);
    }

    /** Jackson says where a text does not fit, but not where a number is too large. */
    private static void largeNumbersAsText(JsonNode object) {
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            JsonNode value = entry.getValue();
            if (value.isIntegralNumber() && !value.canConvertToInt()) {
                entry.setValue(JSON.getNodeFactory().textNode(value.asText()));
            }
            largeNumbersAsText(value);
        }
    }

    private static <S extends Record> S read(String what, Class<S> type, JsonNode tree) {
        try {
            return JSON.treeToValue(tree, type);
        } catch (UnrecognizedPropertyException e) {
            throw new IllegalArgumentException(
                    what
                            + ": unknown key "
                            + path(e)
                            + ", allowed are "
                            + keys(e.getReferringClass()),
                    e);
        } catch (ValueInstantiationException e) {
            throw new IllegalArgumentException(
                    e.getCause() != null ? e.getCause().getMessage() : e.getOriginalMessage(), e);
        } catch (MismatchedInputException e) {
            JsonNode value = at(tree, e);
            String sentence =
                    value.isMissingNode()
                            ? path(e) + " is missing"
                            : path(e) + " is " + shown(value) + ", " + allowed(e.getTargetType());
            throw new IllegalArgumentException(what + ": " + sentence, e);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(what + ": " + e.getOriginalMessage(), e);
        }
    }

    private static JsonNode at(JsonNode tree, JsonMappingException e) {
        JsonNode node = tree;
        for (JsonMappingException.Reference step : e.getPath()) {
            node =
                    step.getFieldName() == null
                            ? node.path(step.getIndex())
                            : node.path(step.getFieldName());
        }
        return node;
    }

    private static String shown(JsonNode value) {
        return value.isTextual() ? value.asText() : value.toString();
    }

    private static String allowed(@Nullable Class<?> type) {
        if (type == null || Record.class.isAssignableFrom(type)) {
            return "allowed is an object" + (type == null ? "" : " with the keys " + keys(type));
        }
        if (type.isEnum()) {
            return "allowed are " + Arrays.toString(type.getEnumConstants());
        }
        if (type == boolean.class) {
            return "allowed are true and false";
        }
        if (Iterable.class.isAssignableFrom(type)) {
            return "allowed is a list";
        }
        boolean whole = type == int.class || type == long.class;
        return whole ? "allowed is a whole number" : "allowed is a number";
    }

    /** The record as {@link #parse} reads it. */
    public static String write(Record spec) {
        try {
            return JSON.writeValueAsString(spec);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The record with some components changed.
     *
     * @param what begins every sentence, such as "settings"
     * @param changes values by component, as text; lists as JSON
     * @throws IllegalArgumentException for an unknown key or an impossible value, with what is
     *     allowed
     */
    public static <S extends Record> S change(
            String what, Class<S> type, S from, Map<String, String> changes) {
        ObjectNode tree = JSON.valueToTree(from);
        for (Map.Entry<String, String> change : changes.entrySet()) {
            String key = change.getKey();
            if (!tree.has(key)) {
                throw new IllegalArgumentException(
                        what + ": unknown key " + key + ", allowed are " + keys(type));
            }
            tree.set(key, value(what, key, change.getValue(), tree.get(key).isArray()));
        }
        return read(what, type, tree);
    }

    private static JsonNode value(String what, String key, String text, boolean list) {
        if (!list) {
            return JSON.getNodeFactory().textNode(text);
        }
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    what + ": " + key + " is " + text + ", allowed is a list as JSON", e);
        }
    }

    /** Refuses a key's value unless something holds. */
    public static void require(String key, Object value, boolean holds, String allowed) {
        require("spec", key, value, holds, allowed);
    }

    /**
     * The same for other records than specs.
     *
     * @param what begins the sentence
     */
    public static void require(
            String what, String key, Object value, boolean holds, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(
                    what + ": " + key + " is " + value + ", allowed is " + allowed);
        }
    }

    private static List<String> keys(Class<?> type) {
        return Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toList();
    }

    private static String path(JsonMappingException e) {
        return e.getPath().stream()
                .map(
                        step ->
                                step.getFieldName() == null
                                        ? "[" + step.getIndex() + "]"
                                        : step.getFieldName())
                .collect(Collectors.joining("."));
    }
}
