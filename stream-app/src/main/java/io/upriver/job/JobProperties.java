package io.upriver.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.upriver.schemas.StreamSettings.Codec;
import io.upriver.schemas.StreamSettings.Deinterlace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What somebody asks a job for, in words as they came: a JSON object or a query. What is not said
 * is null; {@link JobOrder#of} gives all of it a meaning. Names that are not known are refused,
 * since a person has mistyped them.
 *
 * @param url where the file is to be fetched; null where it is sent
 * @param name of the file, with its ending
 * @param format the ending of the result's name
 * @param fragmented whether the result is in fragments
 */
public record JobProperties(
        @Nullable String url,
        @Nullable String name,
        @Nullable String format,
        @Nullable Boolean fragmented,
        @Nullable Integer scale,
        @Nullable String model,
        @Nullable Codec codec,
        @Nullable String encoder,
        @Nullable Integer crf,
        @Nullable Integer bitrate,
        @Nullable String preset,
        @Nullable Integer gop,
        @Nullable String pixelFormat,
        @Nullable String decoder,
        @Nullable Deinterlace deinterlace) {

    private static final List<RecordComponent> COMPONENTS =
            Arrays.asList(JobProperties.class.getRecordComponents());

    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                    .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                    .build();

    /**
     * Reads a JSON object.
     *
     * @throws IllegalArgumentException with the property's name when one is wrong or not known
     */
    public static JobProperties ofJson(byte[] json) {
        try {
            JsonNode tree = JSON.readTree(json);
            if (!tree.isObject()) {
                throw new IllegalArgumentException("expected a JSON object with the job's url");
            }
            return ofTree(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "expected a JSON object: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory cannot be read", e);
        }
    }

    /**
     * Reads the values of a query.
     *
     * @throws IllegalArgumentException with the value's name when one is wrong or not known
     */
    public static JobProperties ofQuery(Map<String, String> query) {
        ObjectNode tree = JSON.createObjectNode();
        query.forEach(
                (name, text) -> {
                    Class<?> type =
                            COMPONENTS.stream()
                                    .filter(c -> c.getName().equals(name))
                                    .findFirst()
                                    .map(RecordComponent::getType)
                                    .orElse(null);
                    if (type == Integer.class) {
                        tree.put(name, number(name, text));
                    } else if (type == Boolean.class) {
                        tree.put(name, flag(name, text));
                    } else {
                        tree.put(name, text);
                    }
                });
        return ofTree(tree);
    }

    private static int number(String name, String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + ": expected a whole number, got " + text, e);
        }
    }

    private static boolean flag(String name, String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default ->
                    throw new IllegalArgumentException(
                            name + ": expected true or false, got " + text);
        };
    }

    private static JobProperties ofTree(JsonNode tree) {
        try {
            return JSON.treeToValue(tree, JobProperties.class);
        } catch (UnrecognizedPropertyException e) {
            throw new IllegalArgumentException(
                    "expected the properties %s, got %s"
                            .formatted(
                                    COMPONENTS.stream().map(RecordComponent::getName).toList(),
                                    e.getPropertyName()),
                    e);
        } catch (MismatchedInputException e) {
            throw new IllegalArgumentException(
                    "%s: expected %s, got %s"
                            .formatted(
                                    path(e),
                                    e.getTargetType() == String.class
                                            ? "text"
                                            : e.getTargetType() == Boolean.class
                                                    ? "true or false"
                                                    : "a whole number",
                                    tree.path(path(e))),
                    e);
        } catch (JsonMappingException e) {
            String said =
                    e.getCause() instanceof IllegalArgumentException check
                            ? check.getMessage()
                            : e.getOriginalMessage();
            throw new IllegalArgumentException(path(e) + ": " + said, e);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }

    private static String path(JsonMappingException e) {
        return e.getPath().isEmpty() ? "" : e.getPath().get(0).getFieldName();
    }
}
