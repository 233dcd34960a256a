package io.upriver.schemas;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The one way records become JSON and come back.
 *
 * <p>Properties that are not known are ignored, so that older readers understand newer writers;
 * values of the wrong kind are refused and never bent into shape. Properties without a value are
 * left out. Safe for use by many threads.
 */
final class Json {

    private static final ObjectMapper MAPPER = mapper();

    private Json() {}

    static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(
                    "expected every " + value.getClass().getSimpleName() + " to have JSON", e);
        }
    }

    /** Throws {@link IllegalArgumentException} with the name of the property that is wrong. */
    static <T> T read(byte[] json, Class<T> type) {
        return read(json, type, type.getSimpleName());
    }

    private static <T> T read(byte[] json, Class<T> type, String name) {
        try {
            T value = MAPPER.readValue(json, type);
            if (value == null) {
                throw new IllegalArgumentException(name + ": expected a JSON object, got null");
            }
            return value;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(name + sentence(e), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Refuses an object with other properties than these, by their names; errors as in {@link
     * #read}.
     *
     * @param type what is to become of it
     */
    static void requireOnly(byte[] json, List<String> known, Class<?> type) {
        Set<String> unknown = new TreeSet<>();
        object(json, type).fieldNames().forEachRemaining(unknown::add);
        known.forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s: expected the properties %s, got %s"
                            .formatted(
                                    type.getSimpleName(),
                                    known,
                                    unknown.stream().map(Expect::shown).toList()));
        }
    }

    /**
     * An object without objects in it, changed by a merge patch (RFC 7396); what is taken away is
     * null.
     */
    static byte[] merged(byte[] json, byte[] patch, Class<?> type) {
        ObjectNode object = object(json, type);
        object.setAll(object(patch, type));
        return write(object);
    }

    private static ObjectNode object(byte[] json, Class<?> type) {
        JsonNode tree = read(json, JsonNode.class, type.getSimpleName());
        if (tree instanceof ObjectNode object) {
            return object;
        }
        throw new IllegalArgumentException(
                "%s: expected a JSON object, got %s"
                        .formatted(
                                type.getSimpleName(),
                                tree.isMissingNode()
                                        ? "nothing"
                                        : tree.getNodeType().name().toLowerCase(Locale.ROOT)));
    }

    static boolean isJson(String text) {
        try {
            return !MAPPER.readTree(text).isMissingNode();
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private static String sentence(JsonProcessingException e) {
        // a record's own check already names its property; the library's complaints need the path
        if (e.getCause() instanceof IllegalArgumentException check) {
            return path(e) + ": " + check.getMessage();
        }
        return path(e) + ": " + e.getOriginalMessage();
    }

    private static String path(JsonProcessingException e) {
        if (!(e instanceof JsonMappingException mapping) || mapping.getPath().isEmpty()) {
            return "";
        }
        return mapping.getPath().stream()
                .map(step -> String.valueOf(step.getFieldName()))
                .collect(Collectors.joining(".", " property ", ""));
    }

    private static ObjectMapper mapper() {
        return JsonMapper.builder()
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .withCoercionConfig(
                        LogicalType.Textual,
                        text ->
                                text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                                        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                                        .setCoercion(
                                                CoercionInputShape.Boolean, CoercionAction.Fail))
                .defaultPropertyInclusion(
                        JsonInclude.Value.construct(
                                JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
                .build();
    }
}
