package io.upriver.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.upriver.schemas.Topics.Topic;
import java.io.IOException;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The AsyncAPI document tells of every topic and header there is, and of no others. */
class AsyncApiTest {

    private static JsonNode document;

    @BeforeAll
    static void readTheDocument() throws IOException {
        try (var in = Topics.class.getResourceAsStream("asyncapi.yaml")) {
            document = new ObjectMapper(new YAMLFactory()).readTree(in);
        }
    }

    private static Set<String> headersOf(String schema) {
        return fieldNames(document.at("/components/schemas/" + schema + "/properties"));
    }

    private static Set<String> fieldNames(JsonNode node) {
        Set<String> names = new TreeSet<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** The public constants of a class, except those that are values and not names of headers. */
    private static Set<String> constantsOf(Class<?> type) throws ReflectiveOperationException {
        Set<String> names = new TreeSet<>();
        for (Field field : type.getFields()) {
            if (!field.getName().endsWith("_VALUE")) {
                names.add((String) field.get(null));
            }
        }
        return names;
    }

    @Test
    void hasTheVersionItSays() {
        assertEquals("3.0.0", document.path("asyncapi").asText());
    }

    @Test
    void hasEveryTopicAndNoOther() {
        // When
        List<String> addresses = document.path("channels").findValuesAsText("address");

        // Then
        assertEquals(Topics.DEFAULT.all().stream().map(Topic::name).toList(), addresses);
    }

    @Test
    void saysWhichTopicsAreCompacted() {
        for (JsonNode channel : document.path("channels")) {
            // Given
            Topic topic =
                    Topics.DEFAULT.all().stream()
                            .filter(t -> t.name().equals(channel.path("address").asText()))
                            .findFirst()
                            .orElseThrow();

            // Then
            assertEquals(
                    topic.compacted(),
                    channel.path("description").asText().contains("compacted"),
                    topic.name());
        }
    }

    @Test
    void hasEveryHeaderOfASegmentAndNoOther() throws ReflectiveOperationException {
        assertEquals(constantsOf(SegmentHeaders.class), headersOf("segmentHeaders"));
    }

    @Test
    void hasEveryHeaderOfAResultAndNoOther() throws ReflectiveOperationException {
        // Given those of upscaled and those of rejected records
        Set<String> documented = new TreeSet<>(headersOf("outcomeHeaders"));
        documented.addAll(headersOf("rejectedHeaders"));

        // Then
        assertEquals(constantsOf(OutputHeaders.class), documented);
    }

    @Test
    void hasEveryHeaderOfAModelAndNoOther() {
        assertEquals(
                Set.of(
                        ModelSignature.SIGNATURE,
                        ModelSignature.KEY_ID,
                        ModelKey.PASSING,
                        CanarySettings.HEADER,
                        ModelKey.SET_ASIDE),
                Set.copyOf(headersOf("modelHeaders")));
    }

    @Test
    void hasTheValuesThatTheCodeHas() {
        // Given
        JsonNode headers = document.at("/components/schemas/segmentHeaders/properties");

        // Then
        assertEquals(
                SegmentHeaders.SPEC_VERSION_VALUE,
                headers.path("ce_specversion").path("const").asText());
        assertEquals(SegmentHeaders.TYPE_VALUE, headers.path("ce_type").path("const").asText());
        assertEquals(
                SegmentHeaders.SOURCE_VALUE, headers.path("ce_source").path("default").asText());
        assertEquals(Container.known(), texts(headers.path("content-type").path("enum")));
        assertEquals(
                "network, interpolated, passthrough",
                texts(
                        document.at(
                                "/components/schemas/outcomeHeaders/properties/ce_upscaled/enum")));
    }

    private static String texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(item -> texts.add(item.asText()));
        return texts.stream().collect(Collectors.joining(", "));
    }

    @Test
    void refersOnlyToWhatIsThere() {
        // Given every reference in the document
        List<String> references = document.findValuesAsText("$ref");
        assertTrue(references.size() > 20);

        for (String reference : references) {
            // Then it leads to a place in the document or to a schema beside it
            if (reference.startsWith("#")) {
                assertTrue(document.at(reference.substring(1)).isObject(), reference);
            } else {
                assertNotNull(Topics.class.getResource(reference.substring(2)), reference);
            }
        }
    }
}
