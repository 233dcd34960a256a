package io.upriver.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.function.Supplier;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class ControlSerdeTest {

    @Test
    void readsBackWhateverItWrites() {
        Samples samples = new Samples(43);
        assertRoundTrips(ControlSerde.streamSettings(), samples::streamSettings);
        assertRoundTrips(ControlSerde.segmentReport(), samples::segmentReport);
        assertRoundTrips(ControlSerde.modelStatus(), samples::modelStatus);
    }

    private static <T> void assertRoundTrips(ControlSerde<T> serde, Supplier<T> samples) {
        for (int i = 0; i < 100; i++) {
            T value = samples.get();
            byte[] json = serde.serializer().serialize("t", value);
            assertEquals(value, serde.deserializer().deserialize("t", json));
        }
    }

    @Test
    void keepsATombstoneATombstone() {
        ControlSerde<StreamSettings> serde = ControlSerde.streamSettings();
        assertNull(serde.serializer().serialize("t", null));
        assertNull(serde.deserializer().deserialize("t", (byte[]) null));
    }

    @Test
    void throwsWhatKafkaExpectsWithTopicAndProperty() {
        // Given
        var deserializer = ControlSerde.streamSettings().deserializer();

        // When
        var refusal =
                assertThrows(
                        SerializationException.class,
                        () ->
                                deserializer.deserialize(
                                        "upriver.streams", "{\"scale\":9}".getBytes(UTF_8)));

        // Then
        assertEquals(
                "topic upriver.streams: StreamSettings: scale: expected 1 to 8, got 9",
                refusal.getMessage());
    }
}
