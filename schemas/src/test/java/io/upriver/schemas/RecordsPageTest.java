package io.upriver.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/records.md} is what the AsyncAPI document and the JSON Schemas say, for people. With
 * {@code -Ddocs.update=true} this test writes it.
 */
class RecordsPageTest {

    private static final Path PAGE = Path.of("..", "docs", "records.md");

    @Test
    void saysWhatTheDocumentsSay() throws IOException {
        // Given
        String expected = new RecordsPage(document()).text();

        // When
        if (Boolean.getBoolean("docs.update")) {
            Files.writeString(PAGE, expected);
        }

        // Then
        assertEquals(expected, Files.readString(PAGE), "-Ddocs.update=true writes it");
    }

    private static JsonNode document() throws IOException {
        try (var in = Topics.class.getResourceAsStream("asyncapi.yaml")) {
            return new ObjectMapper(new YAMLFactory()).readTree(in);
        }
    }
}
