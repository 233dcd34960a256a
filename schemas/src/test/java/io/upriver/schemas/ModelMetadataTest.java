package io.upriver.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.upriver.schemas.ModelMetadata.Planes;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelMetadataTest {

    private static Map<String, String> smallest() {
        return new HashMap<>(
                Map.of(
                        "upriver.format", "1",
                        "upriver.name", "default-x2",
                        "upriver.scale", "2",
                        "upriver.planes", "luma",
                        "upriver.multiple", "1",
                        "upriver.receptiveField", "15"));
    }

    @Test
    void needsOnlyWhatServingMustKnow() {
        // Given
        Map<String, String> map = smallest();

        // When
        ModelMetadata metadata = ModelMetadata.from(map);

        // Then
        assertEquals(ModelMetadata.of("default-x2", 2, Planes.LUMA, 1, 15), metadata);
        assertEquals(map, metadata.toMap());
    }

    @Test
    void readsBackWhateverItWrites() {
        Samples samples = new Samples(41);
        for (int i = 0; i < 1000; i++) {
            ModelMetadata metadata = samples.modelMetadata();
            assertEquals(metadata, ModelMetadata.from(metadata.toMap()));
        }
    }

    @Test
    void hasOneKeyForEachComponentAndOneForTheFormat() throws ReflectiveOperationException {
        // Given the public constants that are keys
        Set<String> keys = new TreeSet<>();
        for (var field : ModelMetadata.class.getDeclaredFields()) {
            if (Modifier.isPublic(field.getModifiers())
                    && field.get(null) instanceof String text
                    && text.startsWith("upriver.")) {
                keys.add(text);
            }
        }

        // When the components are spelled as keys
        Set<String> expected =
                Arrays.stream(ModelMetadata.class.getRecordComponents())
                        .map(component -> "upriver." + component.getName())
                        .collect(Collectors.toCollection(TreeSet::new));
        expected.add("upriver.format");

        // Then they are the same
        assertEquals(expected, keys);
    }

    @Test
    void ignoresKeysOfOthers() {
        // Given
        Map<String, String> map = smallest();
        map.put("exporter", "anything");
        map.put("upriver.later", "something new");

        // Then
        assertEquals(2, ModelMetadata.from(map).scale());
    }

    @ParameterizedTest
    @ValueSource(strings = {"format", "name", "scale", "planes", "multiple", "receptiveField"})
    void refusesAModelThatLacksANeededKeyAndNamesIt(String word) {
        // Given
        Map<String, String> map = smallest();
        map.remove("upriver." + word);

        // When
        var refusal = assertThrows(IllegalArgumentException.class, () -> ModelMetadata.from(map));

        // Then
        assertEquals(
                "upriver." + word + ": expected in the model's metadata, got nothing",
                refusal.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "format | 2 | expected 1, got '2'",
                "name | '' | expected text, got blanks",
                "scale | 0 | expected 1 to 8, got 0",
                "scale | 16 | expected 1 to 8, got 16",
                "scale | x2 | expected a whole number, got 'x2'",
                "planes | yuv | expected one of luma, rgb, got 'yuv'",
                "multiple | 0 | expected 1 to 256, got 0",
                "receptiveField | -1 | expected 0 to 1024, got -1",
                "receptiveField | wide | expected a whole number, got 'wide'",
                "architecture | {blocks | expected JSON, got '{blocks'",
                "parameters | -1 | expected at least 0, got -1",
                "parameters | many | expected a whole number, got 'many'",
                "seed | 1.5 | expected a whole number, got '1.5'",
                "teacher | ' ' | expected text, got blanks"
            })
    void refusesAWrongValueAndNamesItsKey(String word, String value, String sentence) {
        // Given
        Map<String, String> map = smallest();
        map.put("upriver." + word, value);

        // When
        var refusal = assertThrows(IllegalArgumentException.class, () -> ModelMetadata.from(map));

        // Then
        assertEquals("upriver." + word + ": " + sentence, refusal.getMessage());
    }

    @Test
    void keepsItsKeysInTheOrderPeopleReadThem() {
        assertTrue(
                ModelMetadata.from(smallest())
                        .toMap()
                        .keySet()
                        .toString()
                        .startsWith("[upriver.format, upriver.name, upriver.scale"));
    }
}
