package io.upriver.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Records and their JSON Schemas say the same; the oracle is a validator that is not ours. */
class JsonSchemaTest {

    private static final String FOLDER = "classpath:io/upriver/schemas/";
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonSchemaFactory FACTORY =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

    /** A record, its schema's file, and how to make and read one. */
    private record Kind(
            Class<?> type,
            String file,
            Function<Samples, byte[]> sample,
            Function<byte[], Object> reader) {

        JsonSchema schema() {
            return FACTORY.getSchema(SchemaLocation.of(FOLDER + file));
        }

        @Override
        public String toString() {
            return type.getSimpleName();
        }
    }

    static Stream<Kind> kinds() {
        return Stream.of(
                new Kind(
                        StreamSettings.class,
                        "stream-settings.schema.json",
                        samples -> samples.streamSettings().toJson(),
                        StreamSettings::fromJson),
                new Kind(
                        SegmentReport.class,
                        "segment-report.schema.json",
                        samples -> samples.segmentReport().toJson(),
                        SegmentReport::fromJson),
                new Kind(
                        Outcome.class,
                        "segment-report.schema.json#/$defs/outcome",
                        samples -> Json.write(samples.outcome()),
                        json -> Json.read(json, Outcome.class)),
                new Kind(
                        Rejection.class,
                        "rejection.schema.json",
                        samples -> samples.rejection().toJson(),
                        Rejection::fromJson),
                new Kind(
                        ModelStatus.class,
                        "model-status.schema.json",
                        samples -> samples.modelStatus().toJson(),
                        ModelStatus::fromJson),
                new Kind(
                        Quality.class,
                        "segment-report.schema.json#/$defs/quality",
                        samples -> Json.write(samples.quality()),
                        json -> Json.read(json, Quality.class)),
                new Kind(
                        CanaryAccount.class,
                        "segment-report.schema.json#/properties/canary",
                        samples -> Json.write(samples.canaryAccount()),
                        json -> Json.read(json, CanaryAccount.class)),
                new Kind(
                        CanarySettings.class,
                        "canary-settings.schema.json",
                        samples -> samples.canarySettings().toJson(),
                        CanarySettings::fromJson));
    }

    private static Kind kind(String name) {
        return kinds().filter(kind -> kind.toString().equals(name)).findFirst().orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void allowsWhateverTheRecordWrites(Kind kind) throws IOException {
        // Given
        Samples samples = new Samples(47);
        JsonSchema schema = kind.schema();
        for (int i = 0; i < 500; i++) {
            byte[] json = kind.sample().apply(samples);

            // When
            Set<ValidationMessage> faults = schema.validate(MAPPER.readTree(json));

            // Then
            assertEquals(Set.of(), faults, () -> new String(json, UTF_8));
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void hasTheRecordsComponentsAndNoOthers(Kind kind) {
        // Given
        JsonNode properties = kind.schema().getSchemaNode().path("properties");

        // When
        Set<String> inSchema = new TreeSet<>();
        properties.fieldNames().forEachRemaining(inSchema::add);
        Set<String> inRecord =
                jsonComponents(kind.type())
                        .map(RecordComponent::getName)
                        .collect(Collectors.toCollection(TreeSet::new));

        // Then
        assertEquals(inRecord, inSchema);
    }

    /** The components that are properties; those of an encoding stand beside the others. */
    private static Stream<RecordComponent> jsonComponents(Class<?> type) {
        return Arrays.stream(type.getRecordComponents())
                .flatMap(
                        component ->
                                component.getType() == VideoEncoding.class
                                        ? jsonComponents(VideoEncoding.class)
                                        : Stream.of(component));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void needsWhatTheRecordCannotBeReadWithout(Kind kind) throws IOException {
        // Given each component that reading insists on, taken out of a sample
        Samples samples = new Samples(53);
        for (RecordComponent component : kind.type().getRecordComponents()) {
            JsonProperty property = component.getAccessor().getAnnotation(JsonProperty.class);
            if (property == null || !property.required()) {
                continue;
            }
            var json = (ObjectNode) MAPPER.readTree(kind.sample().apply(samples));
            json.remove(component.getName());

            // When both are asked
            var faults = kind.schema().validate(json);
            var refusal =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> kind.reader().apply(MAPPER.writeValueAsBytes(json)));

            // Then both say no, and the record says what is missing
            assertFalse(faults.isEmpty(), component.getName());
            assertTrue(refusal.getMessage().contains(component.getName()), refusal.getMessage());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "stream-settings.json, StreamSettings",
        "stream-settings-partial.json, StreamSettings",
        "segment-report-upscaled.json, SegmentReport",
        "segment-report-rejected.json, SegmentReport",
        "rejection.json, Rejection",
        "model-status.json, ModelStatus",
        "model-status-withdrawn.json, ModelStatus"
    })
    void stillAllowsWhatVersion1Wrote(String file, String name) throws IOException {
        try (var json = JsonSchemaTest.class.getResourceAsStream("/v1/" + file)) {
            assertEquals(Set.of(), kind(name).schema().validate(MAPPER.readTree(json)));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "StreamSettings | {\"scale\":0}",
                "StreamSettings | {\"scale\":9}",
                "StreamSettings | {\"scale\":\"2\"}",
                "StreamSettings | {\"scale\":1.5}",
                "StreamSettings | {\"model\":\" \"}",
                "StreamSettings | {\"model\":\"sha256:0123\"}",
                "StreamSettings | {\"withoutModel\":\"wait\"}",
                "StreamSettings | {\"deadlineMillis\":0}",
                "StreamSettings | {\"deadlineMillis\":86400001}",
                "StreamSettings | {\"codec\":\"vp9\"}",
                "StreamSettings | {\"deinterlace\":\"on\"}",
                "StreamSettings | {\"deinterlace\":false}",
                "StreamSettings | {\"container\":\"mp4\"}",
                "StreamSettings | {\"codec\":\"av1\",\"container\":\"mpegts\"}",
                "StreamSettings | {\"encoder\":\"a b\"}",
                "StreamSettings | {\"preset\":\"\"}",
                "StreamSettings | {\"crf\":52}",
                "StreamSettings | {\"codec\":\"av1\",\"crf\":64}",
                "StreamSettings | []",
                "Rejection | {}",
                "Rejection | {\"code\":\"x\",\"message\":\"m\",\"sequence\":1,\"worker\":\"w\"}",
                "Rejection | {\"code\":\"internal\",\"message\":\"m\",\"sequence\":1}",
                "Rejection | {\"code\":\"internal\",\"message\":\"m\",\"worker\":\"w\"}",
                "Rejection | {\"code\":\"internal\",\"message\":\"\",\"sequence\":1,"
                        + "\"worker\":\"w\"}",
                "Rejection | {\"code\":\"internal\",\"message\":\"m\",\"sequence\":-1,"
                        + "\"worker\":\"w\"}",
                "ModelStatus | {\"worker\":\"w\",\"channel\":\"c\",\"state\":\"current\","
                        + "\"timestampMillis\":1}",
                "ModelStatus | {\"worker\":\"w\",\"channel\":\"c\",\"state\":\"refused\","
                        + "\"digest\":\"d\",\"timestampMillis\":1}",
                "ModelStatus | {\"worker\":\"w\",\"channel\":\"c\",\"state\":\"gone\","
                        + "\"timestampMillis\":1}",
                "Outcome | {\"method\":\"network\",\"scale\":2,\"worker\":\"w\"}",
                "Outcome | {\"method\":\"interpolated\",\"scale\":2,\"worker\":\"w\"}",
                "Quality | {\"consistency\":61,\"sharpness\":1,\"seam\":0,\"laneMillis\":1}",
                "Quality | {\"consistency\":40,\"sharpness\":\"NaN\",\"seam\":0,\"laneMillis\":1}",
                "CanaryAccount | {\"digest\":\"\"}",
                "CanarySettings | {\"share\":0}",
                "CanarySettings | {\"share\":1.5}",
                "CanarySettings | {\"share\":\"all\"}",
                "CanarySettings | {\"streams\":[\"\"]}",
                "CanarySettings | {\"automatic\":1}",
                "CanarySettings | {\"segments\":0}",
                "SegmentReport | {\"streamId\":\"a\",\"sequence\":1,\"bytesIn\":1,\"bytesOut\":1,"
                        + "\"committedMillis\":1}",
                "SegmentReport | {\"streamId\":\"a\",\"sequence\":1,\"bytesIn\":1,\"bytesOut\":1,"
                        + "\"committedMillis\":1,\"rejection\":{}}"
            })
    void refusesWhatTheRecordRefuses(String name, String json) throws IOException {
        // Given
        Kind kind = kind(name);

        // When both are asked
        var faults = kind.schema().validate(MAPPER.readTree(json));
        var refusal =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> kind.reader().apply(json.getBytes(UTF_8)));

        // Then both say no
        assertFalse(faults.isEmpty());
        assertNotNull(refusal.getMessage());
    }
}
